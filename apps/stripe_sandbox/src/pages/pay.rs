//! The pay page of a checkout session.

use askama::Template;
use serde_json::Value;

use super::{Form, Page, buyer, field, gone};
use crate::{
    catalogue::money,
    checkout::{self, Paid, Typed, needs_card},
    invoice::words,
    world::{World, id_in, number, text},
};

#[derive(Template)]
#[template(path = "stripe_sandbox/pay.html")]
struct Pay {
    base: String,
    id: String,
    /// What is bought: in words, and for how much.
    lines: Vec<(String, String)>,
    total: String,
    trial_days: Option<i64>,
    customer: String,
    needs_card: bool,
    takes_codes: bool,
    /// What the button says; what the page is about.
    deed: &'static str,
    card: String,
    code: String,
    back: String,
    problem: String,
    /// Their bank asks who pays.
    is_asked: bool,
}

pub(super) fn show(world: &World, id: &str, base: &str) -> Page {
    match world.find("checkout.session", id) {
        Some(session) if text(&session, "status") == "open" => {
            draw(world, &session, &Form::new(), (200, "", false), base)
        }
        Some(session) if text(&session, "status") == "complete" => {
            let back = text(&session, "success_url").replace("{CHECKOUT_SESSION_ID}", id);
            Page::to(back)
        }
        _ => gone(base),
    }
}

pub(super) fn pay(world: &mut World, id: &str, form: &Form, base: &str) -> Page {
    let Some(session) = world.find("checkout.session", id) else { return gone(base) };
    let typed = Typed {
        card: field(form, "card").to_owned(),
        code: field(form, "code").to_owned(),
        is_confirmed: match field(form, "bank") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
    };
    match checkout::pay(world, id, &typed, base) {
        Ok(Paid::Done(back)) => Page::to(back),
        Ok(Paid::Asks) => draw(world, &session, form, (200, "", true), base),
        Err(fault) => draw(world, &session, form, (fault.status, fault.message(), false), base),
    }
}

impl Pay {
    fn is_subscription(&self) -> bool {
        self.deed == "Subscribe"
    }
}

fn draw(
    world: &World,
    session: &Value,
    form: &Form,
    (status, problem, is_asked): (u16, &str, bool),
    base: &str,
) -> Page {
    let currency = text(session, "currency");
    let lines = session["lines_of_sandbox"].as_array().cloned().unwrap_or_default();
    let line = |line: &Value| {
        let price = world.find("price", text(line, "price")).unwrap_or_default();
        let many = number(line, "quantity");
        (words(world, &price, many), money(number(&price, "unit_amount") * many, currency))
    };
    let trial_days = session["with_of_sandbox"]["trial_days"].as_i64();
    let today = if trial_days.is_some() { 0 } else { number(session, "amount_total") };
    let page = Pay {
        base: base.to_owned(),
        id: text(session, "id").to_owned(),
        lines: lines.iter().map(line).collect(),
        total: money(today, if currency.is_empty() { "usd" } else { currency }),
        trial_days,
        customer: buyer(world, id_in(session, "customer")),
        needs_card: needs_card(session),
        takes_codes: session["allow_promotion_codes"] == true,
        deed: match text(session, "mode") {
            "subscription" => "Subscribe",
            _ => "Save card",
        },
        card: field(form, "card").to_owned(),
        code: field(form, "code").to_owned(),
        back: text(session, "cancel_url").to_owned(),
        problem: problem.to_owned(),
        is_asked,
    };
    Page::html(status, &page)
}
