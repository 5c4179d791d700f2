//! Disputes: a cardholder's bank takes a payment back, and somebody says why it should not.

use serde_json::{Value, json};

use crate::{
    error::{Fault, Outcome},
    params::Params,
    period::DAY,
    world::{World, number, text},
};

/// What a bank takes for it, in minor units of US dollars: not given back, whoever wins.
const FEE: i64 = 1_500;
/// Days in which evidence can be sent.
const ANSWER: i64 = 9;
/// Texts that decide a dispute in tests, as Stripe documents them.
const WINS: &str = "winning_evidence";
const LOSES: &str = "losing_evidence";

const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

/// Why a payment is disputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    /// `fraudulent`, `product_not_received`.
    pub(crate) word: &'static str,
    /// The bank only asks: no money is taken back yet.
    pub(crate) is_inquiry: bool,
}

/// The cardholder says that it was not they.
pub(crate) const FRAUD: Reason = Reason { word: "fraudulent", is_inquiry: false };
/// They paid, and nothing came.
pub(crate) const NOTHING_CAME: Reason = Reason { word: "product_not_received", is_inquiry: false };
/// Their bank wants to know what it was.
pub(crate) const QUESTION: Reason = Reason { word: "general", is_inquiry: true };

/// Opens one. Fails for a charge that is disputed already, or of which nothing is left.
pub(crate) fn open(world: &mut World, charge: &str, reason: Reason) -> Outcome<Value> {
    let mut charge = world.get("charge", charge)?;
    let left = number(&charge, "amount") - number(&charge, "amount_refunded");
    if charge["disputed"] == true || left == 0 {
        return Err(Fault::state("charge_disputed", "There is nothing left to dispute."));
    }
    charge["disputed"] = true.into();
    world.put(&charge);
    let evidence: serde_json::Map<_, _> =
        EVIDENCE.iter().map(|name| ((*name).to_owned(), Value::Null)).collect();
    let mut evidence = Value::Object(evidence);
    evidence["enhanced_evidence"] = json!({});
    let (id, now) = (world.id("dp"), world.now());
    let network = &charge["payment_method_details"]["card"]["network"];
    let mut dispute = json!({
        "id": id, "object": "dispute", "amount": left, "balance_transactions": [],
        "charge": charge["id"], "created": now, "currency": charge["currency"],
        "enhanced_eligibility_types": [], "evidence": evidence,
        "evidence_details": { "due_by": now + ANSWER * DAY, "enhanced_eligibility": {},
            "has_evidence": false, "past_due": false, "submission_count": 0 },
        "is_charge_refundable": reason.is_inquiry, "livemode": false, "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": { "type": "card", "card": { "brand": network,
            "case_type": if reason.is_inquiry { "inquiry" } else { "chargeback" },
            "network": network, "network_reason_code": null } },
        "reason": reason.word,
        "status": if reason.is_inquiry { "warning_needs_response" } else { "needs_response" },
    });
    world.add(dispute.clone());
    world.tell("charge.dispute.created", &dispute);
    if !reason.is_inquiry {
        book(world, &mut dispute, -left, FEE);
        world.tell("charge.dispute.funds_withdrawn", &dispute);
    }
    Ok(dispute)
}

/// Money that goes, or comes back.
fn book(world: &mut World, dispute: &mut Value, amount: i64, fee: i64) {
    let (id, now) = (world.id("txn"), world.now());
    let of = text(dispute, "id").to_owned();
    let fees = if fee == 0 {
        json!([])
    } else {
        json!([{ "amount": fee, "application": null, "currency": dispute["currency"],
            "description": "Dispute fee", "type": "stripe_fee" }])
    };
    let booked = json!({
        "id": id, "object": "balance_transaction", "amount": amount, "available_on": now,
        "balance_type": "payments", "created": now, "currency": dispute["currency"],
        "description": format!("Chargeback {}", if amount < 0 { "withdrawal" } else { "reversal" }),
        "exchange_rate": null, "fee": fee, "fee_details": fees, "net": amount - fee,
        "reporting_category": if amount < 0 { "dispute" } else { "dispute_reversal" },
        "source": of, "status": "available", "type": "adjustment",
    });
    if let Some(all) = dispute["balance_transactions"].as_array_mut() {
        all.push(booked);
    }
    world.put(dispute);
}

/// `POST /v1/disputes/{id}`.
pub(crate) fn update(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let mut dispute = needs_answer(world, id)?;
    params.metadata(&mut dispute);
    let evidence = params.below("evidence");
    if let Some(evidence) = &evidence {
        evidence.copy(&EVIDENCE, &mut dispute["evidence"]);
        evidence.finish()?;
        dispute["evidence_details"]["has_evidence"] = true.into();
    }
    let is_sent = params.flag("submit")?.unwrap_or(evidence.is_some());
    params.finish()?;
    if is_sent {
        let sent = number(&dispute["evidence_details"], "submission_count") + 1;
        dispute["evidence_details"]["submission_count"] = sent.into();
    }
    world.put(&dispute);
    if !is_sent {
        world.tell("charge.dispute.updated", &dispute);
        return Ok(dispute);
    }
    match text(&dispute["evidence"], "uncategorized_text") {
        WINS => decide(world, id, true),
        LOSES => decide(world, id, false),
        _ => {
            dispute["status"] = match text(&dispute, "status") {
                "needs_response" => "under_review".into(),
                _ => "warning_under_review".into(),
            };
            world.put(&dispute);
            world.tell("charge.dispute.updated", &dispute);
            Ok(dispute)
        }
    }
}

/// `POST /v1/disputes/{id}/close`: it is admitted.
pub(crate) fn close(world: &mut World, id: &str) -> Outcome<Value> {
    needs_answer(world, id)?;
    decide(world, id, false)
}

fn needs_answer(world: &World, id: &str) -> Outcome<Value> {
    let dispute = world.get("dispute", id)?;
    match text(&dispute, "status").ends_with("needs_response") {
        true => Ok(dispute),
        false => Err(Fault::state("dispute_closed", "This dispute can no longer be answered.")),
    }
}

/// Is it still to be decided?
pub(crate) fn is_open(dispute: &Value) -> bool {
    let status = text(dispute, "status");
    status.ends_with("needs_response") || status.ends_with("under_review")
}

/// When nobody has answered, it is lost then.
pub(crate) fn due(dispute: &Value) -> Option<i64> {
    let waits = text(dispute, "status").ends_with("needs_response");
    waits.then(|| number(&dispute["evidence_details"], "due_by"))
}

/// The bank decides. An inquiry that is not answered well becomes a dispute at a bank; here it is closed.
pub(crate) fn decide(world: &mut World, id: &str, is_won: bool) -> Outcome<Value> {
    let mut dispute = world.get("dispute", id)?;
    let is_inquiry = text(&dispute, "status").starts_with("warning");
    let is_late = number(&dispute["evidence_details"], "due_by") <= world.now();
    dispute["evidence_details"]["past_due"] = is_late.into();
    dispute["status"] = match (is_inquiry, is_won) {
        (true, _) => "warning_closed".into(),
        (false, true) => "won".into(),
        (false, false) => "lost".into(),
    };
    world.put(&dispute);
    world.tell("charge.dispute.closed", &dispute);
    if is_won && !is_inquiry {
        let amount = number(&dispute, "amount");
        book(world, &mut dispute, amount, 0);
        world.tell("charge.dispute.funds_reinstated", &dispute);
    }
    Ok(dispute)
}

/// How much of a payment is with the bank.
pub(crate) fn taken(world: &World, intent: &str) -> i64 {
    let its = world.each("dispute").filter(|one| text(one, "payment_intent") == intent);
    let booked = its.filter_map(|one| one["balance_transactions"].as_array());
    -booked.flatten().map(|one| number(one, "amount")).sum::<i64>()
}
