//! Changes of a subscription: price, quantity, end, and what they cost in the middle of a period.

use serde_json::{Value, json};

use crate::{
    clock, customer,
    error::{Fault, Outcome},
    invoice::{self, Bill, Line},
    params::Params,
    period::{self, Interval, rest},
    schedule,
    subscription::{self, discounts, grant, items},
    world::{World, id_in, number, text},
};

/// `POST /v1/subscriptions/{id}`.
pub(crate) fn update(world: &mut World, id: &str, params: &Params, pages: &str) -> Outcome<Value> {
    let before = world.get("subscription", id)?;
    if matches!(text(&before, "status"), "canceled" | "incomplete_expired") {
        // What is noted of one that is over can be changed, and nothing else.
        let mut after = before.clone();
        params.metadata(&mut after);
        if params.finish().is_ok() {
            world.put(&after);
            return Ok(after);
        }
        return Err(Fault::state("resource_missing", format!("No such subscription: '{id}'")));
    }
    if params.glimpse("cancel_at_period_end").is_some() && !before["schedule"].is_null() {
        let message = "The subscription is managed by a subscription schedule: change how that ends, \
                       or release it.";
        return Err(Fault::invalid("cancel_at_period_end", message));
    }
    let mut after = before.clone();
    plain(world, params, &mut after)?;
    let plan = Plan::read(world, params, &after)?;
    let behaviours = ["allow_incomplete", "error_if_incomplete"];
    let must_pay =
        params.word("payment_behavior", &behaviours)?.as_deref() == Some("error_if_incomplete");
    params.finish()?;
    let (lines, is_invoiced) = plan.apply(world, &mut after);
    if !lines.is_empty() {
        if is_invoiced {
            let bill = Bill {
                customer: id_in(&before, "customer"),
                subscription: &after,
                reason: "subscription_update",
                period: (world.now(), subscription::period_end(&after)),
            };
            let draft = invoice::draft(world, bill, &lines);
            let made = invoice::finish(world, draft, pages);
            let method = subscription::method(world, &after);
            match invoice::pay(world, text(&made, "id"), method.as_deref(), false) {
                Err(fault) if must_pay => return Err(fault),
                Err(_) => {
                    after["status"] = "past_due".into();
                    clock::try_later(world, text(&made, "id"), 0);
                }
                Ok(_) => {}
            }
            after["latest_invoice"] = made["id"].clone();
        } else {
            keep(world, &after, &lines);
        }
    }
    world.put(&after);
    schedule::follow(world, &after);
    if after != before {
        world.tell_change(
            "customer.subscription.updated",
            &after,
            Some(difference(&before, &after)),
        );
    }
    Ok(after)
}

/// What costs nothing.
fn plain(world: &mut World, params: &Params, after: &mut Value) -> Outcome<()> {
    if let Some(at_end) = params.flag("cancel_at_period_end")? {
        after["cancel_at_period_end"] = at_end.into();
        let end = subscription::period_end(after);
        after["cancel_at"] = if at_end { end.into() } else { Value::Null };
        after["canceled_at"] = if at_end { world.now().into() } else { Value::Null };
        let why = if at_end { "cancellation_requested".into() } else { Value::Null };
        after["cancellation_details"]["reason"] = why;
    }
    reason(params, after)?;
    params.metadata(after);
    params.copy(&["default_payment_method", "description"], after);
    if let Some(method) = after["default_payment_method"].as_str() {
        let of = id_in(after, "customer");
        customer::own_method(world, of, "default_payment_method", method)?;
    }
    if params.is_cleared("pause_collection") {
        after["pause_collection"] = Value::Null;
    } else if let Some(pause) = params.below("pause_collection") {
        // What is kept as a draft would have to be finished by hand, which is not there.
        let how = pause.word("behavior", &["void", "mark_uncollectible"])?;
        let how = how.ok_or_else(|| Fault::missing("pause_collection[behavior]"))?;
        let until = pause.number("resumes_at")?;
        pause.finish()?;
        after["pause_collection"] = json!({ "behavior": how, "resumes_at": until });
    }
    if params.below("automatic_tax").is_some() {
        after["automatic_tax"]["enabled"] = subscription::tax(params)?.into();
    }
    let of = id_in(after, "customer").to_owned();
    if let Some(discount) = discounts(world, params, &of)? {
        grant(world, after, &discount);
    } else if params.is_cleared("discounts") {
        after["discounts"] = json!([]);
    }
    if params.below("trial_settings").is_some() {
        let end = subscription::without_card(params)?;
        after["trial_settings"]["end_behavior"]["missing_payment_method"] = end.into();
    }
    Ok(())
}

/// `cancellation_details`.
pub(crate) fn reason(params: &Params, after: &mut Value) -> Outcome<()> {
    let Some(details) = params.below("cancellation_details") else { return Ok(()) };
    let words = [
        "customer_service",
        "low_quality",
        "missing_features",
        "other",
        "switched_service",
        "too_complex",
        "too_expensive",
        "unused",
        "",
    ];
    details.word("feedback", &words)?;
    details.copy(&["comment", "feedback"], &mut after["cancellation_details"]);
    details.finish()
}

/// Which items there are to be, and how what is half used is reckoned.
#[derive(Debug)]
pub(crate) struct Plan {
    /// For each item its price and quantity, and whether it goes.
    items: Vec<(Value, Value, i64, bool)>,
    behaviour: String,
    at: i64,
    /// The trial ends now.
    ends_trial: bool,
    trial_end: Option<i64>,
}

impl Plan {
    /// Reads what `update` and `create_preview` have in common.
    pub(crate) fn read(world: &World, params: &Params, of: &Value) -> Outcome<Self> {
        let mut all = vec![];
        let mut left = items(of);
        for sent in params.each("items") {
            let id = sent.needed("id")?.to_owned();
            let place = left.iter().position(|item| text(item, "id") == id);
            let item = place.map(|place| left.remove(place));
            let item =
                item.ok_or_else(|| Fault::names_no("subscription_item", "items[0][id]", &id))?;
            let price = match sent.text("price") {
                Some(price) => world.named("price", "items[0][price]", price)?,
                None => item["price"].clone(),
            };
            if sent.text("price").is_some_and(|id| id != id_in(&item, "price"))
                && price["active"] != true
            {
                return Err(Fault::invalid("items[0][price]", "This price is not active."));
            }
            if text(&price, "currency") != text(of, "currency") {
                return Err(Fault::invalid(
                    "items[0][price]",
                    "A subscription keeps its currency.",
                ));
            }
            if price["recurring"].is_null() {
                return Err(Fault::invalid("items[0][price]", "This price is not recurring."));
            }
            let many = sent.number_in("quantity", 0..=999_999)?;
            let is_gone = sent.flag("deleted")? == Some(true);
            let many = if is_gone { 0 } else { many.unwrap_or_else(|| number(&item, "quantity")) };
            sent.finish()?;
            all.push((item, price, many, is_gone));
        }
        all.extend(left.into_iter().map(|item| {
            let (price, many) = (item["price"].clone(), number(&item, "quantity"));
            (item, price, many, false)
        }));
        if all.iter().all(|(.., is_gone)| *is_gone) {
            let message = "A subscription must have at least one active plan.";
            return Err(Fault::invalid("items", message));
        }
        let words = ["create_prorations", "always_invoice", "none"];
        let behaviour = params.word("proration_behavior", &words)?;
        let now = world.now();
        let at = params.number_in("proration_date", 0..=now + 5 * 366 * 86_400)?.unwrap_or(now);
        let trial_end = match params.text("trial_end") {
            Some("now") => Some(now),
            _ => params.number_in("trial_end", now..=now + 5 * 366 * 86_400)?,
        };
        if trial_end.is_some() && text(of, "status") != "trialing" {
            let message = "The sandbox moves the end of a trial that is running.";
            return Err(Fault::invalid("trial_end", message));
        }
        let ends_trial = trial_end.is_some_and(|end| end <= now);
        let behaviour = behaviour.unwrap_or_else(|| "create_prorations".into());
        Ok(Self { items: all, behaviour, at, ends_trial, trial_end })
    }

    /// Makes the change, and gives what it costs, and whether an invoice says so at once.
    pub(crate) fn apply(&self, world: &World, of: &mut Value) -> (Vec<Line>, bool) {
        let now = world.now();
        let is_trial = text(of, "status") == "trialing";
        let mut lines = vec![];
        let mut kept = vec![];
        let starts_anew = self.items.iter().any(|(item, price, ..)| {
            !is_trial && Interval::of(&item["price"]) != Interval::of(price)
        }) || (is_trial && self.ends_trial);
        let (part, whole) = invoice::share_paid(world, text(of, "id"));
        for (old, price, many, is_gone) in &self.items {
            let mut item = old.clone();
            let period = (number(old, "current_period_start"), number(old, "current_period_end"));
            let full = number(&old["price"], "unit_amount") * number(old, "quantity");
            // What is given back is what was paid, after a coupon.
            let was = period::part_of(full, part, whole);
            let is_same =
                id_in(old, "price") == text(price, "id") && number(old, "quantity") == *many;
            item["price"] = price.clone();
            item["plan"] = subscription::plan(price);
            item["quantity"] = (*many).into();
            let will = number(price, "unit_amount") * many;
            let line = |amount: i64, words: String, price: &Value, many: i64, period| Line {
                amount,
                words,
                price: price.clone(),
                quantity: many,
                item: text(old, "id").to_owned(),
                period,
                is_proration: true,
            };
            let since = |words: &str, price: &Value, many: i64| {
                let name = invoice::words(world, price, many);
                format!("{words} {name} after {}", crate::period::day(self.at))
            };
            let is_used =
                subscription::is_metered(&old["price"]) || subscription::is_metered(price);
            if self.behaviour != "none" && !is_trial && !is_used && (!is_same || starts_anew) {
                let left = (self.at, period.1);
                let old_many = number(old, "quantity");
                let words = since("Unused time on", &old["price"], old_many);
                lines.push(line(-rest(was, period, self.at), words, &old["price"], old_many, left));
                if !starts_anew && *many > 0 {
                    let words = since("Remaining time on", price, *many);
                    lines.push(line(rest(will, period, self.at), words, price, *many, left));
                }
            }
            if starts_anew && *many > 0 {
                let end = Interval::of(price).after(now, now);
                item["current_period_start"] = now.into();
                item["current_period_end"] = end.into();
                let words = invoice::words(world, price, *many);
                let whole = line(will, words, price, *many, (now, end));
                if !is_used {
                    lines.push(Line { is_proration: false, ..whole });
                }
            }
            if let (Some(end), true, false) = (self.trial_end, is_trial, self.ends_trial) {
                item["current_period_end"] = end.into();
            }
            if !is_gone {
                kept.push(item);
            }
        }
        of["items"]["data"] = kept.into();
        if starts_anew {
            of["billing_cycle_anchor"] = now.into();
        }
        if let Some(end) = self.trial_end {
            of["trial_end"] = end.into();
            if !self.ends_trial {
                of["billing_cycle_anchor"] = end.into();
                of["trial_warned_by_sandbox"] = false.into();
            }
            if is_trial && self.ends_trial {
                of["trial_end"] = now.into();
                of["status"] = "active".into();
            }
        }
        (lines, starts_anew || self.behaviour == "always_invoice")
    }
}

/// What is to stand in the next invoice.
fn keep(world: &mut World, of: &Value, lines: &[Line]) {
    for line in lines {
        let id = world.id("ii");
        world.add(json!({
            "id": id, "object": "invoiceitem", "amount": line.amount, "currency": of["currency"],
            "customer": of["customer"], "date": world.now(), "description": line.words,
            "invoice": null, "livemode": false, "metadata": {},
            "parent": { "type": "subscription_details", "subscription_details": {
                "subscription": of["id"], "subscription_item": line.item } },
            "period": { "start": line.period.0, "end": line.period.1 }, "proration": true,
            "price_of_sandbox": line.price, "quantity": line.quantity,
        }));
    }
}

/// What was kept for the next invoice of this subscription; it is kept no longer.
pub(crate) fn take_kept(world: &mut World, of: &Value) -> Vec<Line> {
    let lines = kept(world, of);
    let all = world.all("invoiceitem").into_iter();
    for item in all.filter(|item| subscription_of(item) == text(of, "id")) {
        world.remove(text(&item, "id"));
    }
    lines
}

/// The same, which stays.
pub(crate) fn kept(world: &World, of: &Value) -> Vec<Line> {
    let all = world.all("invoiceitem").into_iter();
    let its = all.filter(|item| subscription_of(item) == text(of, "id"));
    its.map(|item| Line {
        amount: number(&item, "amount"),
        words: text(&item, "description").to_owned(),
        price: item["price_of_sandbox"].clone(),
        quantity: number(&item, "quantity"),
        item: text(&item["parent"]["subscription_details"], "subscription_item").to_owned(),
        period: (number(&item["period"], "start"), number(&item["period"], "end")),
        is_proration: true,
    })
    .collect()
}

fn subscription_of(item: &Value) -> String {
    text(&item["parent"]["subscription_details"], "subscription").to_owned()
}

/// What was paid for and is not used any more is a credit in the next invoice.
pub(crate) fn credit_rest(world: &mut World, of: &Value) {
    if matches!(text(of, "status"), "trialing" | "incomplete" | "past_due") {
        return;
    }
    let now = world.now();
    let (part, whole) = invoice::share_paid(world, text(of, "id"));
    let line = |item: &Value| {
        let period = (number(item, "current_period_start"), number(item, "current_period_end"));
        let (price, many) = (&item["price"], number(item, "quantity"));
        let paid = period::part_of(number(price, "unit_amount") * many, part, whole);
        Line {
            amount: -rest(paid, period, now),
            words: format!("Unused time on {}", invoice::words(world, price, many)),
            price: price.clone(),
            quantity: many,
            item: text(item, "id").to_owned(),
            period: (now, period.1),
            is_proration: true,
        }
    };
    let lines: Vec<_> = items(of).iter().map(line).collect();
    keep(world, of, &lines);
}

/// The fields that are not what they were, as they were.
fn difference(before: &Value, after: &Value) -> Value {
    let (Some(old), Some(new)) = (before.as_object(), after.as_object()) else { return json!({}) };
    let changed = old.iter().filter(|(name, value)| new.get(*name) != Some(*value));
    Value::Object(changed.map(|(name, value)| (name.clone(), value.clone())).collect())
}
