//! What is read: one object, lists in pages, and whole objects where their ids stand.

use serde_json::{Value, json};

use crate::{
    checkout, endpoint,
    error::{Fault, Outcome},
    invoice, meter,
    params::Params,
    world::{World, id_in, text},
};

/// Where objects of a kind are, and by what a list of them can be narrowed.
const KINDS: [(&str, &str, &[&str]); 19] = [
    ("products", "product", &["active", "url"]),
    ("prices", "price", &["active", "currency", "product", "type"]),
    ("coupons", "coupon", &[]),
    ("promotion_codes", "promotion_code", &["active", "code", "customer"]),
    ("customers", "customer", &["email"]),
    ("payment_methods", "payment_method", &["customer", "type"]),
    ("checkout/sessions", "checkout.session", &["customer", "status", "subscription"]),
    ("subscriptions", "subscription", &["customer", "status"]),
    ("invoices", "invoice", &["customer", "status", "subscription"]),
    ("payment_intents", "payment_intent", &["customer"]),
    ("refunds", "refund", &["payment_intent"]),
    ("webhook_endpoints", "webhook_endpoint", &[]),
    ("events", "event", &["type"]),
    ("credit_notes", "credit_note", &["customer", "invoice"]),
    ("billing/meters", "billing.meter", &["status"]),
    ("charges", "charge", &["customer", "payment_intent"]),
    ("disputes", "dispute", &["charge", "payment_intent"]),
    ("subscription_schedules", "subscription_schedule", &["customer"]),
    ("test_helpers/test_clocks", "test_helpers.test_clock", &[]),
];

pub(crate) fn read(world: &World, path: &[&str], params: &Params) -> Outcome<Value> {
    let whole = path.join("/");
    if let Some((_, kind, by)) = KINDS.iter().find(|(place, ..)| *place == whole) {
        return list(world, kind, by, params, &whole);
    }
    match path {
        ["customers", id, "tax_ids"] => {
            world.get("customer", id)?;
            let mine = world.all("tax_id").into_iter().filter(|one| id_in(one, "customer") == *id);
            page(mine.collect(), params, &whole)
        }
        ["customers", id, "payment_methods"] => {
            world.get("customer", id)?;
            params.text("type");
            let all = world.all("payment_method").into_iter();
            page(all.filter(|one| id_in(one, "customer") == *id).collect(), params, &whole)
        }
        ["billing", "meters", id, "event_summaries"] => meter::summaries(world, id, params),
        ["invoice_payments"] => {
            list(world, "invoice_payment", &["invoice", "status"], params, &whole)
        }
        _ => {
            let (id, place) = path.split_last().unwrap_or((&"", &[]));
            let place = place.join("/");
            let known = KINDS.iter().find(|(known, ..)| *known == place);
            let (_, kind, _) =
                known.ok_or_else(|| Fault::no_such_call("GET", &format!("/v1/{whole}")))?;
            params.finish()?;
            let object = world.get(kind, id)?;
            Ok(if *kind == "webhook_endpoint" { endpoint::without_secret(object) } else { object })
        }
    }
}

fn list(world: &World, kind: &str, by: &[&str], params: &Params, url: &str) -> Outcome<Value> {
    let mut all = world.all(kind);
    for name in by {
        let Some(wanted) = params.text(name) else { continue };
        all.retain(|one| match (*name, &one[*name]) {
            // Those that are over are not in a list that does not ask for them.
            ("status", _) if wanted == "all" => true,
            ("subscription", Value::Null) => {
                text(&one["parent"]["subscription_details"], "subscription") == wanted
            }
            (_, Value::Bool(is)) => is.to_string() == wanted,
            (_, Value::String(text)) => text == wanted,
            (_, whole) => text(whole, "id") == wanted,
        });
    }
    if kind == "subscription" && params.text("status").is_none() {
        all.retain(|one| text(one, "status") != "canceled");
    }
    if kind == "price" {
        let keys = params.texts("lookup_keys");
        all.retain(|one| keys.is_empty() || keys.iter().any(|key| key == text(one, "lookup_key")));
    }
    if let Some(created) = params.below("created") {
        let (from, after) = (created.number("gte")?, created.number("gt")?);
        created.finish()?;
        let at = |one: &Value| one["created"].as_i64().unwrap_or_default();
        all.retain(|one| from.is_none_or(|from| at(one) >= from));
        all.retain(|one| after.is_none_or(|after| at(one) > after));
    }
    let types = params.texts("types");
    all.retain(|one| types.is_empty() || types.iter().any(|kind| kind == text(one, "type")));
    page(all, params, url)
}

/// One page of a list, the newest first.
fn page(mut all: Vec<Value>, params: &Params, url: &str) -> Outcome<Value> {
    all.reverse();
    let limit = params.number("limit")?.unwrap_or(10);
    if !(1..=100).contains(&limit) {
        return Err(Fault::invalid("limit", "This value must be between 1 and 100."));
    }
    let limit = limit as usize;
    let place = |id: &str| all.iter().position(|one| text(one, "id") == id);
    let (after, before) = (params.text("starting_after"), params.text("ending_before"));
    let (from, to) = match (after, before) {
        (Some(id), _) => {
            let at = place(id).ok_or_else(|| Fault::names_no("object", "starting_after", id))?;
            (at + 1, all.len())
        }
        (None, Some(id)) => {
            let at = place(id).ok_or_else(|| Fault::names_no("object", "ending_before", id))?;
            (at.saturating_sub(limit), at)
        }
        (None, None) => (0, all.len()),
    };
    params.finish()?;
    let data: Vec<_> = all[from..to]
        .iter()
        .take(limit)
        .map(|one| endpoint::without_secret(checkout::shown(one)))
        .collect();
    let has_more = match before.is_some() {
        true => from > 0,
        false => from + data.len() < to,
    };
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": format!("/v1/{url}") }))
}

/// Puts whole objects where their ids stand; false: there is no such field.
pub(crate) fn expand(world: &World, object: &mut Value, path: &[&str]) -> bool {
    let [first, rest @ ..] = path else { return true };
    if let Value::Array(all) = object {
        return all.iter_mut().all(|one| expand(world, one, path));
    }
    if *first == "payments" && text(object, "object") == "invoice" {
        object["payments"] = invoice::payments(world, text(object, "id"));
    }
    let Some(part) = object.get_mut(*first) else { return false };
    if let Value::String(id) = &*part {
        match world.any(id) {
            Some(whole) => *part = checkout::shown(&whole),
            // A word is no object.
            None => return false,
        }
    }
    // Nothing there has nothing below it.
    part.is_null() || expand(world, part, rest)
}
