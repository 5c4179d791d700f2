//! Workspaces that are shut, and what their members and everybody else are told.

use std::sync::Arc;

use axum::{extract::Request, http::StatusCode, response::Response};
use core_access::Session;
use core_base::{Error, Result, clock};
use core_db::{Status, Tenant};
use core_ui::ErrorPage;

use super::Context;
use crate::{AppState, CurrentSession, Host};

/// For what somebody asks, and who.
type Asking = (Context, Option<Arc<Session>>);

/// The workspace of a request, if it is shut or cannot be worked in; who asks, and for what.
pub(crate) fn at_shut_door<'a>(here: &'a Host, request: &Request) -> Option<(&'a Tenant, Asking)> {
    let tenant = here.tenant()?;
    if tenant.status == Status::Active && !tenant.quarantined {
        return None;
    }
    let session = request.extensions().get::<CurrentSession>();
    let session = session.and_then(|session| session.0.clone());
    Some((tenant, (Context::of(request), session)))
}

/// A workspace that is shut, or cannot be worked in, says so to its members. To everybody else it is
/// like any other: they are asked to sign in, and turned away afterwards.
pub(crate) async fn shut(
    state: &AppState,
    tenant: &Tenant,
    (context, session): Asking,
) -> Result<Option<Response>> {
    let is_gone = matches!(tenant.status, Status::Deleted | Status::Deleting);
    if !is_gone {
        let Some(session) = session else { return Ok(None) };
        let memberships = state.core.memberships.of(session.user).await?;
        if !memberships.iter().any(|one| one.tenant_id == tenant.id) {
            return Err(Error::Forbidden);
        }
    }
    let list = format!("{}/workspaces", state.core.config.account_origin());
    Ok(Some(match tenant.status {
        Status::Suspended => {
            let page = ErrorPage::suspended(&tenant.name).action("Your workspaces", list);
            context.page(state, StatusCode::FORBIDDEN, page, None)
        }
        Status::PendingDeletion => {
            let day = core_ui::date(tenant.day(tenant.erase_at.unwrap_or_else(clock::now)));
            let page = ErrorPage::leaving(&tenant.name, &day.to_string());
            context.page(state, StatusCode::FORBIDDEN, page.action("Your workspaces", list), None)
        }
        Status::Deleted | Status::Deleting => {
            context.page(state, StatusCode::NOT_FOUND, ErrorPage::of(404), None)
        }
        Status::Active | Status::Provisioning => {
            let text = "This workspace is being worked on. Nothing is lost; try again soon.";
            context.describe(state, &Error::Unavailable(text.into()), None)
        }
    }))
}
