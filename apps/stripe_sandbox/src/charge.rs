//! The payment of an invoice, and the charge of the card behind it: the money that the ledger counts.

use serde_json::{Value, json};

use crate::{
    customer, dispute,
    world::{World, id_in, number, text},
};

/// Takes the money of an invoice that has just been paid with this card.
pub(crate) fn take(world: &mut World, invoice: &Value, method: &str) {
    let (intent, payment) = (world.id("pi"), world.id("inpay"));
    let (amount, now) = (invoice["amount_paid"].clone(), world.now());
    let charge = charge(world, invoice, &intent, method);
    let intent = json!({
        "id": intent, "object": "payment_intent", "amount": amount, "amount_capturable": 0,
        "amount_received": amount, "capture_method": "automatic", "confirmation_method": "automatic",
        "client_secret": format!("{intent}_secret"), "created": now, "currency": invoice["currency"],
        "customer": invoice["customer"], "latest_charge": charge["id"], "livemode": false,
        "metadata": {}, "payment_method": method, "payment_method_types": ["card"],
        "status": "succeeded", "amount_refunded_by_sandbox": 0,
    });
    world.add(intent.clone());
    let paid = json!({
        "id": payment, "object": "invoice_payment", "amount_paid": amount,
        "amount_requested": amount, "created": now, "currency": invoice["currency"],
        "invoice": invoice["id"], "is_default": true, "livemode": false,
        "payment": { "payment_intent": intent["id"], "type": "payment_intent" }, "status": "paid",
        "status_transitions": { "canceled_at": null, "paid_at": now },
    });
    world.add(paid.clone());
    world.tell("charge.succeeded", &charge);
    world.tell("payment_intent.succeeded", &intent);
    world.tell("invoice_payment.paid", &paid);
    let card = customer::card_of(world, id_in(invoice, "customer"), method);
    if let Some(reason) = card.and_then(|card| card.disputed_as()) {
        let _ = dispute::open(world, text(&charge, "id"), reason);
    }
}

fn charge(world: &mut World, invoice: &Value, intent: &str, method: &str) -> Value {
    let id = world.id("ch");
    let card = world.find("payment_method", method).unwrap_or_default();
    world.add(json!({
        "id": id, "object": "charge", "amount": invoice["amount_paid"],
        "amount_captured": invoice["amount_paid"], "amount_refunded": 0, "application": null,
        "application_fee": null, "application_fee_amount": null, "balance_transaction": null,
        "billing_details": card["billing_details"], "calculated_statement_descriptor": "SANDBOX",
        "captured": true, "created": world.now(), "currency": invoice["currency"],
        "customer": invoice["customer"], "description": "Subscription", "disputed": false,
        "failure_balance_transaction": null, "failure_code": null, "failure_message": null,
        "fraud_details": {}, "livemode": false, "metadata": {}, "on_behalf_of": null,
        "outcome": { "advice_code": null, "network_advice_code": null, "network_decline_code": null,
            "network_status": "approved_by_network", "reason": null,
            "seller_message": "Payment complete.", "type": "authorized" },
        "paid": true, "payment_intent": intent, "payment_method": method,
        "payment_method_details": { "type": "card", "card": details(&card["card"], invoice) },
        "receipt_email": null, "receipt_number": null, "receipt_url": invoice["hosted_invoice_url"],
        "refunded": false, "review": null, "shipping": null, "source_transfer": null,
        "statement_descriptor": null, "statement_descriptor_suffix": null, "status": "succeeded",
        "transfer_data": null, "transfer_group": null,
    }))
}

/// The card as a charge shows it.
fn details(card: &Value, invoice: &Value) -> Value {
    json!({
        "amount_authorized": invoice["amount_paid"], "authorization_code": null,
        "brand": card["brand"], "checks": card["checks"], "country": card["country"],
        "exp_month": card["exp_month"], "exp_year": card["exp_year"],
        "extended_authorization": { "status": "disabled" }, "fingerprint": card["fingerprint"],
        "funding": card["funding"], "incremental_authorization": { "status": "unavailable" },
        "installments": null, "last4": card["last4"], "mandate": null,
        "multicapture": { "status": "unavailable" }, "network": card["brand"],
        "network_token": { "used": false }, "network_transaction_id": null,
        "overcapture": { "maximum_amount_capturable": invoice["amount_paid"],
            "status": "unavailable" },
        "regulated_status": card["regulated_status"], "three_d_secure": null,
        "transaction_link_id": null, "wallet": null,
    })
}

/// So much of a charge has gone back.
pub(crate) fn give_back(world: &mut World, intent: &Value, amount: i64) {
    let Some(mut charge) = world.find("charge", text(intent, "latest_charge")) else { return };
    let refunded = number(&charge, "amount_refunded") + amount;
    charge["amount_refunded"] = refunded.into();
    charge["refunded"] = (refunded == number(&charge, "amount")).into();
    world.put(&charge);
    world.tell("charge.refunded", &charge);
}
