//! What an app puts into workspaces that are only there to be looked at or measured.

use std::pin::Pin;

use core_base::{Result, UserId};
use core_db::TenantDb;

/// A workspace that is about to be filled.
#[derive(Clone, Debug)]
pub struct Demo {
    /// Its address: `acme` and `globex` are the two that development begins with.
    pub slug: String,
    /// Some of its members, the owner among them.
    pub people: Vec<UserId>,
    /// How many rows to make, where the workspace is for measurements; none: a handful to look at.
    pub rows: Option<usize>,
}

/// The function of an app that fills a workspace, as the registry keeps it.
pub(crate) type Fill = Box<dyn Fn(TenantDb, Demo) -> Filling + Send + Sync>;
type Filling = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

pub(crate) fn boxed<F, Fut>(fill: F) -> Fill
where
    F: Fn(TenantDb, Demo) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<()>> + Send + 'static,
{
    Box::new(move |db, demo| Box::pin(fill(db, demo)))
}
