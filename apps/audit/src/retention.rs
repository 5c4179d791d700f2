//! How long entries are kept, and the job that sees to it every night.

use platform::{Job, Priority, Reader, Result, Run, audit::Retention, clock};
use serde::{Deserialize, Serialize};

/// Days for which entries are kept, at least and at most.
const DAYS: std::ops::RangeInclusive<u32> = 1..=36_500;

/// As the operator wants it.
pub(crate) struct Kept {
    retention: Retention,
}

impl Kept {
    pub(crate) fn read(env: &mut Reader) -> Self {
        let mut days = |name: &str, default: &str| {
            let days = env.parsed(name, default);
            if !DAYS.contains(&days) {
                env.problem(format!("{name} is a number of days from 1 to 36500"));
            }
            days
        };
        let changes = days("AUDIT_CHANGE_DAYS", "730");
        let access = days("AUDIT_ACCESS_DAYS", "180");
        Self { retention: Retention(vec![("change", changes), ("access", access)]) }
    }
}

impl Kept {
    /// The first day of which every entry is still there.
    pub(crate) fn since(&self) -> chrono::NaiveDate {
        let Retention(kept) = &self.retention;
        let longest = kept.iter().map(|(_, days)| *days).max().unwrap_or_default();
        clock::now().date_naive() - chrono::TimeDelta::days(longest.into())
    }
}

/// In every workspace: writes down where the log stands, and takes away what is past its time.
#[derive(Serialize, Deserialize)]
pub(crate) struct Trim {}

impl Job for Trim {
    const NAME: &'static str = "audit.trim";
    const PRIORITY: Priority = Priority::Low;
}

pub(crate) async fn trim(_: Trim, run: Run) -> Result<()> {
    let Some(tenant) = run.tenant.clone() else { return Ok(()) };
    let kept = run.extension::<Kept>()?;
    run.store.trim_audit(&tenant, &kept.retention).await.map(drop)
}

/// The same for the catalogue's own log.
#[derive(Serialize, Deserialize)]
pub(crate) struct TrimCatalog {}

impl Job for TrimCatalog {
    const NAME: &'static str = "audit.trim_catalog";
    const PRIORITY: Priority = Priority::Low;
}

pub(crate) async fn trim_catalog(_: TrimCatalog, run: Run) -> Result<()> {
    let kept = run.extension::<Kept>()?;
    run.store.trim_catalog_audit(&kept.retention).await.map(drop)
}
