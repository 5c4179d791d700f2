//! The API: which address does what, who may ask, and what is answered twice.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    catalogue, change, checkout, credit_note, customer, dispute, endpoint,
    error::{Fault, Outcome},
    invoice, meter,
    params::Params,
    portal, preview,
    read::{expand, read},
    refund, schedule, subscription, test_clock,
    world::{Answered, Call, VERSION, World},
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

impl Request {
    /// The call of a request to this address, without `/v1/`. `header` reads one of its headers.
    pub fn of<'a>(
        (method, path, query): (&str, &str, Option<&str>),
        body: String,
        header: impl Fn(&str) -> Option<&'a str>,
    ) -> Self {
        Self {
            method: method.to_owned(),
            path: format!("/{path}"),
            query: query.unwrap_or_default().to_owned(),
            body,
            authorization: header("authorization").unwrap_or_default().to_owned(),
            key: header("idempotency-key").map(str::to_owned),
        }
    }
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
    let now = world.now();
    let known = key.as_ref().and_then(|key| world.answers.get(key)).cloned();
    if let Some(known) = known.filter(|known| now < known.until) {
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
            1 => {}
            status => {
                note(world, request, status, false);
                let body = Fault::injected(status).json().to_string();
                // As at Stripe, where a call that ran into an error of its own has it for as long as the key is
                // good. What was not begun (too many calls, a gateway) can be asked again.
                if let (500, Some(key)) = (status, key) {
                    remember(world, key, print, (status, &body));
                }
                return respond(status, body);
            }
        }
    }
    world.request = Some((id.clone(), key.clone()));
    if !is_read {
        world.begin();
    }
    let result = dispatch(world, request, pages);
    world.request = None;
    // What is refused leaves nothing behind, but for a card that was tried.
    let is_try = request.path.starts_with("/invoices/") && request.path.ends_with("/pay");
    match result.is_err() && !is_try {
        true => world.undo(),
        false => world.keep(),
    }
    let (status, body) = match result {
        Ok(object) => (200, object.to_string()),
        Err(fault) => (fault.status, fault.json().to_string()),
    };
    if !is_read {
        note(world, request, status, false);
    }
    // Parameters that are wrong are no deed, and the key is free.
    if let Some(key) = key.filter(|_| !(400..402).contains(&status) && status != 404) {
        remember(world, key, print, (status, &body));
    }
    respond(if is_cut { 0 } else { status }, body)
}

/// Keys are good for a day.
fn remember(world: &mut World, key: String, request: String, (status, body): (u16, &str)) {
    let now = world.now();
    world.answers.retain(|_, one| now < one.until);
    let until = now + 86_400;
    world.answers.insert(key, Answered { request, status, body: body.to_owned(), until });
    world.changes += 1;
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
    // A deletion may bring its parameters either way.
    let is_form =
        request.method == "POST" || request.method == "DELETE" && !request.body.is_empty();
    let params = Params::read(if is_form { &request.body } else { &request.query })?;
    let path: Vec<&str> = request.path.split('/').filter(|part| !part.is_empty()).collect();
    let moment = test_clock::of_call(world, &path, &params);
    world.at(moment);
    let object = act(world, request, (&path, &params), pages);
    world.at(None);
    let mut object = object?;
    for wanted in params.expand() {
        let is_there = expand(world, &mut object, &wanted.split('.').collect::<Vec<_>>());
        if !is_there {
            let message = format!("This property cannot be expanded ({wanted}).");
            return Err(Fault::invalid("expand", message));
        }
    }
    Ok(checkout::shown(&object))
}

fn act(
    world: &mut World,
    request: &Request,
    (path, params): (&[&str], &Params),
    pages: &str,
) -> Outcome<Value> {
    let object = match &*request.method {
        "GET" if path == ["credit_notes", "preview"] => credit_note::preview(world, params, pages)?,
        "GET" => return read(world, path, params),
        "POST" => write(world, path, params, pages)?,
        "DELETE" => delete(world, path, params, pages)?,
        _ => return Err(Fault::no_such_call(&request.method, &request.path)),
    };
    // Also of calls that have none.
    params.finish()?;
    Ok(object)
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
        ["invoices", id, "pay"] => portal::pay_by_call(world, id, params),
        ["invoices", id, "void"] => invoice::void(world, id),
        ["refunds"] => refund::create(world, params),
        ["credit_notes"] => credit_note::create(world, params, pages),
        ["billing", "meters"] => meter::create(world, params),
        ["billing", "meters", id, "deactivate"] => meter::switch(world, id, false),
        ["billing", "meters", id, "reactivate"] => meter::switch(world, id, true),
        ["billing", "meter_events"] => meter::note(world, params),
        ["disputes", id] => dispute::update(world, id, params),
        ["disputes", id, "close"] => dispute::close(world, id),
        ["subscription_schedules"] => schedule::create(world, params, pages),
        ["subscription_schedules", id] => schedule::update(world, id, params, pages),
        ["subscription_schedules", id, "cancel"] => schedule::cancel(world, id, params, pages),
        ["subscription_schedules", id, "release"] => schedule::release(world, id, params),
        ["test_helpers", "test_clocks"] => test_clock::create(world, params),
        ["test_helpers", "test_clocks", id, "advance"] => {
            test_clock::advance(world, id, params, pages)
        }
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
        ["test_helpers", "test_clocks", id] => test_clock::delete(world, id),
        ["webhook_endpoints", id] => {
            world.get("webhook_endpoint", id)?;
            world.remove(id);
            Ok(json!({ "id": id, "object": "webhook_endpoint", "deleted": true }))
        }
        _ => Err(Fault::no_such_call("DELETE", &format!("/v1/{}", path.join("/")))),
    }
}

/// What is spoken here.
pub fn version() -> &'static str {
    VERSION
}
