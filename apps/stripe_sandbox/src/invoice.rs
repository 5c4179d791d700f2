//! Invoices: what stands in them, what they come to, how they are paid.

use serde_json::{Value, json};

use crate::{
    catalogue::money,
    charge, customer,
    error::{Fault, Outcome},
    world::{World, id_in, number, text},
};

/// One line of an invoice.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) amount: i64,
    pub(crate) words: String,
    pub(crate) price: Value,
    pub(crate) quantity: i64,
    pub(crate) item: String,
    /// From and to, in seconds.
    pub(crate) period: (i64, i64),
    pub(crate) is_proration: bool,
}

/// Whose invoice it is, and why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bill<'a> {
    pub(crate) customer: &'a str,
    pub(crate) subscription: &'a Value,
    /// `subscription_create`, `subscription_cycle`, `subscription_update`.
    pub(crate) reason: &'a str,
    /// The period before this invoice, or the one that it opens.
    pub(crate) period: (i64, i64),
}

/// What the invoice would be; its id says that it is none yet.
pub(crate) fn draft(world: &mut World, bill: Bill<'_>, lines: &[Line]) -> Value {
    let id = world.id("in");
    let currency = text(bill.subscription, "currency");
    let now = world.now();
    let buyer = world.find("customer", bill.customer).unwrap_or_default();
    let subtotal: i64 = lines.iter().map(|line| line.amount).sum();
    // What is taken off is taken off what is charged: a credit is what was paid, and that was less.
    let charged: i64 = lines.iter().map(|line| line.amount.max(0)).sum();
    let (off, discounts) = discount(world, bill.subscription, charged, currency);
    let total = subtotal - off;
    // What is left over of a credit pays a later invoice.
    let balance = number(&buyer, "balance") + total.min(0);
    let used = (-balance).clamp(0, total.max(0));
    let due = total.max(0) - used;
    let parent = json!({ "type": "subscription_details", "quote_details": null,
        "subscription_details": { "metadata": bill.subscription["metadata"],
            "subscription": id_in(bill.subscription, "id") } });
    let lines: Vec<Value> =
        lines.iter().map(|line| self::line(world, line, &id, bill.subscription)).collect();
    let amounts: Vec<Value> =
        discounts.iter().map(|one| json!({ "amount": off, "discount": one })).collect();
    let url = format!("/v1/invoices/{id}/lines");
    json!({
        "id": id, "object": "invoice", "account_country": "US", "account_name": "Sandbox",
        "account_tax_ids": null, "amount_due": due, "amount_overpaid": 0, "amount_paid": 0,
        "amount_remaining": due, "amount_shipping": 0, "application": null, "attempt_count": 0,
        "attempted": false, "auto_advance": true,
        "automatic_tax": { "disabled_reason": null,
            "enabled": bill.subscription["automatic_tax"]["enabled"], "liability": null,
            "provider": null, "status": null },
        "automatically_finalizes_at": null, "billing_reason": bill.reason,
        "collection_method": "charge_automatically", "created": now, "currency": currency,
        "custom_fields": buyer["invoice_settings"]["custom_fields"], "customer": bill.customer,
        "customer_account": null, "customer_address": buyer["address"],
        "customer_email": buyer["email"], "customer_name": buyer["name"],
        "customer_phone": buyer["phone"], "customer_shipping": null, "customer_tax_exempt": "none",
        "customer_tax_ids": tax_ids(world, bill.customer), "default_payment_method": null,
        "default_source": null, "default_tax_rates": [], "description": null,
        "discounts": discounts, "due_date": null, "effective_at": null,
        "ending_balance": balance + used, "footer": null, "from_invoice": null,
        "hosted_invoice_url": null, "invoice_pdf": null,
        "issuer": { "type": "self" }, "last_finalization_error": null, "latest_revision": null,
        "lines": { "object": "list", "data": lines, "has_more": false, "url": url },
        "livemode": false, "metadata": {}, "next_payment_attempt": null, "number": null,
        "on_behalf_of": null, "parent": parent,
        "payment_settings": { "default_mandate": null, "payment_method_options": null,
            "payment_method_types": null },
        "period_end": bill.period.1, "period_start": bill.period.0,
        "post_payment_credit_notes_amount": 0, "pre_payment_credit_notes_amount": 0,
        "receipt_number": null, "rendering": null, "shipping_cost": null, "shipping_details": null,
        "starting_balance": number(&buyer, "balance"), "statement_descriptor": null,
        "status": "draft", "status_transitions": { "finalized_at": null, "marked_uncollectible_at": null,
            "paid_at": null, "voided_at": null },
        "subtotal": subtotal, "subtotal_excluding_tax": subtotal,
        "test_clock": bill.subscription["test_clock"], "total": total,
        "total_discount_amounts": amounts, "total_excluding_tax": total,
        "total_pretax_credit_amounts": [], "total_taxes": [], "webhooks_delivered_at": null,
    })
}

fn line(world: &mut World, line: &Line, invoice: &str, subscription: &Value) -> Value {
    let id = world.id("il");
    json!({
        "id": id, "object": "line_item", "amount": line.amount,
        "currency": line.price["currency"], "description": line.words, "discount_amounts": [],
        "discountable": !line.is_proration, "discounts": [], "invoice": invoice, "livemode": false,
        "metadata": {}, "parent": { "type": "subscription_item_details",
            "invoice_item_details": null, "subscription_item_details": { "invoice_item": null,
                "proration": line.is_proration, "proration_details": { "credited_items": null },
                "subscription": subscription["id"], "subscription_item": line.item } },
        "period": { "start": line.period.0, "end": line.period.1 }, "pretax_credit_amounts": [],
        "pricing": { "type": "price_details", "price_details": { "price": line.price["id"],
            "product": line.price["product"] }, "unit_amount_decimal": line.price["unit_amount_decimal"] },
        "quantity": line.quantity,
        "quantity_decimal": line.quantity.to_string(), "subscription": subscription["id"], "subtotal": line.amount, "taxes": [],
    })
}

fn tax_ids(world: &World, customer: &str) -> Vec<Value> {
    let known = world.all("tax_id").into_iter();
    let theirs = known.filter(|one| id_in(one, "customer") == customer);
    theirs.map(|one| json!({ "type": one["type"], "value": one["value"] })).collect()
}

/// What a subscription's coupon takes off, and the discounts that do so.
fn discount(world: &World, of: &Value, subtotal: i64, currency: &str) -> (i64, Vec<String>) {
    let ids = of["discounts"].as_array().cloned().unwrap_or_default();
    let known = ids.iter().filter_map(|id| world.find("discount", id.as_str()?));
    let now = world.now();
    for one in known.filter(|one| one["end"].as_i64().is_none_or(|end| now < end)) {
        let Some(coupon) = world.find("coupon", text(&one["source"], "coupon")) else { continue };
        let off = match (coupon["amount_off"].as_i64(), coupon["percent_off"].as_f64()) {
            (Some(off), _) if text(&coupon, "currency") == currency => off.min(subtotal),
            (_, Some(percent)) if subtotal > 0 => {
                // In hundredths of a per cent, so that no money is a fraction.
                let hundredths = (percent * 100.0).round() as i64;
                (subtotal * hundredths + 5_000) / 10_000
            }
            _ => 0,
        };
        return (off.max(0), vec![text(&one, "id").to_owned()]);
    }
    (0, vec![])
}

/// Makes a draft an invoice with a number, and tells so.
pub(crate) fn finish(world: &mut World, mut invoice: Value, pages: &str) -> Value {
    let id = text(&invoice, "id").to_owned();
    let customer = id_in(&invoice, "customer").to_owned();
    if let Some(mut buyer) = world.find("customer", &customer) {
        let sequence = number(&buyer, "next_invoice_sequence");
        invoice["number"] = format!("{}-{sequence:04}", text(&buyer, "invoice_prefix")).into();
        buyer["next_invoice_sequence"] = (sequence + 1).into();
        buyer["balance"] = invoice["ending_balance"].clone();
        if buyer["currency"].is_null() {
            buyer["currency"] = invoice["currency"].clone();
        }
        world.put(&buyer);
    }
    use_up(world, &invoice);
    invoice["status"] = "open".into();
    invoice["effective_at"] = world.now().into();
    invoice["status_transitions"]["finalized_at"] = world.now().into();
    invoice["hosted_invoice_url"] = format!("{pages}/invoice/{id}").into();
    invoice["invoice_pdf"] = format!("{pages}/invoice/{id}/pdf").into();
    world.add(invoice.clone());
    world.tell("invoice.created", &invoice);
    world.tell("invoice.finalized", &invoice);
    invoice
}

/// A coupon for one invoice is over with the first that it made cheaper.
fn use_up(world: &mut World, invoice: &Value) {
    for one in invoice["total_discount_amounts"].as_array().cloned().unwrap_or_default() {
        let Some(mut discount) = world.find("discount", text(&one, "discount")) else { continue };
        let coupon = world.find("coupon", text(&discount["source"], "coupon")).unwrap_or_default();
        if text(&coupon, "duration") == "once" && number(&one, "amount") > 0 {
            discount["end"] = world.now().into();
            world.put(&discount);
        }
    }
}

/// What part of its prices a subscription really paid last, as a fraction.
pub(crate) fn share_paid(world: &World, of: &str) -> (i64, i64) {
    let is_its = |one: &Value| text(&one["parent"]["subscription_details"], "subscription") == of;
    let charged = |one: &Value| -> i64 {
        let lines = one["lines"]["data"].as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| number(line, "amount").max(0)).sum()
    };
    let mut all = world.all("invoice").into_iter().rev();
    let Some(last) = all.find(|one| is_its(one) && charged(one) > 0) else { return (1, 1) };
    let charged = charged(&last);
    let amounts = last["total_discount_amounts"].as_array().cloned().unwrap_or_default();
    let off: i64 = amounts.iter().map(|one| number(one, "amount")).sum();
    (charged - off, charged)
}

/// Tries to collect an invoice that is open, with this card.
pub(crate) fn pay(
    world: &mut World,
    id: &str,
    method: Option<&str>,
    is_there: bool,
) -> Outcome<Value> {
    let mut invoice = world.get("invoice", id)?;
    match text(&invoice, "status") {
        "open" => {}
        "paid" => return Err(Fault::state("invoice_already_paid", "Invoice is already paid")),
        other => {
            let message = format!("The invoice is {other} and cannot be paid.");
            return Err(Fault::state("invoice_not_editable", message));
        }
    }
    let due = number(&invoice, "amount_due");
    let customer = id_in(&invoice, "customer").to_owned();
    let method = match method {
        Some(method) => Some(method.to_owned()),
        None => customer::default_method(world, &customer),
    };
    let result = match (due, &method) {
        (0, _) => Ok(None),
        (_, None) => Err(Fault::card(
            "missing_payment_method",
            None,
            "There is no payment method to charge.",
        )),
        (_, Some(method)) => match customer::card_of(world, &customer, method) {
            Some(card) => card.charge(is_there).map(|()| Some(method.clone())),
            None => Err(Fault::card("missing_payment_method", None, "There is no such card.")),
        },
    };
    if due > 0 {
        invoice["attempted"] = true.into();
        invoice["attempt_count"] = (number(&invoice, "attempt_count") + 1).into();
    }
    match result {
        Ok(method) => {
            invoice["status"] = "paid".into();
            invoice["amount_paid"] = due.into();
            invoice["amount_remaining"] = 0.into();
            invoice["next_payment_attempt"] = Value::Null;
            invoice["status_transitions"]["paid_at"] = world.now().into();
            world.put(&invoice);
            if let Some(method) = method {
                charge::take(world, &invoice, &method);
            }
            world.tell("invoice.paid", &invoice);
            world.tell("invoice.payment_succeeded", &invoice);
            Ok(invoice)
        }
        Err(fault) => {
            world.put(&invoice);
            let kind = match fault.code() {
                "authentication_required" => "invoice.payment_action_required",
                _ => "invoice.payment_failed",
            };
            world.tell(kind, &invoice);
            Err(fault)
        }
    }
}

/// What nobody has to pay any more.
pub(crate) fn void(world: &mut World, id: &str) -> Outcome<Value> {
    let mut invoice = world.get("invoice", id)?;
    if text(&invoice, "status") != "open" {
        return Err(Fault::state("invoice_not_editable", "Only an open invoice can be voided."));
    }
    // What the customer's balance paid of it is theirs again.
    let used = number(&invoice, "ending_balance") - number(&invoice, "starting_balance");
    if let Some(mut buyer) = world.find("customer", id_in(&invoice, "customer")) {
        buyer["balance"] = (number(&buyer, "balance") - used).into();
        world.put(&buyer);
    }
    invoice["status"] = "void".into();
    invoice["status_transitions"]["voided_at"] = world.now().into();
    world.put(&invoice);
    world.tell("invoice.voided", &invoice);
    Ok(invoice)
}

/// What will not be paid, though it is owed.
pub(crate) fn give_up(world: &mut World, id: &str) -> Outcome<Value> {
    let mut invoice = world.get("invoice", id)?;
    invoice["status"] = "uncollectible".into();
    invoice["status_transitions"]["marked_uncollectible_at"] = world.now().into();
    world.put(&invoice);
    world.tell("invoice.marked_uncollectible", &invoice);
    Ok(invoice)
}

/// The invoice with what was paid for it, as whoever asks to expand `payments` gets it.
pub(crate) fn payments(world: &World, invoice: &str) -> Value {
    let all = world.all("invoice_payment").into_iter();
    let data: Vec<_> = all.filter(|one| id_in(one, "invoice") == invoice).collect();
    json!({ "object": "list", "data": data, "has_more": false,
        "url": format!("/v1/invoices/{invoice}/payments") })
}

/// What a line says of a price: `3 × Team (at $12.00 / month)`.
pub(crate) fn words(world: &World, price: &Value, quantity: i64) -> String {
    let product = world.find("product", id_in(price, "product")).unwrap_or_default();
    let amount = money(number(price, "unit_amount"), text(price, "currency"));
    let interval = text(&price["recurring"], "interval");
    format!("{quantity} × {} (at {amount} / {interval})", text(&product, "name"))
}
