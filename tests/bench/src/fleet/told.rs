//! A change of projects with the audit trail and without it, in one process and in turns.

use std::{io::stdin, sync::Arc};

use anyhow::Context;
use core_base::{Config, Error, config::Reader};
use core_db::{Schema, Store, Tenant};
use platform::Registry;
use projects::project::{Column, Entity, Status};
use sea_orm::{ColumnTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};

pub(crate) async fn run(config: &Config, slug: &str) -> anyhow::Result<()> {
    let registry = Registry::new(vec![projects::app()], &mut Reader::from_vars([]));
    let registry = registry.map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let schema = registry.schema(migrations::ALL);
    let plain = Store::open(config, Schema { audited: vec![], ..schema.clone() }).await?;
    let told = Store::open(config, schema).await?;
    let tenant = told.directory().by_slug(slug).await?.context("there is no such workspace")?;
    for (turn, line) in stdin().lines().enumerate() {
        let line = line?;
        let (how, many) = line.split_once(' ').context("told 1000, or plain 1000")?;
        let store = if how == "told" { &told } else { &plain };
        let done = change(store, &tenant, many.parse()?, turn).await;
        println!("{}", done.map_err(Error::into_anyhow)?);
    }
    Ok(())
}

/// Reads so many projects and gives them another status, in one unit of work; says how many there were.
async fn change(
    store: &Store,
    tenant: &Arc<Tenant>,
    many: u64,
    turn: usize,
) -> core_base::Result<u64> {
    let status = [Status::AtRisk, Status::OnTrack][turn / 2 % 2];
    let work = |db: platform::TenantDb| async move {
        let ids = db.find::<Entity>().select_only().column(Column::Id).order_by_asc(Column::Id);
        let ids: Vec<sea_orm::prelude::Uuid> = ids.limit(many).into_tuple().all(&db).await?;
        let rows = db.update_many::<Entity>().filter(Column::Id.is_in(ids));
        let rows = rows.col_expr(Column::Status, Expr::value(status));
        let rows = rows.col_expr(Column::Version, Expr::col(Column::Version).add(1));
        Ok(rows.exec(&db).await?.rows_affected)
    };
    store.write_in(tenant.clone(), work).await
}
