//! Test clocks: some customers live in a time of their own, which a test turns.

use serde_json::{Value, json};

use crate::{
    clock, customer,
    error::{Fault, Outcome},
    params::Params,
    period::{DAY, Interval},
    subscription,
    world::{World, id_in, number, real, text},
};

const KIND: &str = "test_helpers.test_clock";
/// How many customers may live by one.
const CUSTOMERS: usize = 3;
/// Years that a clock may be turned by at once where nothing is paid regularly.
const FREELY: i64 = 2 * 366 * DAY;

/// `POST /v1/test_helpers/test_clocks`.
pub(crate) fn create(world: &mut World, params: &Params) -> Outcome<Value> {
    let frozen = params.number("frozen_time")?.ok_or_else(|| Fault::missing("frozen_time"))?;
    let bounds = real() - 10 * 366 * DAY..=real() + 10 * 366 * DAY;
    params.number_in("frozen_time", bounds)?;
    let name = params.text("name").map(str::to_owned);
    params.finish()?;
    let id = world.id("clock");
    let clock = world.add(json!({
        "id": id, "object": KIND, "created": real(), "deletes_after": real() + 30 * DAY,
        "frozen_time": frozen, "livemode": false, "name": name, "status": "ready",
        "status_details": {},
    }));
    world.tell("test_helpers.test_clock.created", &clock);
    Ok(clock)
}

/// `POST /v1/test_helpers/test_clocks/{id}/advance`. Whoever asks is told that it is under way, as at
/// Stripe, though all is done when they are.
pub(crate) fn advance(world: &mut World, id: &str, params: &Params, pages: &str) -> Outcome<Value> {
    let mut clock = world.get(KIND, id)?;
    let until = params.number("frozen_time")?.ok_or_else(|| Fault::missing("frozen_time"))?;
    params.finish()?;
    let from = number(&clock, "frozen_time");
    if until <= from {
        let message = "A test clock goes forward: this time is not after its own.";
        return Err(Fault::invalid("frozen_time", message));
    }
    if until > furthest(world, id, from) {
        let message = "A test clock goes on by two intervals of its shortest subscription at most.";
        return Err(Fault::invalid("frozen_time", message));
    }
    clock["status"] = "advancing".into();
    world.tell("test_helpers.test_clock.advancing", &clock);
    clock::catch_up_of(world, until, Some(id), pages);
    let mut done = clock.clone();
    done["frozen_time"] = until.into();
    done["status"] = "ready".into();
    world.put(&done);
    world.tell("test_helpers.test_clock.ready", &done);
    Ok(clock)
}

fn furthest(world: &World, id: &str, from: i64) -> i64 {
    let all = world.each("subscription").filter(|one| text(one, "test_clock") == id);
    let live = all.filter(|one| one["ended_at"].is_null());
    let items: Vec<Value> = live.flat_map(subscription::items).collect();
    let twice = |item: &Value| {
        let interval = Interval::of(&item["price"]);
        interval.after(from, interval.after(from, from))
    };
    items.iter().map(twice).min().unwrap_or(from + FREELY)
}

/// `DELETE /v1/test_helpers/test_clocks/{id}`: whoever lives by it goes along.
pub(crate) fn delete(world: &mut World, id: &str) -> Outcome<Value> {
    let clock = world.get(KIND, id)?;
    let all = world.all("customer").into_iter();
    for one in all.filter(|one| text(one, "test_clock") == id) {
        customer::delete(world, text(&one, "id"))?;
    }
    world.remove(id);
    world.tell("test_helpers.test_clock.deleted", &clock);
    Ok(json!({ "id": id, "object": KIND, "deleted": true }))
}

/// One more customer may live by it.
pub(crate) fn has_room(world: &World, id: &str) -> Outcome<()> {
    world.named(KIND, "test_clock", id)?;
    let all = world.each("customer").filter(|one| text(one, "test_clock") == id);
    match all.count() < CUSTOMERS {
        true => Ok(()),
        false => Err(Fault::invalid("test_clock", "A test clock has three customers at most.")),
    }
}

/// By which clock a customer lives; nothing: by the sandbox's own.
pub(crate) fn of_customer(world: &World, customer: &str) -> Value {
    world.find("customer", customer).map_or(Value::Null, |one| one["test_clock"].clone())
}

/// By which clock things go on that belong to something: itself says so, or its customer does.
pub(crate) fn of(world: &World, object: &Value) -> Option<String> {
    let own = object["test_clock"].as_str().map(str::to_owned);
    let theirs = || of_customer(world, id_in(object, "customer")).as_str().map(str::to_owned);
    own.or_else(theirs)
}

/// The time in which a call is answered, where that is a test clock's: what its address names lives by
/// one, or what its parameters name.
pub(crate) fn of_call(world: &World, path: &[&str], params: &Params) -> Option<i64> {
    let names = [
        "test_clock",
        "customer",
        "subscription",
        "from_subscription",
        "invoice",
        "payment_intent",
    ];
    let sent = names.iter().filter_map(|name| params.glimpse(name));
    let named = path.iter().copied().chain(sent).filter_map(|id| world.any(id));
    named.into_iter().find_map(|object| moment(world, &object))
}

/// The time of a thing, where that is a test clock's.
pub(crate) fn moment(world: &World, object: &Value) -> Option<i64> {
    let clock = match text(object, "object") {
        KIND => text(object, "id").to_owned(),
        _ => of(world, object)?,
    };
    world.find(KIND, &clock).map(|clock| number(&clock, "frozen_time"))
}
