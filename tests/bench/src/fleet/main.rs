//! Parts of the product that are measured without HTTP and without the start of a process.
//!
//! `create` makes a workspace at each address that it reads from standard input, one a line, and
//! answers with a line when that is done. `told` changes projects of a workspace, as many as each
//! line of standard input says, with the audit trail (`told 1000`) or without (`plain 1000`).
//! `migrate` does what `groundwork migrate` does in a release with one more column.

mod told;

use std::io::stdin;

use anyhow::Context;
use core_base::{Config, Slug};
use core_db::{Migration, Migrations, Script, Step, Store};
use tenants::workspace;

/// Sorts after every name that a real migration can have.
const EXTRA: &str = "m99991231_000001_benchmark";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let config = Config::from_env()?;
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    match command.as_str() {
        "create" => {
            let store = Store::open(&config, platform::bare_schema(migrations::ALL)).await?;
            create(&store, &args.next().context("create <e-mail of the owner>")?).await
        }
        "told" => told::run(&config, &args.next().context("told <address of a workspace>")?).await,
        "migrate" => migrate(&config).await,
        _ => {
            anyhow::bail!("create <e-mail of the owner> | told <address of a workspace> | migrate")
        }
    }
}

async fn create(store: &Store, email: &str) -> anyhow::Result<()> {
    let owner = platform::people::user_by_email(store.catalog(), email).await;
    let owner = owner.map_err(core_base::Error::into_anyhow)?.context("nobody has the address")?;
    for name in stdin().lines() {
        let slug = Slug::parse(&name?).map_err(|why| anyhow::anyhow!(why))?;
        let name = slug.to_string();
        let made = workspace::create(store, slug, &name, &owner).await;
        made.map_err(core_base::Error::into_anyhow)?;
        println!("done");
    }
    Ok(())
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let step = Step::Schema(|script: &mut Script| {
        script.sql("ALTER TABLE projects ADD COLUMN priority integer");
    });
    let mut list = migrations::ALL.tenant.to_vec();
    list.push(Migration { name: EXTRA, step });
    let all = Migrations { tenant: list.leak(), ..migrations::ALL };
    core_db::prepare(config, &all).await?;
    let store = Store::open(config, platform::bare_schema(all)).await?;
    let report = store.migrate_tenants(&|_| {}).await?;
    println!("{}", report.migrated);
    anyhow::ensure!(report.failed.is_empty(), "{:?}", report.failed);
    Ok(())
}
