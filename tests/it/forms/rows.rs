//! What stands in the stores: every row of the catalogue and of one workspace.

use std::collections::BTreeMap;

use core_testing::{Home, Workspace};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

/// Tables that change while people are turned away: tries are counted whatever comes of them.
const COUNTING: [&str; 1] = ["rate_limits"];

/// The rows of each table as one text, a line each.
pub(crate) type Rows = BTreeMap<String, String>;

/// The connections to look through; one is kept open for all the looks of a test.
pub(crate) enum Look {
    Postgres(Box<PgConnection>),
    Files,
}

impl Look {
    pub(crate) async fn at(home: &Home) -> Self {
        match &home.owner {
            Some(url) => {
                Self::Postgres(Box::new(PgConnection::connect(url.as_str()).await.unwrap()))
            }
            None => Self::Files,
        }
    }

    /// All rows of the catalogue, of what waits to be done, and of `at`.
    pub(crate) async fn rows(&mut self, home: &Home, at: &Workspace) -> Rows {
        let schema = at.tenant.id.schema();
        let rows = match self {
            Self::Postgres(connection) => {
                let mut all = Rows::new();
                for schema in ["catalog", "shared", &schema] {
                    all.extend(of_schema(connection, schema).await);
                }
                all
            }
            Self::Files => {
                let data = &home.config.data_dir;
                let mut all = of_file(&data.join("catalog.db"), "catalog").await;
                let file = data.join("tenants").join(format!("{schema}.db"));
                all.extend(of_file(&file, &schema).await);
                all
            }
        };
        assert!(rows.len() > 15, "too few tables to prove anything: {:?}", rows.keys());
        rows
    }

    pub(crate) async fn close(self) {
        if let Self::Postgres(connection) = self {
            connection.close().await.unwrap();
        }
    }
}

/// The tables in which something is different.
pub(crate) fn changed(before: &Rows, after: &Rows) -> Vec<String> {
    let tables = before.keys().chain(after.keys().filter(|table| !before.contains_key(*table)));
    tables.filter(|table| before.get(*table) != after.get(*table)).cloned().collect()
}

async fn of_schema(connection: &mut PgConnection, schema: &str) -> Rows {
    let sql = format!(
        "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
         WHERE nspname = '{schema}' AND relkind = 'r'"
    );
    let tables = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    let of_table = |table: &str| {
        format!(
            "SELECT '{schema}.{table}', coalesce(string_agg(t::text, E'\n' ORDER BY t::text), '')
             FROM \"{schema}\".\"{table}\" t"
        )
    };
    let names = tables.iter().map(|row| row.get::<String, _>(0));
    let asked: Vec<_> =
        names.filter(|name| !is_counting(name)).map(|name| of_table(&name)).collect();
    let sql = asked.join(" UNION ALL ");
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn of_file(path: &std::path::Path, schema: &str) -> Rows {
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    // Hex, since a text may hold what quotes end at.
    let sql =
        "SELECT m.name, group_concat('coalesce(hex(\"' || p.name || '\"), ''-'')', ' || '','' || ')
               FROM sqlite_master m JOIN pragma_table_info(m.name) p
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' GROUP BY m.name";
    let tables = connection.fetch_all(sqlx::raw_sql(sql)).await.unwrap();
    let asked: Vec<_> = tables
        .iter()
        .map(|row| (row.get::<String, _>(0), row.get::<String, _>(1)))
        .filter(|(name, _)| !is_counting(name))
        .map(|(name, columns)| {
            format!(
                "SELECT '{schema}.{name}', coalesce(group_concat(one, char(10)), '')
                 FROM (SELECT {columns} AS one FROM \"{name}\" ORDER BY 1)"
            )
        })
        .collect();
    let sql = asked.join(" UNION ALL ");
    let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
    connection.close().await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

fn is_counting(table: &str) -> bool {
    COUNTING.contains(&table)
}
