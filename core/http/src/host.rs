//! Where a request arrived, and its id.

use std::{fmt, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use core_base::Error;
use core_db::Tenant;

use crate::{Site, SiteKind};

/// Which site a request is for, decided by its exact host and nothing else.
#[derive(Clone, Debug)]
pub enum Host {
    /// The account site.
    Account,
    /// A workspace.
    Workspace(Arc<Tenant>),
}

impl Host {
    /// Which site this is.
    pub fn kind(&self) -> SiteKind {
        match self {
            Self::Account => SiteKind::Account,
            Self::Workspace(_) => SiteKind::Workspace,
        }
    }

    /// The tenant, on a workspace's host.
    pub fn tenant(&self) -> Option<&Arc<Tenant>> {
        match self {
            Self::Account => None,
            Self::Workspace(tenant) => Some(tenant),
        }
    }
}

impl FromRequestParts<Site> for Host {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &Site) -> Result<Self, Error> {
        let here = parts.extensions.get::<Self>().cloned();
        here.ok_or_else(|| Error::Internal(anyhow_missing("Host")))
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
