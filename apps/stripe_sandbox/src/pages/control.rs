//! What only a sandbox has: its clock, what is to go wrong, and what was sent to endpoints.

use askama::Template;
use serde_json::Value;

use super::{Form, Page, buyer, field};
use crate::{
    catalogue::money,
    clock, dispute,
    period::{DAY, minute},
    world::{Faults, World, id_in, number, text},
};

/// A delivery as the page shows it.
struct Sent {
    id: u64,
    kind: String,
    at: String,
    /// In words.
    state: String,
    is_done: bool,
}

/// A payment as the page shows it.
struct Payment {
    /// Of its dispute, where there is one that is open, or else of its charge.
    id: String,
    /// Who paid.
    who: String,
    amount: String,
    /// In words.
    state: String,
    can_dispute: bool,
    can_decide: bool,
}

impl Payment {
    fn of(world: &World, charge: &Value) -> Self {
        let its = world.all("dispute").into_iter().rev();
        let dispute = its.into_iter().find(|one| text(one, "charge") == text(charge, "id"));
        let status = dispute.as_ref().map(|one| text(one, "status").replace('_', " "));
        let is_open = dispute.as_ref().is_some_and(dispute::is_open);
        let rest = number(charge, "amount") - number(charge, "amount_refunded");
        let of = dispute.as_ref().filter(|_| is_open).unwrap_or(charge);
        Self {
            id: text(of, "id").to_owned(),
            who: buyer(world, id_in(charge, "customer")),
            amount: money(number(charge, "amount"), text(charge, "currency")),
            state: match status {
                Some(status) => format!("Disputed: {status}"),
                None if rest == 0 => "Given back".to_owned(),
                None => minute(number(charge, "created")),
            },
            can_dispute: dispute.is_none() && rest > 0,
            can_decide: is_open,
        }
    }
}

#[derive(Template)]
#[template(path = "stripe_sandbox/control.html")]
struct Control {
    base: String,
    now: String,
    days_ahead: i64,
    faults: Faults,
    calls: String,
    deliveries: Vec<Sent>,
    payments: Vec<Payment>,
    /// Kinds of objects, and how many there are of each.
    counts: Vec<(&'static str, usize)>,
    has_endpoint: bool,
}

const KINDS: [(&str, &str); 6] = [
    ("Customers", "customer"),
    ("Prices", "price"),
    ("Subscriptions", "subscription"),
    ("Invoices", "invoice"),
    ("Refunds", "refund"),
    ("Events", "event"),
];

pub(super) fn show(world: &World, base: &str) -> Page {
    let sent = |one: &crate::Delivery| {
        let event = world.find("event", &one.event).unwrap_or_default();
        let state = match (one.status, one.due_at) {
            (Some(status), _) if one.is_done() && one.attempts > 1 => {
                format!("Accepted ({status}) at attempt {}", one.attempts)
            }
            (Some(status), _) if one.is_done() => format!("Accepted ({status})"),
            (Some(0), Some(_)) => "No answer, will be tried again".to_owned(),
            (Some(0), None) => "No answer, given up".to_owned(),
            (Some(status), Some(_)) => format!("Refused ({status}), will be tried again"),
            (Some(status), None) => format!("Refused ({status}), given up"),
            (None, Some(_)) => "On its way".to_owned(),
            (None, None) => "Held back".to_owned(),
        };
        Sent {
            id: one.id,
            kind: text(&event, "type").to_owned(),
            at: minute(number(&event, "created")),
            state,
            is_done: one.is_done(),
        }
    };
    let calls: Vec<String> = world.faults.calls.iter().map(u16::to_string).collect();
    let payments: Vec<Value> = world.all("charge").into_iter().rev().take(10).collect();
    let page = Control {
        base: base.to_owned(),
        now: minute(world.now()),
        days_ahead: world.ahead() / DAY,
        faults: world.faults.clone(),
        calls: calls.join(" "),
        deliveries: world.deliveries.iter().rev().take(50).map(sent).collect(),
        payments: payments.iter().map(|one| Payment::of(world, one)).collect(),
        counts: KINDS.map(|(label, kind)| (label, world.all(kind).len())).into(),
        has_endpoint: !world.all("webhook_endpoint").is_empty(),
    };
    Page::html(200, &page)
}

pub(super) fn turn(world: &mut World, form: &Form, base: &str) -> Page {
    let days: i64 = field(form, "days").parse().unwrap_or_default();
    let hours: i64 = field(form, "hours").parse().unwrap_or_default();
    let seconds = days.clamp(0, 3_660) * DAY + hours.clamp(0, 24) * 3_600;
    clock::advance(world, seconds, base);
    Page::to(base)
}

pub(super) fn faults(world: &mut World, form: &Form, base: &str) -> Page {
    let calls = field(form, "calls").split_whitespace().filter_map(|text| text.parse().ok());
    let calls = calls.filter(|status| matches!(status, 0 | 400..=599));
    let faults = Faults {
        calls: calls.take(100).collect(),
        is_held: field(form, "held") == "true",
        is_lost: field(form, "lost") == "true",
        copies: field(form, "copies").parse().unwrap_or(1).clamp(1, 10),
        is_backwards: field(form, "backwards") == "true",
    };
    let was_held = world.faults.is_held;
    world.set_faults(faults);
    if was_held && field(form, "held") != "true" {
        world.let_go();
    }
    Page::to(base)
}

/// Disputes a payment, or decides how that ends.
pub(super) fn dispute(world: &mut World, form: &Form, base: &str) -> Page {
    let id = field(form, "id");
    // What is over meanwhile stays as it is: the page says so.
    let _ = match field(form, "deed") {
        "dispute" => dispute::open(world, id, dispute::FRAUD),
        deed if world.find("dispute", id).is_some_and(|one| dispute::is_open(&one)) => {
            dispute::decide(world, id, deed == "won")
        }
        _ => Ok(Value::Null),
    };
    Page::to(base)
}

/// Sends an event once more.
pub(super) fn again(world: &mut World, id: &str, base: &str) -> Page {
    let known = world.deliveries.iter().find(|one| one.id.to_string() == id).cloned();
    if let Some(one) = known {
        world.send(&one.event, &one.endpoint);
    }
    Page::to(base)
}

/// Kept apart so that the template can ask it.
impl Control {
    fn is_sound(&self) -> bool {
        let faults = &self.faults;
        faults.calls.is_empty()
            && !faults.is_held
            && !faults.is_lost
            && !faults.is_backwards
            && faults.copies < 2
    }
}
