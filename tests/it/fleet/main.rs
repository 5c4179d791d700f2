//! For the tests alone: `groundwork migrate` of later releases, with so many more steps to go.

use core_base::Config;
use core_db::{Migration, Migrations, Script, Step, Store, TenantDb};
use sea_orm::{ConnectionTrait, Statement};

macro_rules! later {
    ($($number:literal)*) => {[$([
        Migration {
            name: concat!("m29990101_0000", $number, "_a_column"),
            step: Step::Schema(|script| column(script, concat!("later_", $number))),
        },
        Migration {
            name: concat!("m29990101_0000", $number, "_b_marks"),
            step: Step::Data(|db| Box::pin(mark(db, concat!("later_", $number)))),
        },
    ]),*]};
}
/// Each later release adds a column to every tenant and, in Rust, a mark to every member's name: a
/// step that ran twice or half shows.
const LATER: &[[Migration; 2]] = &later!(
    "01" "02" "03" "04" "05" "06" "07" "08" "09" "10" "11" "12" "13" "14" "15" "16" "17" "18" "19" "20"
    "21"
);

fn column(script: &mut Script, name: &str) {
    script.sql(format!("ALTER TABLE \"members\" ADD COLUMN \"{name}\" integer"));
}

async fn mark(db: TenantDb, column: &str) -> core_base::Result<()> {
    let sql =
        format!("UPDATE \"tenant\".\"members\" SET \"name\" = \"name\" || '+', \"{column}\" = 1");
    db.execute_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let releases: usize = std::env::args().nth(1).unwrap_or_default().parse()?;
    let mut tenant = migrations::ALL.tenant.to_vec();
    tenant.extend(LATER.iter().take(releases).flatten());
    let all = Migrations { tenant: Vec::leak(tenant), ..migrations::ALL };
    let config = Config::from_env()?;
    core_db::prepare(&config, &all).await?;
    let store = Store::open(&config, platform::bare_schema(all)).await?;
    let report = store.migrate_tenants(&|_| {}).await?;
    println!("{} migrated, {} failed", report.migrated, report.failed.len());
    anyhow::ensure!(report.failed.is_empty(), "{:?}", report.failed);
    Ok(())
}
