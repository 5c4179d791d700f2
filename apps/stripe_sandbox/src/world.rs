//! All there is in the sandbox: objects by their ids, its clock, what was told and what was asked.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Fault, Outcome};

/// The version of the API that is spoken.
pub const VERSION: &str = "2026-09-30.endive";

/// A whole sandbox. Whoever has it has it alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct World {
    /// By id.
    objects: BTreeMap<String, Value>,
    /// Ids in the order in which they came.
    order: Vec<String>,
    /// How far its clock is ahead of the world's, in seconds.
    ahead: i64,
    /// In the middle of turning the clock: the moment that has been reached.
    #[serde(skip)]
    moment: Option<i64>,
    /// What is to be sent to endpoints, and what was.
    pub(crate) deliveries: Vec<Delivery>,
    /// Answers under their idempotency keys.
    pub(crate) answers: BTreeMap<String, Answered>,
    /// Every call that changed something or tried to, for tests.
    pub(crate) calls: Vec<Call>,
    /// What is to go wrong.
    pub(crate) faults: Faults,
    counter: u64,
    /// How often something has changed: what is kept already is not kept again.
    #[serde(skip)]
    pub(crate) changes: u64,
    /// Under which request events come about.
    #[serde(skip)]
    pub(crate) request: Option<(String, Option<String>)>,
    /// How things were before the call that is answered now.
    #[serde(skip)]
    before: Option<Before>,
}

/// How things were that a call has touched so far.
#[derive(Clone, Debug, Default)]
struct Before {
    /// By id; none: there was no such thing.
    objects: BTreeMap<String, Option<Value>>,
    /// Where something was removed.
    order: Option<Vec<String>>,
    /// How many ids there were.
    many: usize,
    deliveries: usize,
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Delivery {
    /// Its number.
    pub id: u64,
    /// Which event.
    pub event: String,
    /// To which endpoint.
    pub endpoint: String,
    /// When it is due, in seconds of the world's clock; none: it is held back, or has been accepted.
    pub due_at: Option<i64>,
    /// How often it was tried.
    pub attempts: u32,
    /// What came back at last; 0: nobody answered.
    pub status: Option<u16>,
}

impl Delivery {
    /// Was it accepted?
    pub fn is_done(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// An answer that is given again to whoever comes with its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Answered {
    pub(crate) request: String,
    pub(crate) status: u16,
    pub(crate) body: String,
    /// For how long, in seconds of the sandbox's clock.
    pub(crate) until: i64,
}

/// A call of the API.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// `POST`, `DELETE`, `GET`.
    pub method: String,
    /// Without `/v1`.
    pub path: String,
    /// Its status.
    pub status: u16,
    /// The idempotency key, if one was sent.
    pub key: Option<String>,
    /// It was answered from memory: nothing happened again.
    pub is_again: bool,
}

/// What is to go wrong, as whoever tests asks for it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Faults {
    /// The next calls fail with these statuses; 0: the connection is cut after the deed was done; 1: this
    /// one is spared.
    pub calls: Vec<u16>,
    /// Deliveries wait until they are let go.
    pub is_held: bool,
    /// Deliveries are forgotten.
    pub is_lost: bool,
    /// Each is sent so many times.
    pub copies: u32,
    /// The newest first.
    pub is_backwards: bool,
}

impl World {
    /// Seconds of the sandbox's clock.
    pub fn now(&self) -> i64 {
        self.moment.unwrap_or_else(|| real() + self.ahead)
    }

    /// How far ahead the clock is.
    pub fn ahead(&self) -> i64 {
        self.ahead
    }

    /// The clock stands still at this moment until it is `None` again: what is done is done then.
    pub(crate) fn at(&mut self, moment: Option<i64>) {
        self.moment = moment;
    }

    pub(crate) fn turn(&mut self, seconds: i64) {
        self.changes += u64::from(seconds != 0);
        self.ahead += seconds;
    }

    /// An id that nothing has.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        self.counter += 1;
        let chance = uuid::Uuid::new_v4().simple().to_string();
        format!("{prefix}_{:04}{}", self.counter, &chance[..16])
    }

    /// The next number of a row of numbers.
    pub(crate) fn number(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Puts a new object there.
    pub(crate) fn add(&mut self, object: Value) -> Value {
        let id = text(&object, "id").to_owned();
        self.changes += 1;
        self.touch(&id);
        self.order.push(id.clone());
        self.objects.insert(id, object.clone());
        object
    }

    /// Puts a changed object in its place.
    pub fn put(&mut self, object: &Value) {
        self.changes += 1;
        let id = text(object, "id");
        self.touch(id);
        self.objects.insert(id.to_owned(), object.clone());
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.changes += 1;
        self.touch(id);
        if let Some(before) = &mut self.before {
            before.order.get_or_insert_with(|| self.order.clone());
        }
        self.objects.remove(id);
        self.order.retain(|known| known != id);
    }

    /// An object of a kind, as Stripe names it: `customer`.
    pub fn find(&self, kind: &str, id: &str) -> Option<Value> {
        self.objects.get(id).filter(|object| text(object, "object") == kind).cloned()
    }

    /// Whatever has this id.
    pub(crate) fn any(&self, id: &str) -> Option<Value> {
        self.objects.get(id).cloned()
    }

    /// The same, which must be there.
    pub(crate) fn get(&self, kind: &str, id: &str) -> Outcome<Value> {
        self.find(kind, id).ok_or_else(|| Fault::no_such(kind, id))
    }

    /// The same, named by a parameter.
    pub(crate) fn named(&self, kind: &str, param: &str, id: &str) -> Outcome<Value> {
        self.find(kind, id).ok_or_else(|| Fault::names_no(kind, param, id))
    }

    /// All of a kind, the oldest first.
    pub fn all(&self, kind: &str) -> Vec<Value> {
        self.each(kind).cloned().collect()
    }

    /// The same, to look at.
    pub(crate) fn each(&self, kind: &str) -> impl Iterator<Item = &Value> {
        let objects = self.order.iter().filter_map(|id| self.objects.get(id));
        objects.filter(move |object| text(object, "object") == kind)
    }

    /// Tells an event of what an object is now.
    pub(crate) fn tell(&mut self, kind: &str, object: &Value) {
        self.tell_change(kind, object, None);
    }

    /// The same, with what it was before.
    pub(crate) fn tell_change(&mut self, kind: &str, object: &Value, before: Option<Value>) {
        let id = self.id("evt");
        let mut data = json!({ "object": crate::checkout::shown(object) });
        if let Some(before) = before {
            data["previous_attributes"] = before;
        }
        let (request, key) = self.request.clone().map_or((None, None), |(id, key)| (Some(id), key));
        let endpoints: Vec<String> = self
            .all("webhook_endpoint")
            .iter()
            .filter(|endpoint| listens(endpoint, kind))
            .map(|endpoint| text(endpoint, "id").to_owned())
            .collect();
        self.add(json!({
            "id": id, "object": "event", "api_version": VERSION, "created": self.now(),
            "data": data, "livemode": false, "pending_webhooks": endpoints.len(),
            "request": { "id": request, "idempotency_key": key }, "type": kind,
        }));
        for endpoint in endpoints {
            self.send(&id, &endpoint);
        }
    }

    /// Puts an event on its way to an endpoint.
    pub(crate) fn send(&mut self, event: &str, endpoint: &str) {
        if self.faults.is_lost {
            return;
        }
        for _ in 0..self.faults.copies.clamp(1, 10) {
            let id = self.number();
            let due_at = (!self.faults.is_held).then(real);
            let (event, endpoint) = (event.to_owned(), endpoint.to_owned());
            self.deliveries.push(Delivery {
                id,
                event,
                endpoint,
                due_at,
                attempts: 0,
                status: None,
            });
        }
    }

    /// What was held back goes.
    pub fn let_go(&mut self) {
        self.faults.is_held = false;
        let waits = |one: &&mut Delivery| one.status.is_none() && one.due_at.is_none();
        for delivery in self.deliveries.iter_mut().filter(waits) {
            delivery.due_at = Some(real());
        }
    }

    /// From here on it is noted how things were.
    pub(crate) fn begin(&mut self) {
        let (many, deliveries) = (self.order.len(), self.deliveries.len());
        self.before = Some(Before { many, deliveries, ..Before::default() });
    }

    /// What was done since stays.
    pub(crate) fn keep(&mut self) {
        self.before = None;
    }

    /// All is as it was before a call that was refused. Numbers of objects are not given out twice.
    pub(crate) fn undo(&mut self) {
        let Some(before) = self.before.take() else { return };
        self.changes += 1;
        for (id, object) in before.objects {
            match object {
                Some(object) => self.objects.insert(id, object),
                None => self.objects.remove(&id),
            };
        }
        match before.order {
            Some(order) => self.order = order,
            None => self.order.truncate(before.many),
        }
        self.deliveries.truncate(before.deliveries);
    }

    fn touch(&mut self, id: &str) {
        let Some(before) = &mut self.before else { return };
        if !before.objects.contains_key(id) {
            before.objects.insert(id.to_owned(), self.objects.get(id).cloned());
        }
    }

    /// What is to go wrong from now on.
    pub fn set_faults(&mut self, faults: Faults) {
        self.changes += 1;
        self.faults = faults;
    }

    /// Every call that was made, the oldest first.
    pub fn calls(&self) -> &[Call] {
        &self.calls
    }

    /// Every delivery, the oldest first.
    pub fn deliveries(&self) -> &[Delivery] {
        &self.deliveries
    }
}

/// Does an endpoint want events of this kind?
fn listens(endpoint: &Value, kind: &str) -> bool {
    let wanted = endpoint["enabled_events"].as_array();
    let is_wanted = wanted.is_some_and(|all| all.iter().any(|one| one == "*" || one == kind));
    endpoint["status"] == "enabled" && is_wanted
}

/// Seconds of the world's clock.
pub(crate) fn real() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() as i64)
}

/// The text in a field of an object; empty where there is none.
pub(crate) fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap_or_default()
}

/// The number in a field; 0 where there is none.
pub(crate) fn number(object: &Value, name: &str) -> i64 {
    object[name].as_i64().unwrap_or_default()
}

/// What a field refers to, whether it holds the id or the object.
pub(crate) fn id_in<'a>(object: &'a Value, name: &str) -> &'a str {
    match &object[name] {
        Value::String(id) => id,
        whole => text(whole, "id"),
    }
}
