//! All numbers, read when somebody asks: from this process at once, from the store within a moment.

use std::{collections::BTreeMap, time::Duration};

use core_base::Result;
use core_http::{ConcurrencyLimits, Requests};

use crate::{Source, process, text::Family};

/// Longer than this a scrape does not wait for the store: monitoring matters most when it is slow.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A process answers also while its store does not: then without what only the store knows.
pub(crate) async fn all(source: &Source) -> Vec<Family> {
    let mut families = process::families();
    let mut build = Family::gauge("groundwork_build_info", "Always 1; the version is a label");
    build.add([("version", env!("CARGO_PKG_VERSION"))], 1.0);
    families.push(build);
    if let Some(core) = &source.core {
        families.extend(core.requests.as_ref().map(durations));
        families.extend(page_slots(&core.page_slots));
    }
    families.extend(pools(source));
    families.push(attempts(source));
    let stored = tokio::time::timeout(TIMEOUT, stored(source)).await;
    let up = matches!(stored, Ok(Ok(_)));
    match stored {
        Ok(Ok(stored)) => families.extend(stored),
        Ok(Err(error)) => tracing::warn!("metrics: {:#}", error.into_anyhow()),
        Err(_) => tracing::warn!("metrics: the store took longer than {TIMEOUT:?}"),
    }
    let help = "1: the catalogue answered this scrape";
    families.push(Family::gauge("groundwork_store_up", help).of(f64::from(u8::from(up))));
    families
}

fn durations(requests: &Requests) -> Family {
    let name = "groundwork_http_request_duration_seconds";
    let mut family = Family::histogram(name, "Requests by route and class of answer");
    requests.each(|[site, route, method, status], histogram| {
        let labels = [("site", site), ("route", route), ("method", method), ("status", status)];
        family.add_durations(labels, (histogram.sum(), histogram.buckets()));
    });
    family
}

fn page_slots(page_slots: &ConcurrencyLimits) -> [Family; 2] {
    let inside = "Requests that are at work in their workspace, or wait for their turn there";
    let refused = "Requests that found no place in their workspace's line";
    [
        Family::gauge("groundwork_tenant_requests_open", inside).of(page_slots.inside() as f64),
        Family::counter("groundwork_tenant_requests_refused", refused)
            .of(page_slots.refused() as f64),
    ]
}

fn pools(source: &Source) -> [Family; 5] {
    let mut size = Family::gauge("groundwork_pool_size", "Connections a pool may open");
    let mut connections = Family::gauge("groundwork_pool_connections", "Open connections");
    let mut waiting = Family::gauge("groundwork_pool_waiting", "Who waits for a connection");
    let mut timeouts =
        Family::counter("groundwork_pool_timeouts", "Who waited for a connection in vain");
    let mut tenants = Family::gauge(
        "groundwork_pool_tenants_per_connection",
        "Tenants that the busiest connection has worked for since it was opened",
    );
    for (pool, usage) in source.store.pools() {
        let pool = ("pool", pool.as_str());
        let used = usage.open.saturating_sub(usage.idle);
        size.add([pool], usage.size as f64);
        connections.add([pool, ("state", "idle")], usage.idle as f64);
        connections.add([pool, ("state", "used")], used as f64);
        waiting.add([pool], usage.waiting as f64);
        timeouts.add([pool], usage.timeouts as f64);
        tenants.add([pool], usage.most_tenants as f64);
    }
    [size, connections, waiting, timeouts, tenants]
}

fn attempts(source: &Source) -> Family {
    let help = "Attempts at jobs in this process, by what became of them";
    let mut family = Family::counter("groundwork_job_attempts", help);
    for (name, tally) in source.jobs.tallies() {
        for (outcome, count) in tally.each() {
            family.add([("name", name), ("outcome", outcome)], count as f64);
        }
    }
    family
}

/// What all processes of an installation would say alike.
async fn stored(source: &Source) -> Result<Vec<Family>> {
    let mut families = cells(source).await?;
    families.extend(tenants(source).await?);
    families.push(backlog(source).await?);
    let catalog = source.store.catalog();
    let seconds = |age: Option<Duration>| age.unwrap_or_default().as_secs_f64();
    let ready = core_jobs::ready_since(catalog).await?;
    let help = "For how long the first ready job has been waiting; 0: none is";
    families.push(Family::gauge("groundwork_jobs_oldest_ready_seconds", help).of(seconds(ready)));
    let left = source.store.outbox_age().await?;
    let help = "For how long something has been in an outbox; 0: they are empty";
    families.push(Family::gauge("groundwork_outbox_oldest_seconds", help).of(seconds(left)));
    Ok(families)
}

async fn cells(source: &Source) -> Result<Vec<Family>> {
    let mut living = Family::gauge("groundwork_cell_tenants", "Workspaces in a cell");
    let mut capacity = Family::gauge("groundwork_cell_capacity", "Workspaces that fit into a cell");
    for cell in source.store.cells().await? {
        let id = cell.id.to_string();
        living.add([("cell", &id)], cell.tenants as f64);
        capacity.add([("cell", &id)], f64::from(cell.capacity));
    }
    Ok(vec![living, capacity])
}

async fn tenants(source: &Source) -> Result<[Family; 2]> {
    let mut by_status = BTreeMap::<&str, i64>::new();
    let mut aside = 0;
    for count in source.store.tenant_counts().await? {
        *by_status.entry(count.status.as_str()).or_default() += count.count;
        aside += if count.quarantined { count.count } else { 0 };
    }
    let mut tenants = Family::gauge("groundwork_tenants", "Workspaces by state");
    for (status, count) in by_status {
        tenants.add([("status", status)], count as f64);
    }
    let help = "Workspaces whose migration failed";
    Ok([tenants, Family::gauge("groundwork_tenants_quarantined", help).of(aside as f64)])
}

/// A name that this process does not know is of a newer one's jobs, or of nobody's: names are not
/// taken from a table that others write to.
async fn backlog(source: &Source) -> Result<Family> {
    let mut counts = BTreeMap::<(&str, &str), i64>::new();
    let rows = core_jobs::backlog(source.store.catalog()).await?;
    for row in &rows {
        let known = source.jobs.tallies().contains_key(&row.name);
        let name = if known { row.name.as_str() } else { "unknown" };
        *counts.entry((name, row.state.as_str())).or_default() += row.count;
    }
    let mut family = Family::gauge("groundwork_jobs", "Jobs in the queue that are not over");
    for ((name, state), count) in counts {
        family.add([("name", name), ("state", state)], count as f64);
    }
    Ok(family)
}
