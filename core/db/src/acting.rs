//! Who is at work: said once for a request, a job or a command, and asked by every unit of work in it.

use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};

use core_base::Actor;
use sea_orm::prelude::Uuid;

/// Where work comes from, for the audit trail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The client's IP address.
    pub address: Option<IpAddr>,
    /// The request, as the log names it.
    pub request: Option<Uuid>,
}

tokio::task_local! {
    static ACTING: Acting;
}

/// Who acts and where from: what workspaces and the catalogue tell of a change.
#[derive(Clone, Debug, Default)]
pub struct Acting(Arc<Mutex<(Actor, Origin)>>);

impl Acting {
    /// A new request, job or command.
    pub fn new(actor: Actor, origin: Origin) -> Self {
        Self(Arc::new(Mutex::new((actor, origin))))
    }

    /// Whoever is at work in this task; outside of every [`scope`](Self::scope) the program itself.
    pub fn current() -> Self {
        ACTING.try_with(Clone::clone).unwrap_or_default()
    }

    /// Does `work` as this one. What it spawns as a task of its own is the program's.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        ACTING.scope(self, work).await
    }

    /// Who.
    pub fn actor(&self) -> Actor {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// Where from.
    pub fn origin(&self) -> Origin {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1
    }

    /// Somebody has proved who they are.
    pub fn becomes(&self, actor: Actor) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = actor;
    }

    /// It is known where the work comes from.
    pub fn comes_from(&self, origin: Origin) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1 = origin;
    }
}
