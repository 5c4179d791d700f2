//! Raw SQL for the probes, and what counts as a refusal by the database.

use core_db::{Mode, TenantDb};
use core_testing::{Stage, Workspace};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, RuntimeErr, Statement, TryGetable};

/// Sends raw SQL, as a careless developer would.
pub(super) async fn send(db: &TenantDb, sql: &str) -> Result<Vec<QueryResult>, DbErr> {
    let backend = db.get_database_backend();
    db.query_all_raw(Statement::from_string(backend, sql.to_owned())).await
}

/// Sends raw SQL in a transaction of its own and keeps what it did.
pub(super) async fn send_alone(
    stage: &Stage,
    workspace: &Workspace,
    mode: Mode,
    sql: &str,
) -> Result<Vec<QueryResult>, DbErr> {
    let db = stage.store.tenant_db(workspace.tenant.clone(), mode).await.unwrap();
    let done = send(&db, sql).await;
    let kept = db.finish(done.is_ok()).await;
    kept.map_err(|error| DbErr::Custom(format!("{:#}", error.into_anyhow())))?;
    done
}

/// The first column of the first row.
pub(super) fn first<T: TryGetable>(rows: &[QueryResult]) -> T {
    rows.first().unwrap().try_get_by_index(0).unwrap()
}

/// One value, read in a transaction of its own.
pub(super) async fn read<T: TryGetable>(stage: &Stage, workspace: &Workspace, sql: &str) -> T {
    first(&send_alone(stage, workspace, Mode::Read, sql).await.unwrap())
}

/// How many members a workspace has, as a fresh transaction sees it.
pub(super) async fn count(stage: &Stage, workspace: &Workspace) -> i64 {
    read(stage, workspace, "SELECT count(*) FROM \"tenant\".\"members\"").await
}

/// SQL that adds a member.
pub(super) fn insertion(name: &str) -> String {
    let (id, user) = (uuid::Uuid::now_v7(), uuid::Uuid::now_v7());
    format!(
        "INSERT INTO \"tenant\".\"members\" (\"id\", \"user_id\", \"name\", \"email\", \"role\", \"created_at\") \
         VALUES ('{id}', '{user}', '{name}', 'x@example.test', 'viewer', '2026-01-01 00:00:00+00:00')"
    )
}

/// Did the database itself say no? On PostgreSQL by its code for missing rights; a SQLite file
/// doesn't hold what was asked for.
pub(super) fn is_refusal(error: &DbErr) -> bool {
    match database_error(error) {
        Some((Some(code), _)) if code.len() == 5 => code == "42501",
        Some((_, message)) => message.contains("no such table"),
        None => false,
    }
}

/// Code and words of the database, if it was the one that refused.
pub(super) fn database_error(error: &DbErr) -> Option<(Option<String>, String)> {
    let (DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error))) =
        error
    else {
        return None;
    };
    let error = error.as_database_error()?;
    Some((error.code().map(Into::into), error.message().to_owned()))
}
