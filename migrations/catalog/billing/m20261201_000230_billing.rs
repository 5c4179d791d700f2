//! Billing: what is known of each workspace at Stripe, its invoices, trials, and what Stripe told.

use core_db::Script;

use crate::table::{
    big_integer, boolean, bytes, index, instant, integer, optional, short, table, text, unique,
    uuid,
};

pub(crate) fn up(script: &mut Script) {
    let mut accounts = table("billing_accounts");
    accounts
        .col(uuid("tenant_id").primary_key())
        .col(integer("revision"))
        .col(optional(short("customer", 64)))
        .col(optional(short("subscription", 64)))
        .col(short("status", 24))
        .col(short("plan", 32))
        .col(short("period", 8))
        .col(short("currency", 3))
        .col(big_integer("amount"))
        .col(integer("seats"))
        .col(optional(instant("period_end")))
        .col(optional(instant("trial_end")))
        .col(optional(instant("ends_at")))
        .col(boolean("is_stopped"))
        .col(boolean("had_any"))
        .col(boolean("has_card"))
        .col(optional(big_integer("next_amount")))
        .col(optional(short("checkout", 96)))
        .col(optional(instant("checkout_at")))
        .col(optional(instant("returned_at")))
        .col(optional(instant("read_at")));
    script.create_table(&accounts);
    script.create_index(&unique(
        "billing_accounts_customer_key",
        "billing_accounts",
        &["customer"],
    ));

    let mut invoices = table("billing_invoices");
    invoices
        .col(short("id", 64).primary_key())
        .col(uuid("tenant_id"))
        .col(text("number"))
        .col(short("status", 24))
        .col(short("currency", 3))
        .col(big_integer("total"))
        .col(big_integer("due"))
        .col(instant("issued_at"));
    script.create_table(&invoices);
    let by_tenant = ["tenant_id", "issued_at"];
    script.create_index(&index("billing_invoices_tenant", "billing_invoices", &by_tenant));

    let mut trials = table("billing_trials");
    trials
        .col(uuid("tenant_id").primary_key())
        .col(optional(uuid("user_id")))
        .col(optional(short("card", 64)))
        .col(short("plan", 32))
        .col(instant("claimed_at"))
        .col(optional(instant("begun_at")));
    script.create_table(&trials);
    script.create_index(&unique("billing_trials_user_id_key", "billing_trials", &["user_id"]));
    script.create_index(&unique("billing_trials_card_key", "billing_trials", &["card"]));

    let mut events = table("billing_events");
    events
        .col(short("id", 64).primary_key())
        .col(text("kind"))
        .col(text("version"))
        .col(optional(text("customer")))
        .col(instant("created_at"))
        .col(instant("received_at"))
        .col(optional(instant("handled_at")))
        .col(text("outcome"));
    script.create_table(&events);
    script.create_index(&index("billing_events_received", "billing_events", &["received_at"]));

    let mut endpoints = table("billing_endpoints");
    endpoints
        .col(short("id", 64).primary_key())
        .col(text("url"))
        .col(bytes("secret"))
        .col(instant("created_at"));
    script.create_table(&endpoints);
}
