//! What an operator asks of a store: its workspaces and its cells.

use core_base::Secret;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

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
}
