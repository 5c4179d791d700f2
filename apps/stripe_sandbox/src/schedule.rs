//! Subscription schedules: what a subscription is to be, phase by phase.

use serde_json::{Value, json};

use crate::{
    change,
    error::{Fault, Outcome},
    params::Params,
    period::Interval,
    subscription::{self, Beginning, items, metadata, period_end},
    test_clock,
    world::{World, id_in, number, text},
};

const KIND: &str = "subscription_schedule";
/// In which one still does something.
const OPEN: [&str; 2] = ["not_started", "active"];

/// `POST /v1/subscription_schedules`: of a subscription that there is, or of one to come.
pub(crate) fn create(world: &mut World, params: &Params, pages: &str) -> Outcome<Value> {
    let id = world.id("sub_sched");
    let now = world.now();
    let mut schedule = json!({
        "id": id, "object": KIND, "application": null,
        "billing_mode": { "type": "flexible", "flexible": { "proration_discounts": "included" },
            "updated_at": null },
        "canceled_at": null, "completed_at": null, "created": now, "current_phase": null,
        "customer": null, "customer_account": null,
        "default_settings": { "application_fee_percent": null,
            "automatic_tax": { "disabled_reason": null, "enabled": false, "liability": null },
            "billing_cycle_anchor": "automatic", "billing_thresholds": null,
            "collection_method": "charge_automatically", "default_payment_method": null,
            "description": null, "invoice_settings": settings(), "on_behalf_of": null,
            "transfer_data": null },
        "end_behavior": "release", "livemode": false, "metadata": metadata(params), "phases": [],
        "released_at": null, "released_subscription": null, "status": "active",
        "subscription": null, "test_clock": null,
    });
    if let Some(of) = params.text("from_subscription") {
        let of = world.named("subscription", "from_subscription", of)?;
        params.finish()?;
        return of_subscription(world, schedule, of);
    }
    let customer = params.needed("customer")?.to_owned();
    world.named("customer", "customer", &customer)?;
    let start = match params.text("start_date") {
        Some("now") => now,
        _ => params.number("start_date")?.ok_or_else(|| Fault::missing("start_date"))?,
    };
    schedule["phases"] = phases(world, params, start, usize::MAX)?.into();
    schedule["test_clock"] = test_clock::of_customer(world, &customer);
    schedule["customer"] = customer.into();
    ending(params, &mut schedule)?;
    params.finish()?;
    schedule["status"] = "not_started".into();
    world.add(schedule.clone());
    world.tell("subscription_schedule.created", &schedule);
    if start <= now {
        begin(world, &id, pages)?;
    }
    world.get(KIND, &id)
}

fn settings() -> Value {
    json!({ "account_tax_ids": null, "custom_fields": null, "days_until_due": null,
        "description": null, "footer": null, "issuer": { "type": "self" } })
}

/// Its only phase is what the subscription is now.
fn of_subscription(world: &mut World, mut schedule: Value, mut of: Value) -> Outcome<Value> {
    if !of["schedule"].is_null() || !of["ended_at"].is_null() {
        let message = "The subscription has a schedule already, or is over.";
        return Err(Fault::invalid("from_subscription", message));
    }
    let all = items(&of);
    let start = all.iter().map(|item| number(item, "current_period_start")).min();
    let (start, end) = (start.unwrap_or_else(|| world.now()), period_end(&of));
    let all = all.iter().map(|item| part(id_in(item, "price"), item["quantity"].as_i64()));
    schedule["phases"] =
        json!([phase(&of, all.collect(), (start, end), "create_prorations", Value::Null)]);
    schedule["current_phase"] = json!({ "start_date": start, "end_date": end });
    schedule["customer"] = of["customer"].clone();
    schedule["subscription"] = of["id"].clone();
    schedule["test_clock"] = of["test_clock"].clone();
    of["schedule"] = schedule["id"].clone();
    world.put(&of);
    world.add(schedule.clone());
    world.tell("subscription_schedule.created", &schedule);
    Ok(schedule)
}

fn part(price: &str, quantity: Option<i64>) -> Value {
    json!({ "billing_thresholds": null, "discounts": [], "metadata": {}, "plan": price,
        "price": price, "quantity": quantity, "tax_rates": [] })
}

fn phase(of: &Value, items: Vec<Value>, time: (i64, i64), how: &str, metadata: Value) -> Value {
    json!({
        "add_invoice_items": [], "application_fee_percent": null, "billing_cycle_anchor": null,
        "billing_thresholds": null, "collection_method": null, "currency": of["currency"],
        "default_payment_method": null, "default_tax_rates": [], "description": null,
        "discounts": [], "end_date": time.1, "invoice_settings": null, "items": items,
        "metadata": if metadata.is_null() { json!({}) } else { metadata }, "on_behalf_of": null,
        "proration_behavior": how, "start_date": time.0, "transfer_data": null, "trial_end": null,
    })
}

/// The phases that were sent, each beginning where the one before it ends.
fn phases(world: &World, params: &Params, start: i64, most_items: usize) -> Outcome<Vec<Value>> {
    let mut all = vec![];
    let mut from = start;
    for sent in params.each("phases") {
        match sent.number("start_date")? {
            Some(said) if said != from => {
                let message = "A phase begins where the one before it ends.";
                return Err(Fault::invalid("phases", message));
            }
            _ => {}
        }
        let mut parts = vec![];
        let mut first = Value::Null;
        for item in sent.each("items") {
            let price =
                world.named("price", "phases[0][items][0][price]", item.needed("price")?)?;
            if price["recurring"].is_null() || price["active"] != true {
                return Err(Fault::invalid("phases", "A phase needs recurring, active prices."));
            }
            if !first.is_null() && first["currency"] != price["currency"] {
                return Err(Fault::invalid("phases", "All prices must have one currency."));
            }
            let many = item.number_in("quantity", 0..=999_999)?.unwrap_or(1);
            item.finish()?;
            parts.push(part(text(&price, "id"), Some(many)));
            first = price;
        }
        if parts.is_empty() || parts.len() > most_items {
            let message = "A phase of the sandbox has as many items as its subscription, or fewer.";
            return Err(Fault::invalid("phases", message));
        }
        let end = match (sent.number("end_date")?, sent.below("duration")) {
            (Some(end), None) => end,
            (None, Some(duration)) => after(&duration, from)?,
            (None, None) => Interval::of(&first).after(from, from),
            _ => return Err(Fault::invalid("phases", "Say when it ends, or how long it is.")),
        };
        if end <= from {
            return Err(Fault::invalid("phases", "A phase ends after its beginning."));
        }
        let words = ["create_prorations", "always_invoice", "none"];
        let how = sent.word("proration_behavior", &words)?;
        let how = how.as_deref().unwrap_or("create_prorations");
        let own = metadata(&sent);
        sent.finish()?;
        all.push(phase(&first, parts, (from, end), how, own));
        from = end;
    }
    match all.is_empty() {
        true => Err(Fault::missing("phases")),
        false => Ok(all),
    }
}

/// `duration[interval]`, `duration[interval_count]`.
fn after(duration: &Params, from: i64) -> Outcome<i64> {
    let interval = duration.word("interval", &["day", "week", "month", "year"])?;
    let interval = interval.ok_or_else(|| Fault::missing("phases[0][duration][interval]"))?;
    let count = duration.number_in("interval_count", 1..=60)?.unwrap_or(1);
    duration.finish()?;
    let price = json!({ "recurring": { "interval": interval, "interval_count": count } });
    Ok(Interval::of(&price).after(from, from))
}

fn ending(params: &Params, schedule: &mut Value) -> Outcome<()> {
    if let Some(end) = params.word("end_behavior", &["release", "cancel"])? {
        schedule["end_behavior"] = end.into();
    }
    Ok(())
}

/// `POST /v1/subscription_schedules/{id}`.
pub(crate) fn update(world: &mut World, id: &str, params: &Params, pages: &str) -> Outcome<Value> {
    let mut schedule = open(world, id)?;
    params.metadata(&mut schedule);
    ending(params, &mut schedule)?;
    params.word("proration_behavior", &["create_prorations", "always_invoice", "none"])?;
    if !params.each("phases").is_empty() {
        let known = &schedule["current_phase"];
        let start = match known.is_null() {
            true => number(&schedule["phases"][0], "start_date"),
            false => number(known, "start_date"),
        };
        let of = world.find("subscription", text(&schedule, "subscription"));
        let most = of.as_ref().map_or(usize::MAX, |of| items(of).len());
        let all = phases(world, params, start, most)?;
        if !known.is_null() {
            if number(&all[0], "end_date") <= world.now() {
                let message = "The phase that runs now ends in the future.";
                return Err(Fault::invalid("phases", message));
            }
            schedule["current_phase"]["end_date"] = all[0]["end_date"].clone();
        }
        schedule["phases"] = all.into();
    }
    params.finish()?;
    world.put(&schedule);
    // What the phase of today says is what the subscription is today.
    if schedule["status"] == "active" {
        apply(world, &schedule, 0, pages)?;
    }
    world.tell("subscription_schedule.updated", &schedule);
    Ok(schedule)
}

fn open(world: &World, id: &str) -> Outcome<Value> {
    let schedule = world.get(KIND, id)?;
    match OPEN.contains(&text(&schedule, "status")) {
        true => Ok(schedule),
        false => {
            let message = format!("This schedule is {}.", text(&schedule, "status"));
            Err(Fault::state("resource_missing", message))
        }
    }
}

/// `POST /v1/subscription_schedules/{id}/cancel`: its subscription ends now.
pub(crate) fn cancel(world: &mut World, id: &str, params: &Params, pages: &str) -> Outcome<Value> {
    let schedule = open(world, id)?;
    let of = text(&schedule, "subscription").to_owned();
    if of.is_empty() {
        params.finish()?;
        return Ok(close(world, schedule, "canceled"));
    }
    let invoice = params.flag("invoice_now")?.unwrap_or(true);
    let form = format!("invoice_now={invoice}&prorate={}", params.flag("prorate")?.unwrap_or(true));
    params.finish()?;
    subscription::cancel(world, &of, &Params::read(&form)?, pages)?;
    world.get(KIND, id)
}

/// `POST /v1/subscription_schedules/{id}/release`: its subscription goes on without it.
pub(crate) fn release(world: &mut World, id: &str, params: &Params) -> Outcome<Value> {
    let schedule = open(world, id)?;
    params.flag("preserve_cancel_date")?;
    params.finish()?;
    Ok(close(world, schedule, "released"))
}

fn close(world: &mut World, mut schedule: Value, status: &str) -> Value {
    let (now, of) = (world.now(), text(&schedule, "subscription").to_owned());
    schedule["status"] = status.into();
    schedule["current_phase"] = Value::Null;
    match status {
        "released" => {
            schedule["released_at"] = now.into();
            schedule["released_subscription"] = schedule["subscription"].take();
        }
        "completed" => schedule["completed_at"] = now.into(),
        _ => schedule["canceled_at"] = now.into(),
    }
    world.put(&schedule);
    if let Some(mut of) = world.find("subscription", &of) {
        of["schedule"] = Value::Null;
        world.put(&of);
    }
    world.tell(&format!("subscription_schedule.{status}"), &schedule);
    schedule
}

/// A subscription is over, and so is what was planned for it.
pub(crate) fn over(world: &mut World, of: &Value) {
    if let Some(known) = world.find(KIND, text(of, "schedule"))
        && OPEN.contains(&text(&known, "status"))
    {
        close(world, known, "canceled");
    }
}

/// A subscription was changed beside its schedule: the phase of today says so.
pub(crate) fn follow(world: &mut World, of: &Value) {
    let Some(mut known) = world.find(KIND, text(of, "schedule")) else { return };
    let Some(at) = current(&known) else { return };
    let all = items(of);
    let all = all.iter().map(|item| part(id_in(item, "price"), item["quantity"].as_i64()));
    known["phases"][at]["items"] = all.collect::<Vec<_>>().into();
    world.put(&known);
}

/// Which of its phases runs.
fn current(schedule: &Value) -> Option<usize> {
    let start = schedule["current_phase"]["start_date"].as_i64()?;
    let all = schedule["phases"].as_array()?;
    all.iter().position(|one| number(one, "start_date") == start)
}

/// When it has something to do next.
pub(crate) fn due(schedule: &Value) -> Option<i64> {
    match text(schedule, "status") {
        "not_started" => schedule["phases"][0]["start_date"].as_i64(),
        "active" => schedule["current_phase"]["end_date"].as_i64(),
        _ => None,
    }
}

/// It does that.
pub(crate) fn go_on(world: &mut World, id: &str, pages: &str) {
    let Some(mut schedule) = world.find(KIND, id) else { return };
    if text(&schedule, "status") == "not_started" {
        if begin(world, id, pages).is_err() {
            close(world, schedule, "canceled");
        }
        return;
    }
    let next = current(&schedule).map_or(usize::MAX, |at| at.saturating_add(1));
    let Some(phase) = schedule["phases"].get(next).cloned() else {
        if schedule["end_behavior"] == "cancel" {
            let of = text(&schedule, "subscription").to_owned();
            close(world, schedule, "completed");
            let _ = subscription::end(world, &of, "cancellation_requested");
        } else {
            close(world, schedule, "released");
        }
        return;
    };
    schedule["current_phase"] =
        json!({ "start_date": phase["start_date"], "end_date": phase["end_date"] });
    world.put(&schedule);
    let _ = apply(world, &schedule, next, pages);
    world.tell("subscription_schedule.updated", &schedule);
}

/// The subscription of its first phase begins.
fn begin(world: &mut World, id: &str, pages: &str) -> Outcome<()> {
    let mut schedule = world.get(KIND, id)?;
    let first = schedule["phases"][0].clone();
    let parts = first["items"].as_array().cloned().unwrap_or_default();
    let with = Beginning {
        customer: text(&schedule, "customer").to_owned(),
        items: parts
            .iter()
            .map(|one| (text(one, "price").to_owned(), number(one, "quantity")))
            .collect(),
        without_card: "create_invoice".to_owned(),
        metadata: first["metadata"].clone(),
        ..Beginning::default()
    };
    let mut of = subscription::begin(world, with, pages)?;
    of["schedule"] = id.into();
    world.put(&of);
    schedule["subscription"] = of["id"].clone();
    schedule["status"] = "active".into();
    schedule["current_phase"] =
        json!({ "start_date": first["start_date"], "end_date": first["end_date"] });
    world.put(&schedule);
    world.tell("subscription_schedule.updated", &schedule);
    Ok(())
}

/// Makes the subscription what a phase says.
fn apply(world: &mut World, schedule: &Value, at: usize, pages: &str) -> Outcome<()> {
    let of = world.get("subscription", text(schedule, "subscription"))?;
    let phase = &schedule["phases"][at];
    let parts = phase["items"].as_array().cloned().unwrap_or_default();
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (n, item) in items(&of).iter().enumerate() {
        form.append_pair(&format!("items[{n}][id]"), text(item, "id"));
        match parts.get(n) {
            Some(part) => {
                form.append_pair(&format!("items[{n}][price]"), text(part, "price"));
                let is_used = part["quantity"].is_null();
                if !is_used {
                    let many = number(part, "quantity").to_string();
                    form.append_pair(&format!("items[{n}][quantity]"), &many);
                }
            }
            None => drop(form.append_pair(&format!("items[{n}][deleted]"), "true")),
        }
    }
    // Where a period ends anyway there is nothing half used.
    let is_edge = period_end(&of) <= world.now();
    let how = if is_edge { "none" } else { text(phase, "proration_behavior") };
    form.append_pair("proration_behavior", how);
    change::update(world, text(&of, "id"), &Params::read(&form.finish())?, pages).map(drop)
}
