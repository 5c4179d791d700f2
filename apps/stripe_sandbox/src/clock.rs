//! Time goes on: trials end, periods begin, cards are charged again.

use serde_json::Value;

use crate::{
    change::take_kept,
    dispute,
    invoice::{self, Bill},
    period::{DAY, Interval},
    schedule,
    subscription::{self, items, period_end},
    test_clock,
    world::{World, id_in, number, text},
};

/// Days after the first try on which a card is charged again; after the last the subscription ends.
const RETRIES: [i64; 3] = [3, 5, 7];
/// Days before the end of a trial on which it is announced.
const WARNING: i64 = 3;

/// Turns the clock, and does in order all that falls due on the way.
pub fn advance(world: &mut World, seconds: i64, pages: &str) {
    let until = world.now() + seconds.max(0);
    catch_up(world, until, pages);
    world.turn(seconds.max(0));
}

/// Does what has fallen due by now, but for what lives by a test clock.
pub(crate) fn catch_up(world: &mut World, until: i64, pages: &str) {
    catch_up_of(world, until, None, pages);
}

/// The same for what lives by this test clock.
pub(crate) fn catch_up_of(world: &mut World, until: i64, clock: Option<&str>, pages: &str) {
    // Each step moves something on, so this ends; a broken object must not hold the clock for ever.
    for _ in 0..100_000 {
        let Some((at, next)) = first(world, clock).filter(|(at, _)| *at <= until) else { break };
        expire(world, at, clock);
        world.at(Some(at));
        match next {
            Next::Phase(id) => schedule::go_on(world, &id, pages),
            Next::Subscription(id) => step(world, &id, pages),
            Next::Dispute(id) => drop(dispute::decide(world, &id, false)),
        }
    }
    expire(world, until, clock);
    world.at(None);
}

/// What happens next. Of what falls on one moment, a phase comes before the period that it changes.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Phase(String),
    Subscription(String),
    Dispute(String),
}

fn first(world: &World, clock: Option<&str>) -> Option<(i64, Next)> {
    let lives_by = |one: &&Value| one["test_clock"].as_str() == clock;
    let named = |one: &Value| text(one, "id").to_owned();
    let phases = world.each("subscription_schedule").filter(lives_by);
    let phases = phases.filter_map(|one| Some((schedule::due(one)?, Next::Phase(named(one)))));
    let periods = world.each("subscription").filter(lives_by);
    let periods =
        periods.filter_map(|one| due(world, one).map(|(at, id)| (at, Next::Subscription(id))));
    let disputes = world.each("dispute").filter_map(|one| {
        let at = dispute::due(one)?;
        let charge = world.find("charge", text(one, "charge"))?;
        let is_its = test_clock::of(world, &charge).as_deref() == clock;
        is_its.then(|| (at, Next::Dispute(named(one))))
    });
    phases.chain(periods).chain(disputes).min()
}

/// Sessions of checkout that nobody finished by then, each at its own moment.
fn expire(world: &mut World, until: i64, clock: Option<&str>) {
    let is_over = |one: &Value| {
        text(one, "status") == "open"
            && number(one, "expires_at") <= until
            && test_clock::of(world, one).as_deref() == clock
    };
    let sessions = world.each("checkout.session").filter(|one| is_over(one));
    let mut over: Vec<Value> = sessions.cloned().collect();
    over.sort_by_key(|one| number(one, "expires_at"));
    for mut session in over {
        world.at(Some(number(&session, "expires_at")));
        session["status"] = "expired".into();
        session["url"] = Value::Null;
        world.put(&session);
        world.tell("checkout.session.expired", &session);
    }
}

/// When something happens next with a subscription.
fn due(world: &World, of: &Value) -> Option<(i64, String)> {
    if items(of).is_empty() {
        return None;
    }
    let id = text(of, "id").to_owned();
    let at = match text(of, "status") {
        "trialing" => {
            let end = number(of, "trial_end");
            match of["trial_warned_by_sandbox"] == true {
                true => end,
                false => (end - WARNING * DAY).max(number(of, "start_date")),
            }
        }
        "active" => period_end(of),
        "past_due" => retry(world, of).map_or_else(|| period_end(of), |at| at.min(period_end(of))),
        // A first payment that never came.
        "incomplete" => number(of, "created") + DAY - 3_600,
        _ => return None,
    };
    Some((at, id))
}

/// When the invoice that is open is tried again.
fn retry(world: &World, of: &Value) -> Option<i64> {
    let invoice = world.find("invoice", id_in(of, "latest_invoice"))?;
    let is_open = text(&invoice, "status") == "open";
    invoice["next_payment_attempt"].as_i64().filter(|_| is_open)
}

fn step(world: &mut World, id: &str, pages: &str) {
    let Some(mut of) = world.find("subscription", id) else { return };
    let now = world.now();
    match text(&of, "status") {
        "trialing" if of["trial_warned_by_sandbox"] != true => {
            of["trial_warned_by_sandbox"] = true.into();
            world.put(&of);
            world.tell("customer.subscription.trial_will_end", &of);
        }
        "incomplete" => {
            if let Some(invoice) = of["latest_invoice"].as_str().map(str::to_owned) {
                let _ = invoice::void(world, &invoice);
            }
            let _ = subscription::end(world, id, "payment_failed");
        }
        "past_due" if retry(world, &of).is_some_and(|at| at <= now) => try_again(world, &mut of),
        _ if of["cancel_at_period_end"] == true => {
            last_invoice(world, &of, pages);
            let _ = subscription::end(world, id, "cancellation_requested");
        }
        "trialing" => end_trial(world, of, pages),
        _ => renew(world, of, pages),
    }
}

fn end_trial(world: &mut World, mut of: Value, pages: &str) {
    let has_card = subscription::method(world, &of).is_some();
    let without = text(&of["trial_settings"]["end_behavior"], "missing_payment_method").to_owned();
    match (has_card, &*without) {
        (false, "cancel") => {
            let _ = subscription::end(world, text(&of, "id"), "cancellation_requested");
        }
        (false, "pause") => {
            of["status"] = "paused".into();
            world.put(&of);
            world.tell("customer.subscription.paused", &of);
        }
        _ => renew(world, of, pages),
    }
}

/// The next period: its invoice, and the payment of that.
fn renew(world: &mut World, mut of: Value, pages: &str) {
    let before = of.clone();
    let start = period_end(&of);
    let old = items(&of).iter().map(|item| number(item, "current_period_start")).min();
    let anchor = number(&of, "billing_cycle_anchor");
    let mut all = items(&of);
    let mut end = start;
    for item in all.iter_mut().filter(|item| number(item, "current_period_end") <= start) {
        end = Interval::of(&item["price"]).after(anchor, start);
        item["current_period_start"] = start.into();
        item["current_period_end"] = end.into();
    }
    of["items"]["data"] = all.into();
    let mut lines = take_kept(world, &before);
    lines.extend(subscription::usage_lines(world, &before));
    let mut due = of.clone();
    // Only those whose period begins now are paid now.
    let begun = items(&of).into_iter().filter(|item| number(item, "current_period_start") == start);
    due["items"]["data"] = begun.collect::<Vec<_>>().into();
    lines.extend(subscription::period_lines(world, &due, (start, end)));
    let bill = Bill {
        customer: id_in(&before, "customer"),
        subscription: &of,
        reason: "subscription_cycle",
        period: (old.unwrap_or(start), start),
    };
    let draft = invoice::draft(world, bill, &lines);
    let made = invoice::finish(world, draft, pages);
    of["latest_invoice"] = made["id"].clone();
    of["status"] = "active".into();
    let method = subscription::method(world, &of);
    let is_paused = of["pause_collection"].is_object();
    if is_paused {
        let _ = match text(&of["pause_collection"], "behavior") {
            "mark_uncollectible" => invoice::give_up(world, text(&made, "id")),
            _ => invoice::void(world, text(&made, "id")),
        };
        let until = of["pause_collection"]["resumes_at"].as_i64();
        if until.is_some_and(|until| until <= world.now()) {
            of["pause_collection"] = Value::Null;
        }
    } else if invoice::pay(world, text(&made, "id"), method.as_deref(), false).is_err() {
        of["status"] = "past_due".into();
        try_later(world, text(&made, "id"), 0);
    }
    world.put(&of);
    let old = serde_json::json!({ "status": before["status"], "items": before["items"],
        "latest_invoice": before["latest_invoice"] });
    world.tell_change("customer.subscription.updated", &of, Some(old));
}

/// What was used and changed before the end, which no later invoice would have.
pub(crate) fn last_invoice(world: &mut World, of: &Value, pages: &str) {
    let mut lines = take_kept(world, of);
    lines.extend(subscription::usage_lines(world, of));
    if lines.iter().all(|line| line.amount == 0) {
        return;
    }
    let start = items(of).iter().map(|item| number(item, "current_period_start")).min();
    let end = period_end(of);
    let bill = Bill {
        customer: id_in(of, "customer"),
        subscription: of,
        reason: "subscription_cycle",
        period: (start.unwrap_or(end), end),
    };
    let draft = invoice::draft(world, bill, &lines);
    let made = invoice::finish(world, draft, pages);
    let method = subscription::method(world, of);
    // What cannot be charged stays open: its page takes another card.
    let _ = invoice::pay(world, text(&made, "id"), method.as_deref(), false);
}

pub(crate) fn try_later(world: &mut World, invoice: &str, tries: usize) {
    let Some(mut invoice) = world.find("invoice", invoice) else { return };
    let now = world.now();
    invoice["next_payment_attempt"] = match RETRIES.get(tries) {
        Some(days) => {
            let before = if tries == 0 { 0 } else { RETRIES[tries - 1] };
            (now + (days - before) * DAY).into()
        }
        None => Value::Null,
    };
    world.put(&invoice);
}

fn try_again(world: &mut World, of: &mut Value) {
    let invoice = id_in(of, "latest_invoice").to_owned();
    let method = subscription::method(world, of);
    if invoice::pay(world, &invoice, method.as_deref(), false).is_ok() {
        recovered(world, of);
        return;
    }
    let tries = world.find("invoice", &invoice).map_or(0, |one| number(&one, "attempt_count"));
    try_later(world, &invoice, usize::try_from(tries - 1).unwrap_or_default());
    if tries > RETRIES.len() as i64 {
        let _ = subscription::end(world, text(of, "id"), "payment_failed");
    }
}

/// What was owed has been paid.
pub(crate) fn recovered(world: &mut World, of: &mut Value) {
    let old = serde_json::json!({ "status": of["status"] });
    of["status"] = "active".into();
    world.put(of);
    world.tell_change("customer.subscription.updated", of, Some(old));
}
