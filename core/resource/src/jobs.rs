//! What is done to many rows by jobs: importing, and undoing.

use std::sync::Arc;

use core_access::PermissionDef;
use core_db::TenantDb;
use core_jobs::Runner;

use crate::{
    Resource,
    import::{Import, import},
    undo::{Undo, undo},
};

/// A resource that jobs work on.
#[derive(Clone)]
pub struct Worked {
    /// What it is.
    pub resource: Arc<Resource>,
    /// Where its list is.
    pub place: &'static str,
    /// Who changes rows.
    pub needs: PermissionDef,
}

/// How they are run, for these resources.
pub fn runners(all: Vec<Worked>) -> [Runner; 2] {
    let (all, also) = (Arc::new(all.clone()), Arc::new(all));
    [
        Runner::of(move |job: Import, db: TenantDb| import(all.clone(), job, db)),
        Runner::of(move |job: Undo, db: TenantDb| undo(also.clone(), job, db)),
    ]
}
