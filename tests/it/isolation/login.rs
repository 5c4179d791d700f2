//! The login of a cell, used as an attacker would who got past the platform's own filter.

use core_base::config::{StoreConfig, derive};
use core_db::catalog::cell;
use core_testing::{Stage, StoreKind, Workspace};
use sea_orm::EntityTrait;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The name of the first cell's login.
pub(super) async fn login_name(stage: &Stage) -> String {
    cell::Entity::find_by_id(0).one(stage.store.catalog()).await.unwrap().unwrap().login
}

/// The role of a tenant.
pub(super) async fn role(stage: &Stage, workspace: &Workspace) -> String {
    let login = login_name(stage).await;
    let (installation, _) = login.rsplit_once('_').unwrap();
    format!("{installation}_{}", workspace.tenant.id.schema())
}

/// A connection of that login, made with the password that the platform derives.
pub(super) async fn login(stage: &Stage) -> PgConnection {
    let StoreConfig::Postgres { url, .. } = &stage.config().store else {
        panic!("PostgreSQL only")
    };
    let name = login_name(stage).await;
    let password = derive(&stage.config().secret_key, &format!("login:{name}"));
    let mut url = url.clone();
    url.set_username(&name).unwrap();
    url.set_password(Some(password.expose())).unwrap();
    let options: sqlx::postgres::PgConnectOptions = url.as_str().parse().unwrap();
    let cache = if stage.kind == StoreKind::Pooled { 0 } else { 100 };
    let options = options.statement_cache_capacity(cache);
    PgConnection::connect_with(&options).await.unwrap()
}

/// Sends text over the simple protocol and gives the error's code; empty: it went through.
pub(super) async fn code_of(connection: &mut PgConnection, sql: &str) -> String {
    let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
    match connection.execute(sql).await {
        Ok(_) => String::new(),
        Err(sqlx::Error::Database(error)) => error.code().unwrap_or_default().into_owned(),
        Err(error) => panic!("not an answer of the database: {error}"),
    }
}

/// The same inside a transaction that acts for a tenant, as the platform opens it.
pub(super) async fn code_as(connection: &mut PgConnection, role: &str, sql: &str) -> String {
    assert_eq!(code_of(connection, &format!("BEGIN; SET LOCAL ROLE \"{role}\"")).await, "");
    let code = code_of(connection, sql).await;
    assert_eq!(code_of(connection, "ROLLBACK").await, "");
    code
}
