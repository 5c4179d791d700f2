//! One tenant's migration: read its stamp, find the plan, run it, all in one transaction.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;

use super::Run;
use crate::{
    catalog::tenant,
    cell::{file_path, role},
    interrupt::InterruptibleConnection,
    migration::{Migration, Step},
    plan::{Part, Plan, fill},
    pool::Pool,
    postgres::quote,
    sqlite::{self, Use},
    statement::Target,
    tenant_db::TenantDb,
    tx::{Body, Tx},
};

/// Tries against a lock that somebody holds, before the tenant is put aside.
const TRIES: u32 = 5;

/// What the script needs to know of one tenant.
struct Names {
    opening: String,
    schema: String,
    role: String,
    target: Target,
}

impl Run<'_> {
    /// Gives the stamp it has afterwards. Outer error: the server is gone. Inner: this tenant can't be
    /// migrated.
    pub(super) async fn schema(
        &self,
        slot: &mut Option<Body>,
        installation: &str,
        row: &tenant::Model,
    ) -> anyhow::Result<anyhow::Result<String>> {
        let name = row.id.schema();
        let (schema, role) = (quote(&name), quote(&role(installation, &name)));
        let names = Names {
            opening: format!(
                "BEGIN; SET LOCAL search_path TO {schema}, pg_temp; SET LOCAL lock_timeout TO '2s'; \
                 SELECT stamp FROM {schema}._meta"
            ),
            target: Target::tenant(&name, &row.stamp),
            schema,
            role,
        };
        let mut wait = Duration::from_millis(100);
        for _ in 1..TRIES {
            match self.attempt(slot, &names, row).await? {
                Err(error) if is_contended(&error) => tokio::time::sleep(wait).await,
                done => return Ok(done),
            }
            wait *= 2;
        }
        self.attempt(slot, &names, row).await
    }

    /// Migrates a tenant's SQLite file. A busy one is waited for by SQLite itself.
    pub(super) async fn file(&self, dir: &Path, row: &tenant::Model) -> anyhow::Result<String> {
        let path = file_path(dir, row.id);
        let pool = Pool::new(1, move || {
            let path = path.clone();
            async move { InterruptibleConnection::new(sqlite::connect(&path, Use::Write).await?).await }
        });
        let mut lease = pool.acquire().await?;
        lease.mark_dirty();
        let names = Names {
            opening: "BEGIN IMMEDIATE; SELECT stamp FROM _meta".into(),
            schema: String::new(),
            role: String::new(),
            target: Target::file(),
        };
        self.attempt(&mut Some(Body::Sqlite(lease)), &names, row).await?
    }

    async fn attempt(
        &self,
        slot: &mut Option<Body>,
        names: &Names,
        row: &tenant::Model,
    ) -> anyhow::Result<anyhow::Result<String>> {
        let error = match self.once(slot, names, row).await {
            Ok(stamp) => return Ok(Ok(stamp)),
            Err(error) => error,
        };
        let body = slot.as_mut().context("the connection was lost in a data step")?;
        body.simple("ROLLBACK").await.context("the database went away")?;
        Ok(Err(error))
    }

    async fn once(
        &self,
        slot: &mut Option<Body>,
        names: &Names,
        row: &tenant::Model,
    ) -> anyhow::Result<String> {
        let body = slot.as_mut().context("no connection")?;
        let stamp = body.texts(&names.opening).await?.pop().context("the tenant has no stamp")?;
        if stamp == self.stamp {
            body.simple("COMMIT").await?;
            return Ok(stamp);
        }
        let plan = match self.plan(&stamp, None)? {
            Some(plan) => plan,
            None => {
                let dot = if names.schema.is_empty() { "" } else { "." };
                let sql = format!("SELECT name FROM {}{dot}_migrations", names.schema);
                let have = body.texts(&sql).await?;
                self.plan(&stamp, Some(&have))?.context("the names were given")?
            }
        };
        self.follow(&plan, slot, names, row).await?;
        Ok(plan.stamp.clone())
    }

    async fn follow(
        &self,
        plan: &Arc<Plan>,
        slot: &mut Option<Body>,
        names: &Names,
        row: &tenant::Model,
    ) -> anyhow::Result<()> {
        for (at, part) in plan.parts.iter().enumerate() {
            match part {
                Part::Sql(sql) => {
                    let mut sql = fill(sql, &names.schema, &names.role);
                    // The last part is always SQL, and the COMMIT travels with it.
                    if at + 1 == plan.parts.len() {
                        sql.push_str("COMMIT");
                    }
                    slot.as_mut().context("no connection")?.simple(&sql).await?;
                }
                Part::Data(migration) => self.data(migration, slot, names, row).await?,
            }
        }
        Ok(())
    }

    /// A step in Rust, in the transaction that is open.
    async fn data(
        &self,
        migration: &Migration,
        slot: &mut Option<Body>,
        names: &Names,
        row: &tenant::Model,
    ) -> anyhow::Result<()> {
        let Step::Data(step) = migration.step else { return Ok(()) };
        let body = slot.take().context("no connection")?;
        let cell = self.store.cell(row.cell_id).await?;
        let tenant = self.store.tenant(row.clone());
        let tx = Tx::new(body, names.target.clone(), false);
        let db = TenantDb::around(tenant, cell, tx, Arc::default());
        let done = match step(db.clone()).await {
            Ok(()) => db.flush().await.map_err(Into::into),
            Err(error) => Err(error),
        };
        *slot = Some(db.into_tx().await?.into_body());
        done.map_err(|error| error.into_anyhow().context(migration.name))
    }
}

/// `lock_not_available` and `deadlock_detected`: worth another try.
fn is_contended(error: &anyhow::Error) -> bool {
    let error = error.downcast_ref::<sqlx::Error>().and_then(sqlx::Error::as_database_error);
    error
        .and_then(sqlx::error::DatabaseError::code)
        .is_some_and(|code| matches!(&*code, "55P03" | "40P01"))
}
