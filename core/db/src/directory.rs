//! The directory: which tenant answers at which address, kept in memory.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use core_base::{Slug, TenantId, clock, config::Origins};
use quick_cache::sync::Cache;
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter};

use crate::{
    catalog::{
        address,
        tenant::{self, Status},
    },
    catalog_db::CatalogDb,
    changes::Changes,
    read_through_cache::{ReadThroughCache, Stale},
    tenant::Tenant,
};

/// Addresses kept, also of those that don't exist.
const CACHE_CAPACITY: usize = 10_000;

/// Whose a host is.
#[derive(Clone, Debug)]
pub enum Located {
    /// This tenant's, in whatever state.
    Here(Arc<Tenant>),
    /// It was this tenant's, and still leads to its new one.
    Moved(Arc<Tenant>),
    /// No tenant's.
    Nobody,
}

/// What is known of an address.
#[derive(Clone)]
enum Found {
    Here(Arc<Tenant>),
    /// It was this tenant's and leads to it until then.
    Moved(TenantId, DateTime<Utc>),
    Nobody,
}

/// Looks tenants up by address; follows the `tenant` changes.
#[derive(Clone)]
pub struct Directory {
    catalog: CatalogDb,
    origins: Origins,
    by_slug: ReadThroughCache<String, Found>,
    /// The address that each had when it was last looked up.
    slugs: Arc<Cache<TenantId, String>>,
}

impl Directory {
    pub(crate) fn new(catalog: CatalogDb, changes: &Changes, origins: Origins) -> Self {
        let by_slug =
            ReadThroughCache::new(changes, CACHE_CAPACITY, |kind, subject| match (kind, subject) {
                ("tenant", "*") => Stale::All,
                ("tenant", slug) => Stale::One(slug.to_owned()),
                _ => Stale::No,
            });
        Self { catalog, origins, by_slug, slugs: Arc::new(Cache::new(CACHE_CAPACITY)) }
    }

    /// Whose this host is; it has the form that [`core_base::normalise_host`] gives it.
    pub async fn by_host(&self, host: &str) -> Result<Located, DbErr> {
        let Some(slug) = self.origins.slug_of(host) else { return Ok(Located::Nobody) };
        Ok(match self.find(slug).await? {
            Found::Here(tenant) => Located::Here(tenant),
            Found::Moved(id, until) if until > clock::now() => {
                self.by_id(id).await?.map_or(Located::Nobody, Located::Moved)
            }
            Found::Moved(..) | Found::Nobody => Located::Nobody,
        })
    }

    /// The tenant at this address, in whatever state; `None` where there is none.
    pub async fn by_slug(&self, slug: &str) -> Result<Option<Arc<Tenant>>, DbErr> {
        Ok(match self.find(slug).await? {
            Found::Here(tenant) => Some(tenant),
            Found::Moved(..) | Found::Nobody => None,
        })
    }

    async fn find(&self, slug: &str) -> Result<Found, DbErr> {
        if !Slug::is_well_formed(slug) {
            return Ok(Found::Nobody);
        }
        if let Some(known) = self.by_slug.copy(slug) {
            return Ok(known);
        }
        let read = async { self.locate(slug).await.map(Some) };
        Ok(self.by_slug.read(slug.to_owned(), read).await?.unwrap_or(Found::Nobody))
    }

    async fn locate(&self, slug: &str) -> Result<Found, DbErr> {
        if let Some(tenant) = self.read(tenant::Column::Slug.eq(slug)).await? {
            return Ok(Found::Here(tenant));
        }
        let row = address::Entity::find_by_id(slug.to_owned()).one(&self.catalog).await?;
        Ok(row.map_or(Found::Nobody, |row| Found::Moved(row.tenant_id, row.leads_until)))
    }

    /// The tenant of this id, in whatever state; `None` when it was deleted.
    pub async fn by_id(&self, id: TenantId) -> Result<Option<Arc<Tenant>>, DbErr> {
        if let Some(slug) = self.slugs.get(&id)
            && let Some(known) = self.by_slug(&slug).await?
            && known.id == id
        {
            return Ok(Some(known));
        }
        let found = self.read(tenant::Column::Id.eq(id)).await?;
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
        Ok(row.map(|row| Arc::new(Tenant::of(row, &self.origins))))
    }
}
