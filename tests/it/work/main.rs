//! For the tests alone: a worker whose jobs leave a mark each, to be killed and started again.
//!
//! `leave N` leaves N jobs in all workspaces in turn, `work` works for ever, `finish` until nothing
//! is left.

use core_base::Config;
use core_db::{Store, TenantDb};
use core_jobs::{Job, Jobs, Later, Runner, Worker};
use core_mail::EmailService;
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize};

/// Adds a mark to the name of every member of the workspace: a job that ran twice or half shows.
#[derive(Serialize, Deserialize)]
struct Mark;

impl Job for Mark {
    const NAME: &'static str = "test.mark";
}

async fn mark(_: Mark, db: TenantDb) -> core_base::Result<()> {
    let sql = "UPDATE \"tenant\".\"members\" SET \"name\" = \"name\" || '+'";
    db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let store = Store::open(&config, platform::bare_schema(migrations::ALL)).await?;
    let jobs = Jobs::new(EmailService::new(&config), vec![Runner::of(mark)], vec![], vec![]);
    let jobs = std::sync::Arc::new(jobs);
    let mut args = std::env::args().skip(1);
    match args.next().unwrap_or_default().as_str() {
        "leave" => leave(&store, args.next().unwrap_or_default().parse()?).await,
        "work" => {
            Worker::run(store, jobs, std::future::pending()).await;
            Ok(())
        }
        "finish" => {
            core_jobs::Relay::new(store.clone(), jobs.clone()).sweep().await.map_err(plain)?;
            let begun = Worker::until_idle(&store, &jobs).await.map_err(plain)?;
            println!("{begun} begun");
            Ok(())
        }
        _ => anyhow::bail!("leave N | work | finish"),
    }
}

async fn leave(store: &Store, count: usize) -> anyhow::Result<()> {
    let tenants = store.tenants().await?;
    let share = count / tenants.len().max(1);
    for row in tenants {
        let tenant = store.directory().by_id(row.id).await?;
        let Some(tenant) = tenant else { continue };
        let left = store.write_in(tenant, |db| async move {
            for _ in 0..share {
                Mark.later(&db).await?;
            }
            Ok(())
        });
        left.await.map_err(plain)?;
    }
    Ok(())
}

fn plain(error: core_base::Error) -> anyhow::Error {
    error.into_anyhow()
}
