//! One request: the projects page of one tenant, by a given way.

use crate::way::{Finding, Opening, Way};
use anyhow::{Result, ensure};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, SqlSafeStr, SqlStr,
    types::{
        Uuid,
        chrono::{DateTime, NaiveDate, Utc},
    },
};
use std::sync::{Arc, LazyLock};

const PAGE: &str = r#"SELECT "projects"."id", "projects"."name", "projects"."status",
 "projects"."owner_id", "members"."name", "projects"."due_on", "projects"."updated_at"
 FROM "tenant"."projects" INNER JOIN "tenant"."members" ON "members"."id" = "projects"."owner_id"
 ORDER BY "projects"."id" DESC LIMIT $1 OFFSET $2"#;
const COUNT: &str = r#"SELECT COUNT(*) FROM "tenant"."projects""#;
const QUALIFIER: &str = r#""tenant"."#;
/// The two texts without a qualifier.
static PLAIN: LazyLock<(String, String)> =
    LazyLock::new(|| (PAGE.replace(QUALIFIER, ""), COUNT.replace(QUALIFIER, "")));
const ROWS: i64 = 25;

type Row = (Uuid, String, String, Uuid, String, Option<NaiveDate>, DateTime<Utc>);
type Answer = (Vec<Row>, i64);

/// A tenant and the texts that the floor has ready for it.
pub struct Tenant {
    /// The name of its schema and of its role.
    pub name: String,
    page: Arc<str>,
    count: Arc<str>,
}

impl Tenant {
    /// Tenant `number` of a database of `tenants`, named as `seed.sql` does.
    pub fn new(tenants: usize, number: usize) -> Self {
        let name = format!("t_{tenants:05}_{number:05}");
        Self { page: qualified(PAGE, &name).into(), count: qualified(COUNT, &name).into(), name }
    }
}

/// Serves the page on a connection of the pool.
pub async fn serve(pool: &PgPool, way: &Way, tenant: &Tenant, projects: i64) -> Result<()> {
    if way.opening != Opening::Spawned {
        return serve_on(&mut *pool.acquire().await?, way, tenant, projects).await;
    }
    let (pool, opening) = (pool.clone(), opening(way, tenant));
    let begun = tokio::spawn(async move { pool.begin_with(sql(opening)).await });
    let mut transaction = begun.await??;
    let answer = read(&mut transaction, way, tenant).await?;
    transaction.commit().await?;
    check(&answer, way, tenant, projects)
}

/// Serves the page on a given connection and checks that the rows are this tenant's and complete.
pub async fn serve_on(
    connection: &mut PgConnection,
    way: &Way,
    tenant: &Tenant,
    projects: i64,
) -> Result<()> {
    let answer = if way.opening == Opening::None {
        read(connection, way, tenant).await?
    } else {
        let mut transaction = connection.begin_with(sql(opening(way, tenant))).await?;
        if way.opening == Opening::Apart {
            transaction.execute(sql(format!(r#"SET LOCAL ROLE "{}""#, tenant.name))).await?;
        }
        let answer = read(&mut transaction, way, tenant).await?;
        transaction.commit().await?;
        answer
    };
    check(&answer, way, tenant, projects)
}

/// Whether the database refuses to read a tenant's rows on a connection that took the given role, or none.
pub async fn is_refused(pool: &PgPool, tenant: &Tenant, role: Option<&Tenant>) -> Result<bool> {
    let mut connection = pool.acquire().await?;
    let mut transaction = connection.begin().await?;
    if let Some(role) = role {
        transaction.execute(sql(format!(r#"SET LOCAL ROLE "{}""#, role.name))).await?;
    }
    let answer = sqlx::query(sql(qualified(COUNT, &tenant.name)))
        .persistent(false)
        .fetch_one(&mut *transaction)
        .await;
    let code = answer.err().and_then(|e| Some(e.as_database_error()?.code()?.into_owned()));
    Ok(code.as_deref() == Some("42501"))
}

fn opening(way: &Way, tenant: &Tenant) -> String {
    let role = &tenant.name;
    let begin = format!(r#"BEGIN READ ONLY; SET LOCAL ROLE "{role}""#);
    match (way.opening, way.finding) {
        (Opening::None | Opening::NoRole | Opening::Apart, _) => "BEGIN READ ONLY".into(),
        (_, Finding::SearchPath) => {
            format!(r#"{begin}; SET LOCAL search_path = "{role}", pg_temp"#)
        }
        (Opening::Together | Opening::Spawned, _) => begin,
        (Opening::Timeouts, _) => format!(
            "{begin}; SET LOCAL search_path = pg_temp; SET LOCAL statement_timeout = 30000; \
             SET LOCAL lock_timeout = 5000"
        ),
    }
}

async fn read(connection: &mut PgConnection, way: &Way, tenant: &Tenant) -> Result<Answer> {
    let (page, count) = match way.finding {
        Finding::Prepared => (sql(tenant.page.clone()), sql(tenant.count.clone())),
        Finding::Qualifier => {
            (sql(qualified(PAGE, &tenant.name)), sql(qualified(COUNT, &tenant.name)))
        }
        Finding::SearchPath => (sql(PLAIN.0.as_str()), sql(PLAIN.1.as_str())),
    };
    let named = way.cache.is_some();
    let rows = sqlx::query_as(page).bind(ROWS).bind(0_i64).persistent(named);
    let rows = rows.fetch_all(&mut *connection).await?;
    let count = sqlx::query_scalar(count).persistent(named).fetch_one(connection).await?;
    Ok((rows, count))
}

fn check((rows, count): &Answer, way: &Way, tenant: &Tenant, projects: i64) -> Result<()> {
    ensure!(*count == projects, "{}: {} counted {count} projects", way.name, tenant.name);
    ensure!(rows.len() == ROWS as usize, "{}: {} read {} rows", way.name, tenant.name, rows.len());
    let stranger = rows.iter().find(|row| !row.1.starts_with(&tenant.name));
    ensure!(stranger.is_none(), "{}: {} read {stranger:?}", way.name, tenant.name);
    Ok(())
}

fn qualified(text: &str, schema: &str) -> String {
    text.replace(QUALIFIER, &format!(r#""{schema}"."#))
}

/// Every text here is made of constants and of schema names that this program counts up itself.
fn sql<T>(text: T) -> SqlStr
where
    AssertSqlSafe<T>: SqlSafeStr,
{
    AssertSqlSafe(text).into_sql_str()
}
