//! Money that goes back.

use serde_json::{Value, json};

use crate::{
    charge, dispute,
    error::{Fault, Outcome},
    params::Params,
    subscription::metadata,
    world::{World, id_in, number, text},
};

/// `POST /v1/refunds`.
pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    let intent = params.needed("payment_intent")?.to_owned();
    world.named("payment_intent", "payment_intent", &intent)?;
    let amount = params.number("amount")?;
    let reasons = ["duplicate", "fraudulent", "requested_by_customer"];
    let reason = params.word("reason", &reasons)?;
    let metadata = metadata(params);
    params.finish()?;
    make(world, &intent, amount, reason, metadata)
}

/// Gives money of a payment back: so much, or what is left of it.
pub(crate) fn make(
    world: &mut World,
    intent: &str,
    amount: Option<i64>,
    reason: Option<String>,
    metadata: Value,
) -> Outcome<Value> {
    let mut paid = world.get("payment_intent", intent)?;
    let before = number(&paid, "amount_refunded_by_sandbox");
    let left = number(&paid, "amount_received") - before;
    let amount = amount.unwrap_or(left);
    if dispute::taken(world, intent) > 0 {
        let message =
            format!("PaymentIntent {intent} has been charged back; cannot issue a refund.");
        return Err(Fault::state("charge_disputed", message));
    }
    if left == 0 {
        let message = format!("PaymentIntent {intent} has already been refunded.");
        return Err(Fault::state("charge_already_refunded", message));
    }
    if amount <= 0 || amount > left {
        let message = format!("Refund amount is greater than unrefunded amount ({left}).");
        return Err(Fault::invalid("amount", message));
    }
    paid["amount_refunded_by_sandbox"] = (before + amount).into();
    world.put(&paid);
    let id = world.id("re");
    let refund = json!({
        "id": id, "object": "refund", "amount": amount, "balance_transaction": null,
        "charge": paid["latest_charge"],
        "created": world.now(), "currency": paid["currency"], "customer": paid["customer"],
        "customer_account": null, "destination_details": { "type": "card", "card": { "type": "refund" } },
        "payment_method": paid["payment_method"],
        "metadata": metadata, "payment_intent": intent, "reason": reason, "receipt_number": null,
        "source_transfer_reversal": null, "status": "succeeded", "transfer_reversal": null,
    });
    world.add(refund.clone());
    world.tell("refund.created", &refund);
    charge::give_back(world, &paid, amount);
    Ok(refund)
}

/// What was taken and given back: money in the sandbox, in minor units, by currency.
pub fn ledger(world: &World) -> Value {
    let mut all = json!({});
    for intent in world.all("payment_intent") {
        let (currency, refunded) = (text(&intent, "currency"), "amount_refunded_by_sandbox");
        if all[currency].is_null() {
            all[currency] = json!({ "taken": 0, "refunded": 0, "disputed": 0, "payments": [] });
        }
        let one = &mut all[currency];
        one["taken"] = (number(one, "taken") + number(&intent, "amount_received")).into();
        one["refunded"] = (number(one, "refunded") + number(&intent, refunded)).into();
        let disputed = dispute::taken(world, text(&intent, "id"));
        one["disputed"] = (number(one, "disputed") + disputed).into();
        let payment = json!({ "payment_intent": intent["id"], "customer": id_in(&intent, "customer"),
            "amount": intent["amount_received"], "refunded": intent[refunded],
            "disputed": disputed });
        if let Some(payments) = one["payments"].as_array_mut() {
            payments.push(payment);
        }
    }
    all
}
