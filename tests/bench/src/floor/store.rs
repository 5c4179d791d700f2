//! Bare pools: the product's SQL, each tenant's written once at start-up.

use std::{collections::HashMap, path::Path, str::FromStr};

use anyhow::Context;
use sqlx::{
    AssertSqlSafe, ConnectOptions, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use uuid::Uuid;

use crate::page::Selected;

/// As many as the product opens to a cell.
const CONNECTIONS: u32 = 8;
/// As many readers as the product opens on a file.
const READERS: u32 = 2;
/// As many statements as the product keeps on a connection.
const STATEMENTS: usize = 500;

/// The two queries of one tenant.
pub(crate) struct Sql {
    count: String,
    page: String,
}

impl Sql {
    /// What SeaORM writes for the product's projects page, pointed at `schema`.
    fn new(schema: &str, first: &str, second: &str) -> Self {
        Self {
            count: format!("SELECT COUNT(*) FROM \"{schema}\".\"projects\" LIMIT {first}"),
            page: format!(
                "SELECT \"projects\".\"id\", \"projects\".\"name\", \"projects\".\"summary\", \
                 \"projects\".\"status\", \"projects\".\"due\", \"projects\".\"updated_at\", \
                 \"members\".\"name\" AS \"owner\" FROM \"{schema}\".\"projects\" \
                 LEFT JOIN \"{schema}\".\"members\" ON \"projects\".\"owner_id\" = \"members\".\"id\" \
                 ORDER BY \"projects\".\"updated_at\" DESC, \"projects\".\"id\" DESC \
                 LIMIT {first} OFFSET {second}"
            ),
        }
    }
}

/// Where the rows are.
pub(crate) enum Stores {
    Postgres(PgPool, HashMap<String, Sql>),
    Sqlite(HashMap<String, (SqlitePool, Sql)>),
}

impl Stores {
    pub(crate) async fn postgres(url: &str) -> anyhow::Result<Self> {
        let options = PgConnectOptions::from_str(url)?
            .statement_cache_capacity(STATEMENTS)
            .disable_statement_logging();
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .test_before_acquire(false)
            .connect_with(options)
            .await?;
        let tenants: Vec<(String, Uuid)> =
            sqlx::query_as("SELECT slug, id FROM catalog.tenants").fetch_all(&pool).await?;
        let sql = |id: Uuid| Sql::new(&schema(id), "$1", "$2");
        Ok(Self::Postgres(pool, tenants.into_iter().map(|(slug, id)| (slug, sql(id))).collect()))
    }

    pub(crate) async fn sqlite(data_dir: &Path) -> anyhow::Result<Self> {
        let catalog = SqlitePool::connect_with(file(&data_dir.join("catalog.db"))).await?;
        let tenants: Vec<(String, Uuid)> =
            sqlx::query_as("SELECT slug, id FROM tenants").fetch_all(&catalog).await?;
        catalog.close().await;
        let mut pools = HashMap::new();
        for (slug, id) in tenants {
            let path = data_dir.join("tenants").join(format!("{}.db", schema(id)));
            let pool = SqlitePoolOptions::new()
                .max_connections(READERS)
                .test_before_acquire(false)
                .connect_lazy_with(file(&path));
            pools.insert(slug, (pool, Sql::new("main", "?", "?")));
        }
        Ok(Self::Sqlite(pools))
    }

    /// The total and the first page.
    pub(crate) async fn page(&self, slug: &str) -> anyhow::Result<(i64, Vec<Selected>)> {
        match self {
            Self::Postgres(pool, tenants) => {
                let sql = tenants.get(slug).context("no such tenant")?;
                // Held for both: each return to sqlx's pool costs a round trip.
                let mut held = pool.acquire().await?;
                let (count, page) = (sql.count.as_str(), sql.page.as_str());
                let count = sqlx::query_scalar(AssertSqlSafe(count)).bind(1_i64);
                let total = count.fetch_one(&mut *held).await?;
                let page = sqlx::query_as(AssertSqlSafe(page)).bind(25_i64).bind(0_i64);
                Ok((total, page.fetch_all(&mut *held).await?))
            }
            Self::Sqlite(tenants) => {
                let (pool, sql) = tenants.get(slug).context("no such tenant")?;
                let mut held = pool.acquire().await?;
                let (count, page) = (sql.count.as_str(), sql.page.as_str());
                let count = sqlx::query_scalar(AssertSqlSafe(count)).bind(1_i64);
                let total = count.fetch_one(&mut *held).await?;
                let page = sqlx::query_as(AssertSqlSafe(page)).bind(25_i64).bind(0_i64);
                Ok((total, page.fetch_all(&mut *held).await?))
            }
        }
    }
}

fn schema(id: Uuid) -> String {
    format!("t_{}", id.simple())
}

fn file(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).read_only(true).disable_statement_logging()
}
