//! What an operator asks of a store: its workspaces, its cells, and what is weaker than it could be.

use core_base::Secret;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use sqlx::{Executor, Row};

use crate::{
    catalog::{
        cell,
        tenant::{self, Status},
    },
    setup::{self, CellReport},
    store::{Place, Store},
};

impl Store {
    /// All tenants but the erased ones, by address.
    pub async fn tenants(&self) -> anyhow::Result<Vec<tenant::Model>> {
        let query = tenant::Entity::find().filter(tenant::Column::Status.ne(Status::Deleted));
        Ok(query.order_by_asc(tenant::Column::Slug).all(self.catalog()).await?)
    }

    /// All cells and how full they are.
    pub async fn cells(&self) -> anyhow::Result<Vec<CellReport>> {
        let counts = self.tenant_counts().await?;
        let report = |row: cell::Model| {
            let here = counts.iter().filter(|count| count.cell == row.id);
            let tenants = here.map(|count| count.count.cast_unsigned()).sum();
            CellReport { id: row.id, login: row.login, tenants, capacity: row.capacity }
        };
        let rows = cell::Entity::find().order_by_asc(cell::Column::Id);
        Ok(rows.all(self.catalog()).await?.into_iter().map(report).collect())
    }

    /// One more cell, and the password of its login, which a pooler may need.
    pub async fn add_cell(&self) -> anyhow::Result<(CellReport, Secret)> {
        let Place::Postgres { logins, installation, .. } = &self.0.place else {
            anyhow::bail!(
                "the embedded store has one cell; more come with PostgreSQL (DATABASE_URL)"
            );
        };
        let mut owner = logins.owner.connect().await?;
        let report = setup::add_cell(&mut owner, logins, installation).await?;
        let password = logins.password(&report.login);
        Ok((report, password))
    }

    /// What a server or an operator left weaker than it could be, and what to do about it.
    pub async fn weaknesses(&self) -> anyhow::Result<Vec<String>> {
        let mut found = vec![];
        for cell in self.cells().await? {
            if cell.tenants * 5 >= u64::try_from(cell.capacity)? * 4 {
                found.push(format!(
                    "cell {} holds {} of {} workspaces (run `groundwork cell add`)",
                    cell.id, cell.tenants, cell.capacity
                ));
            }
        }
        if let Place::Postgres { logins, .. } = &self.0.place {
            let mut owner = logins.owner.connect().await?;
            for (question, finding) in QUESTIONS {
                let row = owner.fetch_one(sqlx::raw_sql(question)).await?;
                if row.try_get::<bool, _>(0)? {
                    found.push(finding.to_owned());
                }
            }
        }
        Ok(found)
    }
}

/// Each answers `true` when something is weak.
const QUESTIONS: [(&str, &str); 4] = [
    (
        "SELECT has_function_privilege('public', 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')",
        "everybody may call set_config, a way out of a tenant's role (as a superuser: REVOKE EXECUTE \
         ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC)",
    ),
    (
        "SELECT has_language_privilege('public', 'plpgsql', 'USAGE')",
        "everybody may use PL/pgSQL, a way out of a tenant's role (as a superuser: REVOKE USAGE ON \
         LANGUAGE plpgsql FROM PUBLIC)",
    ),
    (
        "SELECT has_database_privilege('public', current_database(), 'TEMPORARY')",
        "everybody may make temporary tables, which the next tenant on a connection reads (as the \
         database's owner: REVOKE TEMPORARY ON DATABASE … FROM PUBLIC)",
    ),
    (
        "SELECT EXISTS (SELECT 1 FROM catalog.cells c JOIN pg_roles r ON r.rolname = c.login \
         WHERE r.rolsuper OR r.rolinherit OR r.rolbypassrls)",
        "the login of a cell has rights of its own (run `groundwork migrate` as the owner)",
    ),
];
