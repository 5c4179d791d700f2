//! A limit on the concurrent requests of each workspace, so that a busy one leaves room for the others.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use core_base::{Error, Result, TenantId};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Requests that may wait for each one at work; those beyond are told to come back.
const LINE: usize = 32;
/// Workspaces that were asked lately, before those that are quiet are forgotten.
const KEPT: usize = 1024;

const BUSY: &str = "This workspace is getting more requests than it can handle right now. Nothing was saved. Try \
                    again in a moment.";

/// The requests at work and waiting, by workspace.
pub struct ConcurrencyLimits {
    at_once: usize,
    tenants: Mutex<HashMap<TenantId, Tenant>>,
    refused: AtomicU64,
}

#[derive(Clone)]
struct Tenant {
    /// Places in the line and at work.
    inside: Arc<Semaphore>,
    at_work: Arc<Semaphore>,
}

/// The right to work; the next one's when it is dropped, however the request ended.
pub(crate) struct ConcurrencyPermit {
    _inside: OwnedSemaphorePermit,
    _at_work: OwnedSemaphorePermit,
}

impl ConcurrencyLimits {
    /// A workspace gets half of the `connections` of its cell: it cannot keep the others waiting
    /// for one.
    pub(crate) fn new(connections: usize) -> Self {
        let at_once = (connections / 2).max(1);
        Self { at_once, tenants: Mutex::default(), refused: AtomicU64::new(0) }
    }

    /// Waits in the line of its workspace, first come, first served.
    pub(crate) async fn take(&self, tenant: TenantId) -> Result<ConcurrencyPermit> {
        let Tenant { inside, at_work } = self.of(tenant);
        let Ok(inside) = inside.try_acquire_owned() else {
            self.refused.fetch_add(1, Relaxed);
            return Err(Error::TooManyRequests(BUSY.into()));
        };
        Ok(ConcurrencyPermit { _inside: inside, _at_work: at_work.acquire_owned().await? })
    }

    fn of(&self, tenant: TenantId) -> Tenant {
        let mut tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        if tenants.len() >= KEPT && !tenants.contains_key(&tenant) {
            tenants.retain(|_, tenant| Arc::strong_count(&tenant.inside) > 1);
        }
        tenants.entry(tenant).or_insert_with(|| Tenant::new(self.at_once)).clone()
    }

    /// Requests that are at work or in a line.
    pub fn inside(&self) -> usize {
        let tenants = self.tenants.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.values().map(|tenant| self.places() - tenant.inside.available_permits()).sum()
    }

    /// Requests that found no place in their workspace's line since the start.
    pub fn refused(&self) -> u64 {
        self.refused.load(Relaxed)
    }

    fn places(&self) -> usize {
        self.at_once * (1 + LINE)
    }
}

impl Tenant {
    fn new(at_once: usize) -> Self {
        let semaphore = |places| Arc::new(Semaphore::new(places));
        Self { inside: semaphore(at_once * (1 + LINE)), at_work: semaphore(at_once) }
    }
}
