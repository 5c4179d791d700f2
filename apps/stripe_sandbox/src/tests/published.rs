//! Objects beside the examples that Stripe publishes: the same fields, of the same types.

use serde_json::Value;

use super::{Shop, id};

/// Of `fixtures3.json` of github.com/stripe/openapi, under the MIT licence: the kinds that the sandbox has.
const EXAMPLES: &str = include_str!("published.json");

/// Fields that an example has and the sandbox leaves out: Stripe no longer sends them.
const LEFT_OUT: [&str; 2] = ["invoice.subscription", "charge.refunds"];
/// Fields of the spoken version that the examples, which are older or of another case, do not have.
const LATER: [&str; 11] = [
    "subscription.billing_mode.flexible.proration_discounts",
    "subscription.billing_mode.updated_at",
    "subscription_schedule.billing_mode.flexible.proration_discounts",
    "subscription_schedule.billing_mode.updated_at",
    "subscription.items.data[].billed_until",
    "subscription.presentment_details",
    "checkout.session.tax_id_collection",
    "invoice_payment.payment.payment_intent",
    "invoice_payment.payment.type",
    "invoice.lines.data[].pricing.price_details",
    "refund.destination_details.card",
];

#[test]
fn objects_have_the_fields_of_the_published_examples() {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap();
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    shop.ok("POST", "/coupons", "id=half&percent_off=50");
    shop.ok("POST", "/promotion_codes", "promotion[type]=coupon&promotion[coupon]=half&code=X");
    shop.ok("POST", "/billing_portal/sessions", &format!("customer={}", shop.customer));
    let hook = "url=http://x.example&enabled_events[]=*";
    shop.ok("POST", "/webhook_endpoints", hook);
    let vat = "type=eu_vat&value=DE123456789";
    shop.ok("POST", &format!("/customers/{}/tax_ids", shop.customer), vat);
    let paid =
        shop.ok("GET", &format!("/invoices/{}", id(&of["latest_invoice"])), "expand[]=payments");
    let intent = paid["payments"]["data"][0]["payment"]["payment_intent"].as_str().unwrap();
    shop.ok("POST", "/refunds", &format!("payment_intent={intent}"));
    let meter = "display_name=Requests&event_name=requests&default_aggregation[formula]=sum";
    shop.ok("POST", "/billing/meters", meter);
    let bought = shop.bought(&shop.large);
    let note = format!("invoice={}&amount=5&credit_amount=5", id(&bought["latest_invoice"]));
    shop.ok("POST", "/credit_notes", &note);
    shop.ok("POST", "/test_helpers/test_clocks", "frozen_time=1767225600");
    shop.ok("POST", "/subscription_schedules", &format!("from_subscription={}", id(&bought)));
    let session = shop.checkout(&shop.small, "");
    shop.pay(&session, "card=4000000000000259");
    let mut wrong = vec![];
    for kind in [
        "credit_note",
        "billing.meter",
        "product",
        "price",
        "coupon",
        "promotion_code",
        "customer",
        "payment_method",
        "subscription",
        "checkout.session",
        "billing_portal.session",
        "webhook_endpoint",
        "tax_id",
        "event",
        "invoice_payment",
        "refund",
        "invoice",
        "charge",
        "dispute",
        "subscription_schedule",
        "test_helpers.test_clock",
    ] {
        let ours = shop.sandbox.world().all(kind).pop().unwrap_or_else(|| panic!("no {kind}"));
        let ours = crate::endpoint::without_secret(crate::checkout::shown(&ours));
        compare(kind, &examples[kind], &ours, &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What both have must be of one type, and what we have must be known.
fn compare(at: &str, example: &Value, ours: &Value, wrong: &mut Vec<String>) {
    let path = |name: &str| format!("{at}.{name}");
    match (example, ours) {
        // Of whatever kind the event is.
        _ if at == "event.data.object" => {}
        (Value::Object(example), Value::Object(ours)) => {
            let is_free = at.ends_with("metadata") || at.ends_with("custom_fields");
            for (name, value) in ours.iter().filter(|_| !is_free) {
                match example.get(name) {
                    Some(known) => compare(&path(name), known, value, wrong),
                    None if LATER.contains(&&*path(name)) => {}
                    None => wrong.push(format!("{} is no field of the example", path(name))),
                }
            }
            for name in example.keys() {
                let is_known = ours.contains_key(name) || LEFT_OUT.contains(&&*path(name));
                if !is_known && !is_free {
                    wrong.push(format!("{} is missing", path(name)));
                }
            }
        }
        (Value::Array(example), Value::Array(ours)) => {
            if let (Some(example), Some(ours)) = (example.first(), ours.first()) {
                compare(&format!("{at}[]"), example, ours, wrong);
            }
        }
        // Nothing may stand anywhere, and an id may stand for its object.
        (Value::Null, _)
        | (_, Value::Null)
        | (Value::String(_), Value::Object(_))
        | (Value::Object(_), Value::String(_)) => {}
        (example, ours) => {
            if std::mem::discriminant(example) != std::mem::discriminant(ours) {
                wrong.push(format!("{at} is {ours}, the example {example}"));
            }
        }
    }
}
