//! Credit notes: an invoice that was too much, in part or whole, before or after it was paid.

use serde_json::{Value, json};

use crate::{
    error::{Fault, Outcome},
    params::Params,
    refund,
    subscription::metadata,
    world::{World, id_in, number, text},
};

/// `POST /v1/credit_notes`.
pub(crate) fn create(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let note = draft(world, params, pages)?;
    let invoice_id = id_in(&note, "invoice").to_owned();
    let mut invoice = world.get("invoice", &invoice_id)?;
    let (before, after) =
        (number(&note, "pre_payment_amount"), number(&note, "post_payment_amount"));
    add_to(&mut invoice, "pre_payment_credit_notes_amount", before);
    add_to(&mut invoice, "post_payment_credit_notes_amount", after);
    if before > 0 {
        add_to(&mut invoice, "amount_due", -before);
        add_to(&mut invoice, "amount_remaining", -before);
    }
    let is_settled =
        text(&invoice, "status") == "open" && number(&invoice, "amount_remaining") == 0;
    if is_settled {
        invoice["status"] = "paid".into();
        invoice["status_transitions"]["paid_at"] = world.now().into();
    }
    world.put(&invoice);
    let mut note = note;
    if let Some(back) = note["refund_of_sandbox"].as_i64().filter(|back| *back > 0) {
        let intent = intent_of(world, &invoice_id)?;
        let made = refund::make(world, &intent, Some(back), None, json!({}))?;
        note["refunds"] = json!([{ "amount_refunded": back, "payment_record_refund": null,
            "refund": made["id"], "type": "refund" }]);
    }
    if let Some(credit) = note["credit_of_sandbox"].as_i64().filter(|credit| *credit > 0) {
        let mut customer = world.get("customer", id_in(&note, "customer"))?;
        add_to(&mut customer, "balance", -credit);
        world.put(&customer);
        world.tell("customer.updated", &customer);
    }
    world.add(note.clone());
    world.tell("credit_note.created", &crate::checkout::shown(&note));
    if is_settled {
        world.tell("invoice.paid", &invoice);
    }
    Ok(note)
}

/// `GET /v1/credit_notes/preview`: what it would be.
pub(crate) fn preview(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    draft(world, params, pages)
}

fn draft(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let id = params.needed("invoice")?.to_owned();
    let invoice = world.named("invoice", "invoice", &id)?;
    let amount = params.number("amount")?.ok_or_else(|| Fault::missing("amount"))?;
    let back = params.number("refund_amount")?.unwrap_or(0);
    let credit = params.number("credit_amount")?.unwrap_or(0);
    let outside = params.number("out_of_band_amount")?.unwrap_or(0);
    let reasons = ["duplicate", "fraudulent", "order_change", "product_unsatisfactory"];
    let reason = params.word("reason", &reasons)?;
    let memo = params.text("memo").map(str::to_owned);
    let metadata = metadata(params);
    params.finish()?;
    if amount <= 0 || [back, credit, outside].iter().any(|part| *part < 0) {
        return Err(Fault::invalid("amount", "This value must be greater than or equal to 1."));
    }
    let is_open = match text(&invoice, "status") {
        "open" => true,
        "paid" => false,
        _ => {
            return Err(Fault::state(
                "invoice_not_editable",
                "The invoice is neither open nor paid.",
            ));
        }
    };
    let left = match is_open {
        true => number(&invoice, "amount_remaining"),
        false => {
            number(&invoice, "amount_paid") - number(&invoice, "post_payment_credit_notes_amount")
        }
    };
    if amount > left {
        let message = format!(
            "The sum of credit amount and previous credits exceeds the invoice ({left} left)."
        );
        return Err(Fault::invalid("amount", message));
    }
    let parts = back + credit + outside;
    if is_open && parts > 0 || !is_open && parts != amount {
        let message = "The sum of refund_amount, credit_amount and out_of_band_amount must equal the credit \
                       note amount, and an open invoice has none of them.";
        return Err(Fault::invalid("amount", message));
    }
    let (note, line) = (world.id("cn"), world.id("cnli"));
    let of = text(&invoice, "number");
    let many = world.all("credit_note").iter().filter(|one| id_in(one, "invoice") == id).count();
    let kind = if is_open { "pre_payment" } else { "post_payment" };
    Ok(json!({
        "id": note, "object": "credit_note", "amount": amount, "amount_shipping": 0,
        "created": world.now(), "currency": invoice["currency"], "customer": invoice["customer"],
        "customer_account": null, "customer_balance_transaction": null, "discount_amount": 0,
        "discount_amounts": [], "effective_at": world.now(), "invoice": id,
        "lines": { "object": "list", "has_more": false, "url": format!("/v1/credit_notes/{note}/lines"),
            "data": [{ "id": line, "object": "credit_note_line_item", "amount": amount,
                "description": format!("Credit for {of}"), "discount_amount": 0,
                "discount_amounts": [], "invoice_line_item": null, "livemode": false, "metadata": null,
                "pretax_credit_amounts": [], "quantity": 1, "tax_rates": [], "taxes": [],
                "type": "custom_line_item", "unit_amount": amount,
                "unit_amount_decimal": amount.to_string() }] },
        "livemode": false, "memo": memo, "metadata": metadata,
        "number": format!("{of}-CN-{:02}", many + 1), "out_of_band_amount": outside,
        "pdf": format!("{pages}/invoice/{id}/pdf"),
        "post_payment_amount": if is_open { 0 } else { amount },
        "pre_payment_amount": if is_open { amount } else { 0 }, "pretax_credit_amounts": [],
        "reason": reason, "refunds": [], "shipping_cost": null, "status": "issued",
        "subtotal": amount, "subtotal_excluding_tax": amount, "total": amount,
        "total_excluding_tax": amount, "total_taxes": [], "type": kind, "voided_at": null,
        "refund_of_sandbox": back, "credit_of_sandbox": credit,
    }))
}

fn add_to(object: &mut Value, name: &str, amount: i64) {
    object[name] = (number(object, name) + amount).into();
}

/// By what an invoice was paid.
fn intent_of(world: &World, invoice: &str) -> Outcome<String> {
    let paid =
        world.all("invoice_payment").into_iter().find(|one| id_in(one, "invoice") == invoice);
    let intent = paid.map(|paid| id_in(&paid["payment"], "payment_intent").to_owned());
    intent.ok_or_else(|| Fault::invalid("refund_amount", "Nothing was paid for this invoice."))
}
