//! Nobody ever sees another tenant's rows, because the database refuses: every way around it, tried
//! on files, on PostgreSQL and through PgBouncer with one server connection.

mod borrowers;
mod escapes;
mod files;
mod login;
mod queries;
mod sql;
mod units;

use core_testing::{Role, Stage, StoreKind, Workspace, core_stores};
use sql::{count, is_refusal};

/// Two workspaces with one member each, on a store whose every transaction takes the same connection.
struct TwoTenants {
    stage: Stage,
    acme: Workspace,
    globex: Workspace,
}

impl TwoTenants {
    async fn on(kind: StoreKind) -> Self {
        let stage = Stage::with(kind, vec![], &[("DATABASE_CONNECTIONS", "1")]).await;
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        stage.member(&acme, Role::Owner).await;
        stage.member(&globex, Role::Owner).await;
        Self { stage, acme, globex }
    }
}

/// Runs a probe everywhere.
async fn everywhere(probe: impl AsyncFn(&TwoTenants)) {
    on(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled], probe).await;
}

/// Runs a probe that only PostgreSQL has an answer to, directly and through PgBouncer.
async fn on_postgres(probe: impl AsyncFn(&TwoTenants)) {
    on(&[StoreKind::Postgres, StoreKind::Pooled], probe).await;
}

async fn on(kinds: &[StoreKind], probe: impl AsyncFn(&TwoTenants)) {
    for kind in core_stores(kinds) {
        eprintln!("on {kind:?}:");
        let two = TwoTenants::on(kind).await;
        probe(&two).await;
        two.stage.close().await;
    }
}
