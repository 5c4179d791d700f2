//! The API: which address does what, who may ask, and what is answered twice.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    catalogue, change, checkout, customer, endpoint,
    error::{Fault, Outcome},
    invoice,
    params::Params,
    portal, preview, refund, subscription,
    world::{Answered, Call, VERSION, World, id_in, text},
};

/// A call as it came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `GET`, `POST`, `DELETE`.
    pub method: String,
    /// Without `/v1`: `/customers/cus_1`.
    pub path: String,
    /// Without `?`.
    pub query: String,
    /// The form.
    pub body: String,
    /// The header `Authorization`.
    pub authorization: String,
    /// The header `Idempotency-Key`.
    pub key: Option<String>,
}

/// What comes back.
#[derive(Clone, Debug)]
pub struct Response {
    /// Its status; 0: the connection is cut, though the deed is done.
    pub status: u16,
    /// JSON.
    pub body: String,
    /// Its number.
    pub id: String,
    /// The deed was done before, under the same key.
    pub is_again: bool,
}

/// Answers a call.
pub(crate) fn answer(world: &mut World, request: &Request, pages: &str) -> Response {
    let id = world.id("req");
    let respond =
        |status: u16, body: String| Response { status, body, id: id.clone(), is_again: false };
    if let Err(fault) = authorised(&request.authorization) {
        return respond(fault.status, fault.json().to_string());
    }
    let is_read = request.method == "GET";
    let print = hex::encode(Sha256::digest(format!(
        "{} {}\n{}",
        request.method, request.path, request.body
    )));
    let key = request.key.clone().filter(|_| !is_read);
    if let Some(known) = key.as_ref().and_then(|key| world.answers.get(key)).cloned() {
        if known.request != print {
            let fault = Fault::idempotency();
            note(world, request, fault.status, false);
            return respond(fault.status, fault.json().to_string());
        }
        note(world, request, known.status, true);
        return Response { is_again: true, ..respond(known.status, known.body) };
    }
    // What fails on purpose: before the deed, or after it.
    let mut is_cut = false;
    if !world.faults.calls.is_empty() {
        match world.faults.calls.remove(0) {
            0 => is_cut = true,
            status => {
                note(world, request, status, false);
                return respond(status, Fault::injected(status).json().to_string());
            }
        }
    }
    world.request = Some((id.clone(), key.clone()));
    let result = dispatch(world, request, pages);
    world.request = None;
    let (status, body) = match result {
        Ok(object) => (200, object.to_string()),
        Err(fault) => (fault.status, fault.json().to_string()),
    };
    if !is_read {
        note(world, request, status, false);
    }
    if let Some(key) = key {
        let answered = Answered { request: print, status, body: body.clone() };
        world.answers.insert(key, answered);
    }
    respond(if is_cut { 0 } else { status }, body)
}

fn note(world: &mut World, request: &Request, status: u16, is_again: bool) {
    let (method, path) = (request.method.clone(), request.path.clone());
    world.calls.push(Call { method, path, status, key: request.key.clone(), is_again });
    let spare = world.calls.len().saturating_sub(10_000);
    world.calls.drain(..spare);
}

fn authorised(header: &str) -> Outcome<()> {
    use base64::Engine;
    let basic = |text: &str| {
        let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
        Some(String::from_utf8(bytes).ok()?.split(':').next()?.to_owned())
    };
    let key = match header.split_once(' ') {
        Some(("Bearer", key)) => key.to_owned(),
        Some(("Basic", text)) => basic(text).unwrap_or_default(),
        _ => return Err(Fault::unauthorised("You did not provide an API key.")),
    };
    match key.starts_with("sk_test_") {
        true => Ok(()),
        false => Err(Fault::unauthorised("Invalid API Key provided.")),
    }
}

fn dispatch(world: &mut World, request: &Request, pages: &str) -> Outcome<Value> {
    let sent = if request.method == "POST" { &request.body } else { &request.query };
    let params = Params::read(sent)?;
    let path: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    let mut object = match &*request.method {
        "GET" => read(world, &path, &params)?,
        "POST" => write(world, &path, &params, pages)?,
        // A deletion may bring its parameters either way.
        "DELETE" if !request.body.is_empty() => {
            delete(world, &path, &Params::read(&request.body)?, pages)?
        }
        "DELETE" => delete(world, &path, &params, pages)?,
        _ => return Err(Fault::no_such_call(&request.method, &request.path)),
    };
    for wanted in params.expand() {
        expand(world, &mut object, &wanted.split('.').collect::<Vec<_>>());
    }
    Ok(checkout::shown(&object))
}

fn write(world: &mut World, path: &[&str], params: &Params, pages: &str) -> Outcome<Value> {
    match path {
        ["products"] => catalogue::create_product(world, params),
        ["products", id] => catalogue::update_product(world, id, params),
        ["prices"] => catalogue::create_price(world, params),
        ["prices", id] => catalogue::update_price(world, id, params),
        ["coupons"] => catalogue::create_coupon(world, params),
        ["promotion_codes"] => catalogue::create_promotion_code(world, params),
        ["customers"] => customer::create(world, params),
        ["customers", id] => customer::update(world, id, params),
        ["customers", id, "tax_ids"] => customer::create_tax_id(world, id, params),
        ["payment_methods", id, "attach"] => customer::attach(world, id, params),
        ["payment_methods", id, "detach"] => customer::detach(world, id),
        ["checkout", "sessions"] => checkout::create(world, params, pages),
        ["checkout", "sessions", id, "expire"] => checkout::expire(world, id),
        ["billing_portal", "sessions"] => portal::create(world, params, pages),
        ["subscriptions"] => subscription::create(world, params, pages),
        ["subscriptions", id] => change::update(world, id, params, pages),
        ["invoices", "create_preview"] => preview::create(world, params),
        ["invoices", id, "pay"] => portal::pay(world, id, false),
        ["invoices", id, "void"] => invoice::void(world, id),
        ["refunds"] => refund::create(world, params),
        ["webhook_endpoints"] => endpoint::create(world, params),
        ["webhook_endpoints", id] => endpoint::update(world, id, params),
        _ => Err(Fault::no_such_call("POST", &format!("/v1/{}", path.join("/")))),
    }
}

fn delete(world: &mut World, path: &[&str], params: &Params, pages: &str) -> Outcome<Value> {
    match path {
        ["customers", id] => customer::delete(world, id),
        ["customers", customer, "tax_ids", id] => customer::delete_tax_id(world, customer, id),
        ["subscriptions", id] => subscription::cancel(world, id, params, pages),
        ["webhook_endpoints", id] => {
            world.get("webhook_endpoint", id)?;
            world.remove(id);
            Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
        }
        _ => Err(Fault::no_such_call("DELETE", &format!("/v1/{}", path.join("/")))),
    }
}

/// Where objects of a kind are, and by what a list of them can be narrowed.
const KINDS: [(&str, &str, &[&str]); 13] = [
    ("products", "product", &["active", "url"]),
    ("prices", "price", &["active", "currency", "product", "type"]),
    ("coupons", "coupon", &[]),
    ("promotion_codes", "promotion_code", &["active", "code", "customer"]),
    ("customers", "customer", &["email"]),
    ("payment_methods", "payment_method", &["customer", "type"]),
    ("checkout/sessions", "checkout.session", &["customer", "status", "subscription"]),
    ("subscriptions", "subscription", &["customer", "status", "price"]),
    ("invoices", "invoice", &["customer", "status", "subscription"]),
    ("payment_intents", "payment_intent", &["customer"]),
    ("refunds", "refund", &["payment_intent"]),
    ("webhook_endpoints", "webhook_endpoint", &[]),
    ("events", "event", &["type"]),
];

fn read(world: &World, path: &[&str], params: &Params) -> Outcome<Value> {
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
    let data: Vec<_> = all[from..to].iter().take(limit).map(checkout::shown).collect();
    let has_more = match before.is_some() {
        true => from > 0,
        false => from + data.len() < to,
    };
    Ok(json!({ "object": "list", "data": data, "has_more": has_more, "url": format!("/v1/{url}") }))
}

/// Puts whole objects where their ids stand.
fn expand(world: &World, object: &mut Value, path: &[&str]) {
    let [first, rest @ ..] = path else { return };
    if let Value::Array(all) = object {
        all.iter_mut().for_each(|one| expand(world, one, path));
        return;
    }
    if *first == "data" {
        if let Some(all) = object.get_mut("data") {
            match rest {
                [] => {}
                rest => expand(world, all, rest),
            }
        }
        return;
    }
    if *first == "payments" && text(object, "object") == "invoice" {
        object["payments"] = invoice::payments(world, text(object, "id"));
    }
    if *first == "line_items" && text(object, "object") == "checkout.session" {
        object["line_items"] =
            json!({ "object": "list", "data": [], "has_more": false, "url": "" });
    }
    let Some(part) = object.get_mut(*first) else { return };
    if let Value::String(id) = &*part
        && let Some(whole) = world.any(id)
    {
        *part = checkout::shown(&whole);
    }
    if !rest.is_empty() {
        expand(world, part, rest);
    }
}

/// What is spoken here.
pub fn version() -> &'static str {
    VERSION
}
