//! Tenants that a newer program has migrated already: they have all that this one needs, and more.

use std::collections::BTreeSet;

use anyhow::Context;
use core_base::{Error, Result};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select,
    Statement, sea_query::Expr,
};
use sqlx::{AssertSqlSafe, Executor, Row};

use crate::{
    Mode, Tenant,
    catalog::tenant::{self, Status},
    catalog_db::CatalogTx,
    changes::Changes,
    migration::{newer, stamp},
    postgres::quote,
    store::{Place, Store},
    tenant_rows,
};

impl Store {
    /// Can every tenant be served? A tenant must have all migrations that this program knows; those of
    /// a later release besides do no harm, so that two releases can run side by side. One query,
    /// unless there is a stamp that was never seen. What is quarantined does not count.
    pub async fn is_migrated(&self) -> anyhow::Result<bool> {
        loop {
            let whole = self.not_complete().filter(tenant::Column::Quarantine.eq(""));
            match whole.one(self.catalog()).await? {
                Some(row) if self.learn(&row).await => {}
                found => return Ok(found.is_none()),
            }
        }
    }

    /// Opens the connection that looks at what a newer release migrates, while nothing else is to be
    /// done: on a busy machine opening one takes longer than anybody waits who asks whether we are
    /// ready.
    pub async fn prepare_to_look(&self) -> anyhow::Result<()> {
        if let Place::Postgres { owners, .. } = &self.0.place {
            drop(owners.acquire().await?);
        }
        Ok(())
    }

    /// Does a newer program than this one have tenants with this stamp? Known of those that were
    /// asked for before.
    pub fn is_ahead(&self, stamp: &str) -> bool {
        self.0.ahead.read().expect("nothing panics in it").contains_key(stamp)
    }

    /// Has this tenant more than this program knows?
    pub(crate) async fn has_more(&self, tenant: &Tenant) -> Result<bool> {
        if tenant.stamp == self.current_stamp() {
            return Ok(false);
        }
        let row = tenant::Entity::find_by_id(tenant.id).one(self.catalog()).await?;
        let row = row.ok_or(Error::NotFound)?;
        if row.stamp == self.current_stamp() {
            return Ok(false);
        }
        Ok(self.is_ahead(&row.stamp) || self.learn(&row).await)
    }

    /// The migrations of workspaces that a newer program has made, and that this one does not know.
    pub async fn newer_migrations(&self) -> anyhow::Result<Vec<String>> {
        let rows = self.not_current().all(self.catalog()).await?;
        self.learn_all(&rows).await;
        let ahead = self.0.ahead.read().expect("nothing panics in it");
        let newer: BTreeSet<_> =
            rows.iter().filter_map(|row| ahead.get(&row.stamp)).flatten().cloned().collect();
        Ok(newer.into_iter().collect())
    }

    /// Gives back what was put aside and needs nothing of this program any more.
    pub(super) async fn release(&self, rows: &[tenant::Model]) -> anyhow::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let tx = self.catalog().begin().await?;
        tenant::Entity::update_many()
            .col_expr(tenant::Column::Quarantine, Expr::value(""))
            .filter(tenant::Column::Id.is_in(ids.iter().copied()))
            .exec(&tx)
            .await?;
        tenant_rows::wake_jobs(&tx, &ids).await?;
        Changes::record(&tx, "tenant", "*").await?;
        tx.commit().await?;
        self.changes().notify("tenant", "*");
        Ok(())
    }

    /// Tenants that lack a migration, in the order of their ids, and those that lack none and are put
    /// aside all the same, as after a release that was taken back. One query where there are neither.
    pub(super) async fn to_see_to(
        &self,
    ) -> anyhow::Result<(Vec<tenant::Model>, Vec<tenant::Model>)> {
        let ahead: Vec<_> = {
            let ahead = self.0.ahead.read().expect("nothing panics in it");
            ahead.keys().cloned().chain([self.current_stamp()]).collect()
        };
        let any = Condition::any()
            .add(tenant::Column::Stamp.is_not_in(ahead))
            .add(tenant::Column::Quarantine.ne(""));
        let rows = whole().filter(any).order_by_asc(tenant::Column::Id);
        let rows = rows.all(self.catalog()).await?;
        self.learn_all(&rows).await;
        let current = self.current_stamp();
        let is_behind = |row: &tenant::Model| row.stamp != current && !self.is_ahead(&row.stamp);
        let (behind, mut whole): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_behind);
        whole.retain(|row| !row.quarantine.is_empty());
        Ok((behind, whole))
    }

    /// Looks at one tenant of each stamp.
    pub(super) async fn learn_all(&self, rows: &[tenant::Model]) {
        let mut seen = vec![self.current_stamp()];
        for row in rows {
            if !seen.contains(&row.stamp) {
                seen.push(row.stamp.clone());
                self.learn(row).await;
            }
        }
    }

    /// A tenant made by this program would lack what later ones need, and nobody would bring it: the
    /// new release migrates before it starts.
    pub(crate) async fn refuse_if_overtaken(&self, tx: &CatalogTx) -> Result<()> {
        // One for each stamp: those of an app that was removed stand beside those of a new release.
        let mut seen = vec![self.current_stamp()];
        loop {
            let other = whole().filter(tenant::Column::Stamp.is_not_in(seen.iter().cloned()));
            let Some(row) = other.one(tx).await? else { return Ok(()) };
            if self.is_overtaken_by(&row).await {
                break;
            }
            seen.push(row.stamp);
        }
        let text = "A new release is being put in place, and new workspaces wait for it. Nothing \
                    was saved; try again in a minute.";
        Err(Error::Unavailable(text.into()))
    }

    async fn is_overtaken_by(&self, row: &tenant::Model) -> bool {
        if !self.is_ahead(&row.stamp) && !self.learn(row).await {
            return false;
        }
        let ahead = self.0.ahead.read().expect("nothing panics in it");
        ahead.get(&row.stamp).is_some_and(|newer| !newer.is_empty())
    }

    fn not_current(&self) -> Select<tenant::Entity> {
        whole().filter(tenant::Column::Stamp.ne(self.current_stamp()))
    }

    /// Those whose stamp says neither that they have what this program knows nor that they have more.
    fn not_complete(&self) -> Select<tenant::Entity> {
        let ahead = self.0.ahead.read().expect("nothing panics in it");
        let complete = ahead.keys().cloned().chain([self.current_stamp()]);
        whole().filter(tenant::Column::Stamp.is_not_in(complete))
    }

    /// Is the stamp of this tenant one of a newer program? What can't be read is not.
    async fn learn(&self, row: &tenant::Model) -> bool {
        let names = match self.migrations_of(row).await {
            Ok(names) => names,
            Err(error) => {
                tracing::debug!(slug = row.slug, "its migrations cannot be read: {error:#}");
                return false;
            }
        };
        let list = self.0.migrations.tenant;
        let has = |name: &str| names.iter().any(|have| have == name);
        // The catalogue hears of a migration a little later than the tenant: then this stamp is an
        // old one, whatever the tenant has by now.
        let is_its_own = stamp(names.iter().map(String::as_str)) == row.stamp;
        let is_ahead = is_its_own && list.iter().all(|step| has(step.name));
        if is_ahead {
            let newer = newer(list, &names).into_iter().map(str::to_owned).collect();
            let mut ahead = self.0.ahead.write().expect("nothing panics in it");
            ahead.insert(row.stamp.clone(), newer);
        }
        is_ahead
    }

    async fn migrations_of(&self, row: &tenant::Model) -> anyhow::Result<Vec<String>> {
        if let Place::Postgres { owners, .. } = &self.0.place {
            let schema = quote(&row.id.schema());
            let sql = format!("SELECT name FROM {schema}._migrations");
            let owners = owners.clone();
            // In a task of its own: who asks whether we are ready gives up after a while, and a
            // connection that was never opened to its end would be begun anew each time.
            let read = tokio::spawn(async move {
                let mut lease = owners.acquire().await?;
                lease.mark_dirty();
                let rows = (&mut *lease).fetch_all(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
                lease.mark_clean();
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, sqlx::Error>>()
            });
            return Ok(read.await??);
        }
        let db = self.tenant_db(self.tenant(row.clone()), Mode::Read).await?;
        let sql = "SELECT \"name\" FROM \"tenant\".\"_migrations\"";
        let ask = Statement::from_string(db.get_database_backend(), sql);
        let rows = db.query_all_raw(ask).await;
        db.finish(false).await.map_err(Error::into_anyhow)?;
        let names = rows?.iter().map(|row| row.try_get_by_index(0)).collect::<Result<_, _>>();
        names.context("names of migrations are text")
    }
}

fn whole() -> Select<tenant::Entity> {
    tenant::Entity::find().filter(tenant::Column::Status.is_in(Status::WHOLE))
}
