//! Canaries: texts that stand in every column of a workspace and nowhere else, so that whoever reads
//! one anywhere has read that workspace.

use core_testing::{Home, Workspace};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row, SqliteConnection};

use crate::samples;

/// What the canaries of the workspace under attack start with; no word of any page does.
pub(super) const VICTIM: &str = "acanary";
/// The same of the attackers' own workspace.
pub(super) const OWN: &str = "bcanary";

/// Columns that hold no canary, and why; those of apps stand in their `src/testing`.
const STRIPE: &str = "an id of Stripe's";
const WORD: &str = "a word of the program's";

const NEVER: &[(&str, &str, &str)] = &[
    ("billing_accounts", "customer", STRIPE),
    ("billing_accounts", "subscription", STRIPE),
    ("billing_accounts", "checkout", STRIPE),
    ("billing_accounts", "status", WORD),
    ("billing_accounts", "plan", WORD),
    ("billing_accounts", "period", WORD),
    ("billing_accounts", "currency", WORD),
    ("billing_invoices", "id", STRIPE),
    ("billing_invoices", "status", WORD),
    ("billing_invoices", "currency", WORD),
    ("billing_trials", "card", "a hash of Stripe's"),
    ("billing_trials", "plan", WORD),
    ("billing_events", "id", STRIPE),
    ("billing_events", "kind", WORD),
    ("billing_events", "version", WORD),
    ("billing_events", "customer", STRIPE),
    ("billing_events", "outcome", WORD),
    ("billing_endpoints", "id", STRIPE),
    ("billing_endpoints", "url", "belongs to no workspace"),
    ("tenants", "plan", WORD),
    ("security_events", "what", "a word of the program's"),
    ("passkeys", "kind", "a word of the program's"),
    ("data_keys", "scope", "an id"),
    ("data_keys", "master", "a hash"),
    ("audit_head", "link", "a hash"),
    ("audit_head", "first_link", "a hash"),
    ("audit_days", "day", "a date"),
    ("audit_days", "link", "a hash"),
    ("entitlements", "key", "the program's own names"),
    ("imports", "place", "the program's own names"),
    ("imports", "state", "a word of the program's"),
    ("imports", "head", "JSON"),
    ("imports", "columns", "the program's own names"),
    ("imports", "matched_by", "the program's own names"),
    ("imports", "zone", "a zone"),
    ("import_rows", "rows", "JSON"),
    ("import_rows", "failures", "JSON"),
    ("operations", "place", "the program's own names"),
    ("operations", "kind", "a word of the program's"),
    ("operations", "places", "numbers"),
    ("operations", "left_out", "numbers and words of the program's"),
    ("_meta", "stamp", "a hash of the migrations' names"),
    ("_migrations", "name", "the program's own names"),
    ("_migrations", "applied_at", "a time"),
    ("members", "role", "a word of the program's, or an id"),
    ("roles", "id", "an id"),
    ("invitations", "role", "a word of the program's, or an id"),
    ("invitations", "state", "a word of the program's"),
    ("setup_marks", "name", "a word of the program's"),
    ("outbox", "kind", "a word of the program's"),
    ("outbox", "name", "the program's own names"),
    ("tenants", "status", "a word of the program's"),
    ("tenants", "stamp", "a hash of the migrations' names"),
    ("tenants", "quarantine", "with a text in it the workspace is shut"),
    ("tenants", "zone", "a name of the list of time zones"),
    ("users", "locale", "a tag of the list of languages"),
    ("users", "zone", "a name of the list of time zones"),
    ("users", "theme", "a word of the program's"),
    ("attempts", "key", "of the release before; this one writes none"),
    ("memberships", "state", "a word of the program's"),
    ("sessions", "method", "a word of the program's"),
    ("sessions", "site", "a word of the program's"),
    ("email_links", "purpose", "a word of the program's"),
    ("jobs", "name", "the program's own names"),
    ("jobs", "state", "a word of the program's"),
    ("changes", "kind", "a word of the program's"),
    ("changes", "subject", "ids and hashes"),
    ("schedules", "name", "the program's own names"),
    ("schedules", "cron", "stands in the program"),
    ("schedules", "zone", "stands in the program"),
    ("cells", "login", "belongs to no workspace"),
    ("meta", "name", "belongs to no workspace"),
    ("meta", "value", "belongs to no workspace"),
];

/// A column that holds text, and its type.
type Column = (String, String, String);

/// A way to the tables past the program.
pub(crate) enum Sql {
    Postgres(Box<PgConnection>),
    Files(std::path::PathBuf),
}

impl Sql {
    pub(crate) async fn to(home: &Home) -> Self {
        match &home.owner {
            Some(url) => {
                Self::Postgres(Box::new(PgConnection::connect(url.as_str()).await.unwrap()))
            }
            None => Self::Files(home.config.data_dir.clone()),
        }
    }

    pub(crate) async fn close(self) {
        if let Self::Postgres(connection) = self {
            connection.close().await.unwrap();
        }
    }

    /// Puts a canary into every column of every row that the workspace has so far; gives them all.
    pub(super) async fn plant(&mut self, at: &Workspace, stem: &str) -> Vec<String> {
        let (schema, mut planted) = (at.tenant.id.schema(), vec![]);
        if let Self::Files(_) = self {
            // Nobody can change the trail; this is somebody who has the file.
            self.run(&schema, "DROP TRIGGER audit_entries_no_update").await;
        }
        for (table, column, kind) in self.columns(&schema).await {
            let of = self.name(&schema, &table);
            let canary = format!("{stem}-{table}-{column}");
            let key = if table == "audit_entries" { "seq" } else { "id" };
            let number = format!("(SELECT count(*) FROM {of} o WHERE o.{key} < t.{key})");
            let value = match (kind.starts_with("json"), &*column) {
                (true, _) if matches!(self, Self::Postgres(_)) => {
                    format!("CAST('[\"{canary}\"]' AS {kind})")
                }
                (true, _) => format!("'[\"{canary}\"]'"),
                (_, "email") => format!("'{canary}-' || {number} || '@example.test'"),
                _ => format!("'{canary}-' || {number}"),
            };
            self.run(&schema, &format!("UPDATE {of} AS t SET \"{column}\" = {value}")).await;
            planted.push(canary);
        }
        planted
    }

    /// The columns that hold no canary: of the workspace's tables, or of those of the catalogue that
    /// say something about it.
    pub(super) async fn bare(&mut self, schema: &str, stem: &str) -> Vec<String> {
        let mut bare = vec![];
        for (table, column, _) in self.columns(schema).await {
            let sql = format!(
                "SELECT count(*) FROM {} WHERE CAST(\"{column}\" AS text) LIKE '%{stem}-{table}-{column}%'",
                self.name(schema, &table)
            );
            if self.count(schema, &sql).await == 0 {
                bare.push(format!("{table}.{column}"));
            }
        }
        bare
    }

    /// Changes a table of the catalogue.
    pub(super) async fn catalog(&mut self, table: &str, rest: &str) {
        let sql = format!("UPDATE {} {rest}", self.name("catalog", table));
        self.run("catalog", &sql).await;
    }

    /// Puts a canary into every text that the catalogue's trail has of a person.
    pub(super) async fn catalog_trail(&mut self, user: &str, stem: &str) {
        if let Self::Files(_) = self {
            self.run("catalog", "DROP TRIGGER IF EXISTS audit_entries_no_update").await;
        }
        let table = "audit_entries";
        let columns = self.columns("catalog").await.into_iter().filter(|(of, ..)| of == table);
        let set: Vec<_> = columns
            .map(|(_, column, _)| format!("\"{column}\" = '{stem}-{table}-{column}'"))
            .collect();
        let rest = format!("SET {} WHERE row_id = '{user}'", set.join(", "));
        self.catalog(table, &rest).await;
    }

    /// How many jobs that are not the workspace's have its canaries in them.
    pub(super) async fn jobs_of_others(&mut self, stem: &str) -> i64 {
        let [jobs, tenants] = ["jobs", "tenants"].map(|table| self.name("catalog", table));
        let sql = format!(
            "SELECT count(*) FROM {jobs} WHERE payload || coalesce(unique_key, '') || progress || error
             LIKE '%{stem}%' AND (tenant_id IS NULL OR tenant_id NOT IN (
                 SELECT id FROM {tenants} WHERE slug LIKE '{stem}%'))"
        );
        self.count("catalog", &sql).await
    }

    /// As they are now: a table or column that was added yesterday is among them.
    async fn columns(&mut self, schema: &str) -> Vec<Column> {
        let sql = match self {
            Self::Postgres(_) => format!(
                "SELECT c.relname::text, a.attname::text, format_type(a.atttypid, NULL)
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 WHERE n.nspname = '{schema}' AND c.relkind = 'r' ORDER BY 1, 2"
            ),
            Self::Files(_) => "SELECT m.name, c.name, lower(c.type)
                 FROM sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' ORDER BY 1, 2"
                .to_owned(),
        };
        let rows = match self {
            Self::Postgres(connection) => {
                let rows = connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect::<Vec<_>>()
            }
            Self::Files(_) => {
                let mut file = self.file(schema).await;
                let rows = file.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
                file.close().await.unwrap();
                rows.iter().map(|row| (row.get(0), row.get(1), row.get(2))).collect()
            }
        };
        assert!(!rows.is_empty(), "{schema} has no tables");
        // Nothing reads what an app that was removed has left, so nothing can tell it.
        let is_read = |(table, ..): &Column| !samples::LEFT.contains(&table.as_str());
        rows.into_iter().filter(is_read).filter(is_text).collect()
    }

    /// Sends a statement past the program.
    pub(crate) async fn run(&mut self, schema: &str, sql: &str) {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = match self {
            Self::Postgres(connection) => connection.execute(query).await.map(drop),
            Self::Files(_) => {
                let mut file = self.file(schema).await;
                let done = file.execute(query).await.map(drop);
                file.close().await.unwrap();
                done
            }
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    async fn count(&mut self, schema: &str, sql: &str) -> i64 {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Postgres(connection) => connection.fetch_one(query).await.unwrap().get(0),
            Self::Files(_) => {
                let mut file = self.file(schema).await;
                let count = file.fetch_one(query).await.unwrap().get(0);
                file.close().await.unwrap();
                count
            }
        }
    }

    /// A table as a statement names it.
    fn name(&self, schema: &str, table: &str) -> String {
        match self {
            Self::Postgres(_) => format!("\"{schema}\".\"{table}\""),
            Self::Files(_) => format!("\"{table}\""),
        }
    }

    async fn file(&self, schema: &str) -> SqliteConnection {
        let Self::Files(data) = self else { unreachable!("only files are opened") };
        let tenants = if schema == "catalog" { data.clone() } else { data.join("tenants") };
        let url = format!("sqlite://{}", tenants.join(format!("{schema}.db")).display());
        SqliteConnection::connect(&url).await.unwrap()
    }
}

fn is_text((table, column, kind): &Column) -> bool {
    let kind = kind.split('(').next().unwrap_or_default().trim();
    let texts = ["text", "varchar", "char", "character varying", "character"];
    let is_text =
        texts.contains(&kind) || ["json", "jsonb"].contains(&kind.trim_end_matches("_text"));
    let never = NEVER
        .iter()
        .map(|(table, column, _)| (*table, *column))
        .chain(samples::words().iter().copied());
    is_text && !never.into_iter().any(|it| it == (table, column))
}

/// Every canary in a text, as it stands there; a few emails more do no harm.
pub(super) fn canaries<'a>(text: &'a str, stem: &str) -> Vec<&'a str> {
    let small = text.to_ascii_lowercase();
    let mut found = vec![];
    for (at, _) in small.match_indices(stem) {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let end = small[at..].find(|c| !part(c)).map_or(small.len(), |length| at + length);
        found.push(&text[at..end]);
    }
    found.sort_unstable();
    found.dedup();
    found
}
