//! The customer portal.

use askama::Template;
use serde_json::Value;

use super::{Form, Page, buyer, field, gone};
use crate::{
    catalogue::money,
    customer::default_method,
    invoice::words,
    period::day,
    portal::{self, Deed},
    subscription::{items, live_of, period_end},
    world::{World, id_in, number, text},
};

/// A subscription as the page shows it.
struct Shown {
    id: String,
    words: String,
    state: String,
    is_ending: bool,
}

/// An invoice as the page shows it.
struct Bill {
    id: String,
    number: String,
    day: String,
    amount: String,
    state: String,
}

#[derive(Template)]
#[template(path = "stripe_sandbox/portal.html")]
struct Portal {
    base: String,
    id: String,
    customer: String,
    back: String,
    card: String,
    subscriptions: Vec<Shown>,
    invoices: Vec<Bill>,
    problem: String,
}

pub(super) fn show(world: &World, id: &str, problem: Option<&str>, base: &str) -> Page {
    let Some(session) = world.find("billing_portal.session", id) else { return gone(base) };
    let customer = text(&session, "customer");
    let card = default_method(world, customer)
        .and_then(|method| world.find("payment_method", &method))
        .map(|method| {
            format!(
                "{} ending in {}",
                text(&method["card"], "brand"),
                text(&method["card"], "last4")
            )
        });
    let shown = |of: &Value| {
        let all = items(of);
        let words: Vec<_> =
            all.iter().map(|one| words(world, &one["price"], number(one, "quantity"))).collect();
        let end = day(period_end(of));
        let state = match (text(of, "status"), of["cancel_at_period_end"] == true) {
            (_, true) => format!("Ends on {end}"),
            ("trialing", _) => format!("Trial until {end}"),
            ("past_due", _) => "A payment failed".to_owned(),
            ("incomplete", _) => "The first payment is missing".to_owned(),
            ("paused", _) => "Paused".to_owned(),
            _ => format!("Renews on {end}"),
        };
        Shown {
            id: text(of, "id").to_owned(),
            words: words.join(", "),
            state,
            is_ending: of["cancel_at_period_end"] == true,
        }
    };
    let bill = |of: &Value| Bill {
        id: text(of, "id").to_owned(),
        number: text(of, "number").to_owned(),
        day: day(number(of, "created")),
        amount: money(number(of, "total"), text(of, "currency")),
        state: text(of, "status").to_owned(),
    };
    let mine = world.all("invoice").into_iter().rev();
    let mine = mine.filter(|one| id_in(one, "customer") == customer);
    let page = Portal {
        base: base.to_owned(),
        id: id.to_owned(),
        customer: buyer(world, customer),
        back: text(&session, "return_url").to_owned(),
        card: card.unwrap_or_default(),
        subscriptions: live_of(world, customer).iter().map(shown).collect(),
        invoices: mine.map(|one| bill(&one)).collect(),
        problem: problem.unwrap_or_default().to_owned(),
    };
    Page::html(if problem.is_some() { 402 } else { 200 }, &page)
}

pub(super) fn act(world: &mut World, id: &str, form: &Form, base: &str) -> Page {
    let of = field(form, "of").to_owned();
    let deed = match field(form, "deed") {
        "card" => Deed::Card(field(form, "card").to_owned()),
        "cancel" => Deed::Cancel(of),
        "resume" => Deed::Resume(of),
        "pay" => Deed::Pay(of),
        _ => return gone(base),
    };
    match portal::act(world, id, &deed, base) {
        Ok(()) => Page::to(format!("{base}/portal/{id}")),
        Err(fault) => show(world, id, Some(fault.message()), base),
    }
}
