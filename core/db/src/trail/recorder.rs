//! What a transaction tells: its entries wait here until just before the commit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use core_base::{Actor, Through, clock};
use sea_orm::ConnectionTrait;

use super::{description::Trail, entry::Model, flush::PendingWrites, seal::Seal};
use crate::{TENANT_SCHEMA, acting::Acting};

/// Tells the changes of one transaction, in a workspace or in the catalogue.
#[derive(Debug)]
pub struct Recorder {
    /// What entities call the schema in which the trail is.
    pub(super) schema: &'static str,
    pub(crate) trail: Arc<Trail>,
    pub(crate) acting: Acting,
    pending: Mutex<PendingWrites>,
}

/// A transaction whose changes are told.
pub trait Recorded: ConnectionTrait {
    /// What it tells.
    fn recorder(&self) -> &Recorder;
}

impl Recorder {
    /// For whoever is at work in this task.
    pub(crate) fn new(schema: &'static str, trail: Arc<Trail>) -> Self {
        Self { schema, trail, acting: Acting::current(), pending: Mutex::default() }
    }

    pub(crate) fn pending(&self) -> MutexGuard<'_, PendingWrites> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The trail's own tables are described as a tenant's; the catalogue has the same.
    pub(super) fn in_place(&self, sql: String) -> String {
        match self.schema {
            TENANT_SCHEMA => sql,
            schema => sql.replace("\"tenant\".", &format!("\"{schema}\".")),
        }
    }

    /// An entry of this transaction: who, when and where from. Its place in the chain comes later.
    pub(super) fn new_entry(&self, category: &str, action: &str) -> Model {
        let (actor, origin) = (self.acting.actor(), self.acting.origin());
        Model {
            seq: 0,
            at: clock::now(),
            category: category.to_owned(),
            action: action.to_owned(),
            entity: String::new(),
            row_id: String::new(),
            title: String::new(),
            user_id: actor.user().map(|user| user.0),
            actor: name_of(&actor),
            address: origin.address.map(|address| address.to_string()).unwrap_or_default(),
            request: origin.request.map(|id| id.simple().to_string()).unwrap_or_default(),
            changes: "{}".to_owned(),
            link: String::new(),
            seal: Seal::fresh(),
        }
    }
}

fn name_of(actor: &Actor) -> String {
    match actor {
        Actor::System => "system".to_owned(),
        Actor::Visitor => "visitor".to_owned(),
        Actor::Account { .. } => "account".to_owned(),
        Actor::Member { through: Through::Key(id), .. } => format!("key:{id}"),
        Actor::Member { member, .. } => format!("member:{member}"),
        Actor::Job { name, .. } => format!("job:{name}"),
        Actor::Command { words } => format!("command:{words}"),
    }
}
