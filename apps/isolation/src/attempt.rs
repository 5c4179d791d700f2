//! The attempts: raw SQL in this workspace's own transaction, and what came of it.

use std::sync::Arc;

use platform::{
    Result, TenantId,
    workspaces::{Mode, Store, Tenant},
};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, RuntimeErr, Statement};

/// One attempt.
pub(crate) struct Attempt {
    /// What it is after.
    pub(crate) what: &'static str,
    /// What was sent.
    pub(crate) sql: String,
    /// What was answered.
    pub(crate) answer: String,
    /// Blocked: refused, except for the one that asks for what is one's own.
    pub(crate) good: bool,
}

/// Tries them all from `here`, against `there`.
pub(crate) async fn all(store: &Store, here: Arc<Tenant>, there: TenantId) -> Result<Vec<Attempt>> {
    let mut tried = vec![];
    let own = "SELECT name FROM \"tenant\".\"members\"".to_owned();
    tried.push(attempt(store, &here, "What is this workspace's own", own, true).await?);
    for (what, sql) in attacks(store.backend(), there) {
        tried.push(attempt(store, &here, what, sql, false).await?);
    }
    Ok(tried)
}

fn attacks(backend: DbBackend, there: TenantId) -> Vec<(&'static str, String)> {
    let schema = there.schema();
    let mut attacks = vec![
        ("Another workspace's members", format!("SELECT name FROM \"{schema}\".members")),
        (
            "Everybody's password hashes",
            "SELECT password_hash FROM \"catalog\".\"users\"".to_owned(),
        ),
    ];
    attacks.extend(match backend {
        DbBackend::Postgres => vec![
            ("Becoming another role", format!("SELECT set_config('role', '{schema}', true)")),
            ("What others left to be done", "SELECT payload FROM \"shared\".\"outbox\"".to_owned()),
        ],
        _ => vec![("Another workspace's file", format!("ATTACH 'tenants/{schema}.db' AS other"))],
    });
    attacks.push(("Leaving the transaction", "SELECT 1; COMMIT; SELECT 2".to_owned()));
    attacks
}

async fn attempt(
    store: &Store,
    here: &Arc<Tenant>,
    what: &'static str,
    sql: String,
    own: bool,
) -> Result<Attempt> {
    let db = store.tenant_db(here.clone(), Mode::Read).await?;
    let done = db.query_all_raw(Statement::from_string(store.backend(), sql.clone())).await;
    db.finish(false).await?;
    let (answer, refused) = match done {
        Ok(rows) => (format!("{} rows", rows.len()), false),
        Err(error) => (words(&error), true),
    };
    Ok(Attempt { what, sql, answer, good: refused != own })
}

/// The database's own words, or ours where the statement was not even sent.
fn words(error: &DbErr) -> String {
    match error {
        DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error)) => {
            match error.as_database_error() {
                Some(error) => error.message().to_owned(),
                None => error.to_string(),
            }
        }
        DbErr::Query(RuntimeErr::Internal(words)) => words.clone(),
        error => error.to_string(),
    }
}
