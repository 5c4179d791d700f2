//! A schedule for many workspaces fires: how long does somebody wait who writes to the catalogue then?

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use core_base::{Config, clock};
use core_db::{Status, Store, catalog::tenant};
use core_jobs::{
    Job, Jobs, Run, Runner, Worker, each_tenant,
    job_entity::{self, State},
    schedule_entity::{Column, Entity},
};
use core_mail::EmailService;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, sea_query::Expr,
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Sweep;

impl Job for Sweep {
    const NAME: &'static str = "bench.sweep";
}

/// Rows of workspaces are enough: the job opens none.
async fn workspaces(store: &Store, many: usize) -> anyhow::Result<()> {
    for from in (0..many).step_by(500) {
        let rows = (from..many.min(from + 500)).map(|number| tenant::ActiveModel {
            id: Set(core_base::TenantId::new()),
            slug: Set(format!("many-{number}")),
            name: Set("Many".into()),
            cell_id: Set(0),
            status: Set(Status::Active),
            stamp: Set(store.current_stamp()),
            quarantine: Set(String::new()),
            created_at: Set(clock::now()),
            zone: Set("UTC".into()),
            erase_at: Set(None),
            two_step_from: Set(None),
            session_hours: Set(None),
            plan: Set(String::new()),
        });
        let tx = store.catalog().begin().await?;
        tenant::Entity::insert_many(rows).exec_without_returning(&tx).await?;
        tx.commit().await?;
    }
    Ok(())
}

pub(crate) async fn measure(config: &Config, store: &Store, many: usize) -> anyhow::Result<()> {
    workspaces(store, many).await?;
    let catalog = store.catalog();
    let sweep = |_: Sweep, _: Run| async { Ok(()) };
    let schedule = each_tenant("0 0 1 1 *", &Sweep);
    let key = schedule.key();
    let jobs =
        Jobs::new(EmailService::new(config), vec![Runner::of(sweep)], vec![], vec![schedule]);
    tokio::spawn(store.changes().clone().run());
    tokio::spawn(Worker::run(store.clone(), Arc::new(jobs), std::future::pending()));
    while Entity::find_by_id(key.clone()).one(catalog).await?.is_none() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let due = catalog.update_many::<Entity>().filter(Column::Name.eq(&key));
    due.col_expr(Column::NextAt, Expr::value(clock::now())).exec(catalog).await?;
    let (began, mut waits) = (Instant::now(), vec![]);
    let done = job_entity::Entity::find().filter(job_entity::Column::Name.eq(Sweep::NAME));
    let done = done.filter(job_entity::Column::State.eq(State::Done));
    let mut looked = Instant::now();
    loop {
        // As a person who changes something.
        let wait = Instant::now();
        let tx = catalog.begin().await?;
        let row = tenant::Entity::update_many().filter(tenant::Column::Slug.eq("many-0"));
        row.col_expr(tenant::Column::Zone, Expr::value("UTC")).exec(&tx).await?;
        tx.commit().await?;
        waits.push(wait.elapsed().as_secs_f64() * 1000.0);
        tokio::time::sleep(Duration::from_millis(2)).await;
        if looked.elapsed() > Duration::from_millis(500) {
            looked = Instant::now();
            if done.clone().count(catalog).await? >= many as u64 {
                break;
            }
        }
    }
    waits.sort_by(f64::total_cmp);
    println!(
        "{}",
        serde_json::json!({
            "seconds": began.elapsed().as_secs_f64(),
            "wait_ms": waits[waits.len() / 2],
            "wait_most_ms": waits[waits.len() - 1],
        })
    );
    Ok(())
}
