//! Where a request arrived, and its id.

use std::{fmt, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use core_base::{Error, SiteKey, TenantId};
use core_db::Tenant;

use crate::{AppState, Site};

/// The site that a request is for, and the tenant where the site has them: decided by its exact host
/// and nothing else.
#[derive(Clone, Debug)]
pub struct Host {
    site: &'static Site,
    at: At,
}

#[derive(Clone, Debug)]
enum At {
    /// The one host of a site: its origin.
    Single(Arc<str>),
    Tenant(Arc<Tenant>),
}

impl Host {
    pub(crate) fn new(site: &'static Site, origin: String) -> Self {
        Self { site, at: At::Single(origin.into()) }
    }

    pub(crate) fn of_tenant(site: &'static Site, tenant: Arc<Tenant>) -> Self {
        Self { site, at: At::Tenant(tenant) }
    }

    /// Its site.
    pub fn site(&self) -> &'static Site {
        self.site
    }

    /// The key of its site.
    pub fn key(&self) -> SiteKey {
        self.site.key
    }

    /// The tenant, on a tenant's host.
    pub fn tenant(&self) -> Option<&Arc<Tenant>> {
        match &self.at {
            At::Single(_) => None,
            At::Tenant(tenant) => Some(tenant),
        }
    }

    /// The id of the tenant, on a tenant's host.
    pub fn tenant_id(&self) -> Option<TenantId> {
        self.tenant().map(|tenant| tenant.id)
    }

    /// Its own address, without a slash at the end: the only one whose pages may send forms here.
    pub fn origin(&self) -> &str {
        match &self.at {
            At::Single(origin) => origin,
            At::Tenant(tenant) => &tenant.origin,
        }
    }
}

impl FromRequestParts<AppState> for Host {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let here = parts.extensions.get::<Self>().cloned();
        here.ok_or_else(|| Error::Internal(anyhow_missing("Host")))
    }
}

/// The tenant whose host a request arrived at; 404 anywhere else.
#[derive(Clone, Debug)]
pub struct CurrentTenant(pub Arc<Tenant>);

impl FromRequestParts<AppState> for CurrentTenant {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let here = Host::from_request_parts(parts, state).await?;
        here.tenant().cloned().map(Self).ok_or(Error::NotFound)
    }
}

pub(crate) fn anyhow_missing(what: &str) -> anyhow::Error {
    anyhow::anyhow!("{what} is missing: the stack did not run")
}

/// What a person can read to us from an error page, and what the log calls this request.
#[derive(Clone, Copy, Debug)]
pub struct RequestId(pub uuid::Uuid);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}
