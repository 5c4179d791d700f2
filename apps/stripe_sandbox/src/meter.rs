//! Meters: what is used is counted, and paid at the end of the period.

use serde_json::{Value, json};

use crate::{
    error::{Fault, Outcome},
    params::Params,
    world::{World, number, text},
};

/// For so long events may come late, and no longer ahead than that, in seconds.
const LATE: i64 = 35 * 86_400;
const AHEAD: i64 = 5 * 60;

/// `POST /v1/billing/meters`.
pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    let name = params.needed("display_name")?.to_owned();
    let event = params.needed("event_name")?.to_owned();
    let how =
        params.below("default_aggregation").ok_or_else(|| Fault::missing("default_aggregation"))?;
    let formula = how.word("formula", &["sum", "count", "last"])?;
    let formula = formula.ok_or_else(|| Fault::missing("default_aggregation[formula]"))?;
    how.finish()?;
    let mapping = params.below("customer_mapping").unwrap_or_default();
    mapping.word("type", &["by_id"])?;
    let of = mapping.text("event_payload_key").unwrap_or("stripe_customer_id").to_owned();
    mapping.finish()?;
    let values = params.below("value_settings").unwrap_or_default();
    let value = values.text("event_payload_key").unwrap_or("value").to_owned();
    values.finish()?;
    params.finish()?;
    let is_taken =
        |one: &Value| text(one, "event_name") == event && text(one, "status") == "active";
    if world.all("billing.meter").iter().any(is_taken) {
        return Err(Fault::invalid("event_name", "An active meter has this event name."));
    }
    let id = world.id("mtr");
    Ok(world.add(json!({
        "id": id, "object": "billing.meter", "created": world.now(),
        "customer_mapping": { "event_payload_key": of, "type": "by_id" },
        "default_aggregation": { "formula": formula }, "display_name": name, "event_name": event,
        "event_time_window": null, "livemode": false, "status": "active",
        "status_transitions": { "deactivated_at": null }, "updated": world.now(),
        "value_settings": { "event_payload_key": value },
    })))
}

/// `POST /v1/billing/meters/{id}/deactivate` and `/reactivate`.
pub(crate) fn switch(world: &mut World, id: &str, is_on: bool) -> Outcome<Value> {
    let mut meter = world.get("billing.meter", id)?;
    meter["status"] = if is_on { "active" } else { "inactive" }.into();
    let at = if is_on { Value::Null } else { world.now().into() };
    meter["status_transitions"]["deactivated_at"] = at;
    meter["updated"] = world.now().into();
    world.put(&meter);
    Ok(meter)
}

/// `POST /v1/billing/meter_events`: counted once for each identifier.
pub(crate) fn note(world: &mut World, params: &Params) -> Outcome<Value> {
    let event = params.needed("event_name")?.to_owned();
    let identifier = params.text("identifier").map_or_else(|| world.id("ev"), str::to_owned);
    let at = params.number("timestamp")?.unwrap_or_else(|| world.now());
    let payload = params.below("payload").ok_or_else(|| Fault::missing("payload"))?;
    let is_it = |one: &Value| text(one, "event_name") == event && text(one, "status") == "active";
    let meter = world.all("billing.meter").into_iter().find(is_it);
    let meter = meter.ok_or_else(|| Fault::names_no("active meter", "event_name", &event))?;
    let of = payload.needed(text(&meter["customer_mapping"], "event_payload_key"))?.to_owned();
    world.named("customer", "payload", &of)?;
    let value = match text(&meter["default_aggregation"], "formula") {
        "count" => 1,
        _ => {
            let name = text(&meter["value_settings"], "event_payload_key");
            let value = payload.number(name)?.ok_or_else(|| Fault::missing("payload[value]"))?;
            if value < 0 {
                return Err(Fault::invalid("payload", "The value is not negative."));
            }
            value
        }
    };
    params.finish()?;
    let now = world.now();
    if at < now - LATE || at > now + AHEAD {
        let message = "The timestamp is more than 35 days ago or 5 minutes ahead.";
        return Err(Fault::state("timestamp_too_far_in_past", message));
    }
    let is_known = |one: &Value| text(one, "identifier") == identifier;
    if world.all("billing.meter_event").iter().any(is_known) {
        let message = format!("An event already exists with identifier {identifier}.");
        return Err(Fault::invalid("identifier", message));
    }
    let id = world.id("mev");
    let event = json!({
        "id": id, "object": "billing.meter_event", "created": now, "event_name": event,
        "identifier": identifier, "livemode": false,
        "payload": { "stripe_customer_id": of, "value": value.to_string() }, "timestamp": at,
        "meter_of_sandbox": meter["id"], "customer_of_sandbox": of, "value_of_sandbox": value,
    });
    let mut shown = world.add(event);
    // Stripe's has no id of its own.
    shown.as_object_mut().map(|map| map.remove("id"));
    Ok(shown)
}

/// How much a customer used from one moment to before another.
pub(crate) fn used(world: &World, meter: &str, customer: &str, from: i64, to: i64) -> i64 {
    let formula = world.find("billing.meter", meter).unwrap_or_default();
    let formula = text(&formula["default_aggregation"], "formula").to_owned();
    let mut mine: Vec<Value> = world.all("billing.meter_event");
    mine.retain(|one| {
        text(one, "meter_of_sandbox") == meter
            && text(one, "customer_of_sandbox") == customer
            && (from..to).contains(&number(one, "timestamp"))
    });
    match &*formula {
        "last" => {
            mine.sort_by_key(|one| number(one, "timestamp"));
            mine.last().map_or(0, |one| number(one, "value_of_sandbox"))
        }
        _ => mine.iter().map(|one| number(one, "value_of_sandbox")).fold(0, i64::saturating_add),
    }
}

/// `GET /v1/billing/meters/{id}/event_summaries`.
pub(crate) fn summaries(world: &World, id: &str, params: &Params) -> Outcome<Value> {
    world.get("billing.meter", id)?;
    let customer = params.needed("customer")?.to_owned();
    let need = |name: &str| params.number(name)?.ok_or_else(|| Fault::missing(name));
    let (from, to) = (need("start_time")?, need("end_time")?);
    params.word("value_grouping_window", &["day", "hour"])?;
    params.finish()?;
    let value = used(world, id, &customer, from, to);
    let one = json!({
        "id": format!("mtrusg_{id}"), "object": "billing.meter_event_summary",
        "aggregated_value": value, "end_time": to, "livemode": false, "meter": id, "start_time": from,
    });
    let data = if value > 0 { vec![one] } else { vec![] };
    let url = format!("/v1/billing/meters/{id}/event_summaries");
    Ok(json!({ "object": "list", "data": data, "has_more": false, "url": url }))
}
