//! How fast the queue is: many empty jobs through one worker, and one at a time when nothing else
//! happens; and how long others wait while a schedule for many workspaces fires. Prints JSON.

mod schedule;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context;
use core_base::{Config, Slug};
use core_db::{NewTenant, Store, Tenant};
use core_jobs::{Job, Jobs, Later, Run, Runner, Worker};
use core_mail::EmailService;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

const TENANTS: usize = 10;
/// Jobs left in one transaction.
const LEFT: usize = 500;

/// Does nothing.
#[derive(Serialize, Deserialize)]
struct Empty;

impl Job for Empty {
    const NAME: &'static str = "bench.empty";
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let count: usize = std::env::args().nth(1).context("how many jobs?")?.parse()?;
    core_db::prepare(&config, &migrations::ALL).await?;
    let store = Store::open(&config, platform::bare_schema(migrations::ALL)).await?;
    if let Some(many) = std::env::args().nth(2) {
        return schedule::measure(&config, &store, many.parse()?).await;
    }
    let tenants = tenants(&store).await?;
    let (started, mut starts) = mpsc::unbounded_channel();
    let done = Arc::new(AtomicUsize::new(0));
    let counted = done.clone();
    let empty = move |_: Empty, _: Run| {
        counted.fetch_add(1, Ordering::Relaxed);
        let _ = started.send(Instant::now());
        async { Ok(()) }
    };
    let jobs = Jobs::new(EmailService::new(&config), vec![Runner::of(empty)], vec![], vec![]);

    let began = Instant::now();
    for at in (0..count).step_by(LEFT) {
        leave(&store, &tenants[at / LEFT % TENANTS], LEFT.min(count - at)).await?;
    }
    let left = began.elapsed();
    let (began, busy) = (Instant::now(), cpu()?);
    tokio::spawn(store.changes().clone().run());
    tokio::spawn(Worker::run(store.clone(), Arc::new(jobs), std::future::pending()));
    while done.load(Ordering::Relaxed) < count {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let (all, busy) = (began.elapsed(), cpu()?.saturating_sub(busy));

    tokio::time::sleep(Duration::from_secs(2)).await;
    while starts.try_recv().is_ok() {}
    let mut waits = vec![];
    for _ in 0..200 {
        let began = Instant::now();
        leave(&store, &tenants[0], 1).await?;
        let start = starts.recv().await.context("the worker is there")?;
        waits.push(start.duration_since(began).as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    waits.sort_by(f64::total_cmp);
    println!(
        "{}",
        serde_json::json!({
            "enqueued_per_second": count as f64 / left.as_secs_f64(),
            "per_second": count as f64 / all.as_secs_f64(),
            "cpu_us": busy.as_secs_f64() * 1e6 / count as f64,
            "start_ms": waits[waits.len() / 2],
            "start_p95_ms": waits[waits.len() * 95 / 100],
        })
    );
    Ok(())
}

async fn tenants(store: &Store) -> anyhow::Result<Vec<Arc<Tenant>>> {
    let mut tenants = vec![];
    for number in 0..TENANTS {
        let slug = Slug::parse(&format!("bench-{number}")).map_err(|why| anyhow::anyhow!(why))?;
        let new = NewTenant::new(slug.clone(), slug.to_string());
        let made = store.create_tenant(new, &()).await;
        tenants.push(made.map_err(core_base::Error::into_anyhow)?);
    }
    Ok(tenants)
}

async fn leave(store: &Store, tenant: &Arc<Tenant>, count: usize) -> anyhow::Result<()> {
    let left = store.write_in(tenant.clone(), |db| async move {
        for _ in 0..count {
            Empty.later(&db).await?;
        }
        Ok(())
    });
    left.await.map_err(core_base::Error::into_anyhow)
}

/// What this process has used so far, of all cores.
fn cpu() -> anyhow::Result<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split(' ').collect();
    let ticks: u64 = fields[12].parse::<u64>()? + fields[13].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 10))
}
