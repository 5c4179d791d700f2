//! The request's one transaction: kept on 2xx and 3xx, undone otherwise.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Request},
    http::{Method, request::Parts},
    response::{IntoResponse, Response},
};
use core_base::{Actor, Error, Result};
use core_db::{Acting, CatalogDb, Mode, Origin, TenantDb};

use crate::{AppState, Client, Host, RequestId, Services, saved_forms::Refill};

/// A request's transaction; where there is no tenant there is none.
pub(crate) struct UnitOfWork {
    db: Option<TenantDb>,
    /// A form that is only shown again changes nothing.
    undo: bool,
}

impl UnitOfWork {
    /// Leaves the transaction in the request; it begins with its first query.
    pub(crate) async fn open(state: &AppState, here: &Host, request: &mut Request) -> Result<Self> {
        let undo = request.extensions().get::<Refill>().is_some();
        let Some(tenant) = here.tenant() else { return Ok(Self { db: None, undo }) };
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let mode = if reads { Mode::Read } else { Mode::Write };
        let db = state.core.store.tenant_db(tenant.clone(), mode).await?;
        request.extensions_mut().insert(RequestDb(db.clone()));
        Ok(Self { db: Some(db), undo })
    }

    /// Ends it as the answer says. What can't be kept must not look like a success.
    pub(crate) async fn close(self, mut response: Response) -> Response {
        let Some(db) = self.db else { return response };
        let status = response.status();
        let keep = !self.undo && (status.is_success() || status.is_redirection());
        response.extensions_mut().insert(Queries(db.queries().await));
        match db.finish(keep).await {
            Ok(()) => response,
            Err(error) => error.into_response(),
        }
    }
}

/// Whoever asks, until a gate knows more.
pub(crate) fn visitor(request: &Request) -> Acting {
    let extensions = request.extensions();
    let origin = Origin {
        address: extensions.get::<Client>().map(|client| client.address),
        request: extensions.get::<RequestId>().map(|request| request.0),
    };
    Acting::new(Actor::Visitor, origin)
}

/// How many statements a request sent to its tenant.
#[derive(Clone, Copy, Debug)]
pub struct Queries(pub u32);

#[derive(Clone)]
struct RequestDb(TenantDb);

pub(crate) fn of(parts: &Parts) -> Result<TenantDb, Error> {
    let request_db = parts.extensions.get::<RequestDb>().cloned();
    request_db.map(|request_db| request_db.0).ok_or(Error::NotFound)
}

impl FromRequestParts<AppState> for TenantDb {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        of(parts)
    }
}

impl FromRequestParts<AppState> for CatalogDb {
    type Rejection = Error;
    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Ok(state.core.store.catalog().clone())
    }
}

/// The services of the process, for the apps that are part of the platform: accounts and tenants.
pub struct Platform(pub Arc<Services>);

impl FromRequestParts<AppState> for Platform {
    type Rejection = Error;
    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Error> {
        Ok(Self(state.core.clone()))
    }
}
