//! Measures what it costs a tenant transaction to find its schema on PostgreSQL; `run.sh` starts it.

mod cpu;
mod pool;
mod report;
mod request;
mod rounds;
mod way;

use anyhow::{Context, Result};
use cpu::Processes;
use pool::{Database, Lane, Order};
use request::Tenant;
use rounds::Effort;
use sqlx::{ConnectOptions, Connection, postgres::PgConnectOptions};
use std::{
    env, fs,
    str::FromStr,
    sync::Arc,
    time::{Duration, Instant},
};
use way::Way;

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<()> {
    let start = Instant::now();
    let bench = Bench::prepare().await?;
    let fifty = database("fifty", 50, 1000);
    let thousand = database("thousand", 1000, 200);

    let lanes = bench.open(&fifty, way::ways()).await?;
    bench.measure("50 tenants of 1,000 projects, in turn", &lanes, Order::InTurn).await?;
    drop(lanes);
    let lanes = bench.open(&fifty, way::parts()).await?;
    bench
        .measure("The parts of it: 50 tenants of 1,000 projects, in turn", &lanes, Order::InTurn)
        .await?;
    drop(lanes);
    let lanes = bench.open(&thousand, way::ways()).await?;
    bench.measure("1,000 tenants of 200 projects, in turn", &lanes, Order::InTurn).await?;
    let lanes: Vec<Lane> = lanes.into_iter().filter(|lane| lane.way.is_cached()).collect();
    bench.measure("The same, at random", &lanes, Order::Random).await?;
    bench
        .measure("The same, four requests in five to a tenth of the tenants", &lanes, Order::Skewed)
        .await?;
    eprintln!("done in {:.0} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// What all measurements share.
struct Bench {
    port: u16,
    pooler_port: u16,
    processes: Processes,
    effort: Effort,
}

impl Bench {
    async fn prepare() -> Result<Self> {
        let port = setting("PG_PORT", None)?;
        let server = PgConnectOptions::new_without_pgpass();
        let server = server.host("127.0.0.1").port(port).username("postgres").database("postgres");
        let mut server = server.connect().await?;
        let (version, pid): (String, i32) =
            sqlx::query_as("SELECT current_setting('server_version'), pg_backend_pid()")
                .fetch_one(&mut server)
                .await?;
        let postmaster = cpu::parent(pid as u32).context("the backend has no parent")?;
        server.close().await?;
        let effort = Effort {
            rounds: setting("ROUNDS", Some(5))?,
            turn: Duration::from_secs_f64(setting("SECONDS_EACH", Some(1.0))?),
        };
        report::head(effort, &version, &machine()?);
        let processes = Processes { postmaster, pooler: setting("POOLER_PID", None)? };
        Ok(Self { port, pooler_port: setting("POOLER_PORT", None)?, processes, effort })
    }

    async fn open(&self, database: &Arc<Database>, ways: Vec<Way>) -> Result<Vec<Lane>> {
        let start = Instant::now();
        let mut lanes = Vec::new();
        for way in ways {
            let port = if way.pooled { self.pooler_port } else { self.port };
            let restricted = !way.is_bare();
            let lane = Lane::open(way, database, port).await?;
            if restricted {
                lane.check_isolation().await?;
            }
            lane.warm_up().await?;
            lanes.push(lane);
        }
        eprintln!("{}: warmed up in {:.0} s", database.name, start.elapsed().as_secs_f64());
        Ok(lanes)
    }

    async fn measure(&self, title: &str, lanes: &[Lane], order: Order) -> Result<()> {
        let start = Instant::now();
        if order != Order::InTurn {
            // The caches hold what the order before left in them.
            for lane in lanes {
                lane.run(Instant::now() + self.effort.turn, order).await?;
            }
        }
        let table = rounds::measure(lanes, self.processes, order, self.effort).await?;
        report::table(title, &table);
        eprintln!("{title}: {:.0} s", start.elapsed().as_secs_f64());
        Ok(())
    }
}

fn database(name: &'static str, tenants: usize, projects: i64) -> Arc<Database> {
    let tenants = (1..=tenants).map(|number| Tenant::new(tenants, number)).collect();
    Arc::new(Database { name, tenants, projects })
}

fn setting<T>(name: &'static str, otherwise: Option<T>) -> Result<T>
where
    T: FromStr<Err: std::error::Error + Send + Sync + 'static>,
{
    match (env::var(name), otherwise) {
        (Ok(text), _) => text.parse().with_context(|| format!("{name} is not understood")),
        (Err(_), Some(value)) => Ok(value),
        (Err(_), None) => anyhow::bail!("{name} is not set; start this through run.sh"),
    }
}

fn machine() -> Result<String> {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo")?;
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name\t: "));
    let cores = std::thread::available_parallelism()?;
    Ok(format!("{cores} cores of {}", model.unwrap_or("an unnamed processor")))
}
