//! The pages that Stripe hosts: paying, the portal, an invoice; and what only a sandbox has.

mod control;
mod invoice;
mod pay;
mod portal;

use std::collections::BTreeMap;

use askama::Template;
use serde_json::Value;

use crate::{
    test_clock,
    world::{World, text},
};

/// An answer to a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its status.
    pub status: u16,
    /// Where it leads instead.
    pub location: Option<String>,
    /// What it is: `text/html; charset=utf-8`.
    pub kind: &'static str,
    /// What it holds.
    pub body: Vec<u8>,
}

/// What was sent by a form.
type Form = BTreeMap<String, String>;

const HTML: &str = "text/html; charset=utf-8";

impl Page {
    fn html(status: u16, template: &impl Template) -> Self {
        match template.render() {
            Ok(html) => Self { status, location: None, kind: HTML, body: html.into_bytes() },
            Err(error) => Self::json(500, &error.to_string().into()),
        }
    }

    fn to(location: impl Into<String>) -> Self {
        Self { status: 303, location: Some(location.into()), kind: HTML, body: vec![] }
    }

    fn json(status: u16, value: &Value) -> Self {
        let body = value.to_string().into_bytes();
        Self { status, location: None, kind: "application/json", body }
    }
}

#[derive(Template)]
#[template(path = "stripe_sandbox/gone.html")]
struct Gone<'a> {
    base: &'a str,
}

/// Answers a browser. Whoever has the address of a session may act on it, as at Stripe.
pub(crate) fn answer(world: &mut World, method: &str, path: &str, form: &str, base: &str) -> Page {
    if method == "POST" {
        world.begin();
    }
    // Whoever lives by a test clock has its time here, too.
    let named = path.split('/').find_map(|id| world.any(id));
    let moment = named.and_then(|object| test_clock::moment(world, &object));
    world.at(moment);
    let page = shown(world, (method, path), form, base);
    world.at(None);
    // A button that was refused did nothing, but for a card that was tried for an invoice.
    let is_try = form.contains("deed=pay") || path.starts_with("/invoice/");
    match page.status == 402 && !is_try {
        true => world.undo(),
        false => world.keep(),
    }
    page
}

fn shown(world: &mut World, (method, path): (&str, &str), form: &str, base: &str) -> Page {
    let form: Form = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match (method, &*parts) {
        ("GET", ["style.css"]) => Page {
            status: 200,
            location: None,
            kind: "text/css",
            body: include_bytes!("../../templates/stripe_sandbox/style.css").into(),
        },
        ("GET", []) => control::show(world, base),
        ("POST", ["clock"]) => control::turn(world, &form, base),
        ("POST", ["faults"]) => control::faults(world, &form, base),
        ("POST", ["disputes"]) => control::dispute(world, &form, base),
        ("POST", ["deliveries", id]) => control::again(world, id, base),
        ("GET", ["ledger"]) => Page::json(200, &crate::ledger(world)),
        ("GET", ["calls"]) => Page::json(200, &serde_json::json!(world.calls())),
        ("GET", ["pay", id]) => pay::show(world, id, base),
        ("POST", ["pay", id]) => pay::pay(world, id, &form, base),
        ("GET", ["portal", id]) => portal::show(world, id, None, base),
        ("POST", ["portal", id]) => portal::act(world, id, &form, base),
        ("GET", ["invoice", id]) => invoice::show(world, id, base),
        ("POST", ["invoice", id]) => invoice::pay(world, id, base),
        ("GET", ["invoice", id, "pdf"]) => invoice::pdf(world, id, base),
        _ => gone(base),
    }
}

fn gone(base: &str) -> Page {
    Page::html(404, &Gone { base })
}

/// A field of a form; empty where it was not sent.
fn field<'a>(form: &'a Form, name: &str) -> &'a str {
    form.get(name).map(String::as_str).unwrap_or_default()
}

/// What somebody is called on a page.
fn buyer(world: &World, customer: &str) -> String {
    let known = world.find("customer", customer).unwrap_or_default();
    match (text(&known, "name"), text(&known, "email")) {
        ("", email) => email.to_owned(),
        (name, _) => name.to_owned(),
    }
}
