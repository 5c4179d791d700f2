//! The directory: which tenant answers at which address, kept in memory.

use std::sync::Arc;

use core_base::{Slug, TenantId};
use quick_cache::sync::Cache;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    catalog::tenant::{self, Status},
    catalog_db::CatalogDb,
    changes::{Change, Changes},
};

/// Addresses kept, also of those that don't exist.
const KEPT: usize = 10_000;

/// What a request needs to know of a tenant before it opens its data.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Names schema, role and file.
    pub id: TenantId,
    /// Its address.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Where it lives.
    pub cell: i32,
    /// Open, shut or going away.
    pub status: Status,
    /// Which migrations it has.
    pub stamp: String,
    /// Its migration failed: nobody works here until it is repaired.
    pub quarantined: bool,
}

impl From<tenant::Model> for Tenant {
    fn from(row: tenant::Model) -> Self {
        Self {
            id: TenantId(row.id),
            slug: row.slug,
            name: row.name,
            cell: row.cell_id,
            status: row.status,
            stamp: row.stamp,
            quarantined: !row.quarantine.is_empty(),
        }
    }
}

/// Looks tenants up by address; follows the `tenant` changes.
#[derive(Clone)]
pub struct Directory {
    catalog: CatalogDb,
    changes: Changes,
    by_slug: Arc<Cache<String, Option<Arc<Tenant>>>>,
    /// The address that each had when it was last looked up.
    slugs: Arc<Cache<TenantId, String>>,
}

impl Directory {
    pub(crate) fn new(catalog: CatalogDb, changes: Changes) -> Self {
        let by_slug: Arc<Cache<String, Option<Arc<Tenant>>>> = Arc::new(Cache::new(KEPT));
        let kept = by_slug.clone();
        changes.follow(move |change| match change {
            Change::One { kind: "tenant", subject } if *subject != "*" => {
                kept.remove(*subject);
            }
            Change::One { kind: "tenant", .. } | Change::Everything => kept.clear(),
            Change::One { .. } => {}
        });
        Self { catalog, changes, by_slug, slugs: Arc::new(Cache::new(KEPT)) }
    }

    /// The tenant at this address, in whatever state; `None` where there is none.
    pub async fn by_slug(&self, slug: &str) -> Result<Option<Arc<Tenant>>, DbErr> {
        let Ok(slug) = Slug::parse(slug) else { return Ok(None) };
        if self.changes.is_fresh()
            && let Some(known) = self.by_slug.get(slug.as_str())
        {
            return Ok(known);
        }
        // Noted before the look-up: a change during it must win over what was read.
        let seen = self.changes.applied();
        let found = self.read(tenant::Column::Slug.eq(slug.as_str())).await?;
        self.by_slug.insert(slug.as_str().to_owned(), found.clone());
        if self.changes.applied() != seen {
            self.by_slug.remove(slug.as_str());
        }
        Ok(found)
    }

    /// The tenant of this id, in whatever state; `None` when it was deleted.
    pub async fn by_id(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, DbErr> {
        if let Some(slug) = self.slugs.get(&id)
            && let Some(known) = self.by_slug(&slug).await?
            && known.id == id
        {
            return Ok(Some(known));
        }
        let found = self.read(tenant::Column::Id.eq(id.0)).await?;
        if let Some(tenant) = &found {
            self.slugs.insert(id, tenant.slug.clone());
        }
        Ok(found)
    }

    async fn read(
        &self,
        filter: impl sea_orm::sea_query::IntoCondition,
    ) -> Result<Option<Arc<Tenant>>, DbErr> {
        let row = tenant::Entity::find().filter(filter).one(&self.catalog).await?;
        let row = row.filter(|row| row.status != Status::Deleted);
        Ok(row.map(|row| Arc::new(Tenant::from(row))))
    }
}
