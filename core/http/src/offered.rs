//! What workspaces can have here, for pages that show it to everybody.

use std::sync::Arc;

use axum::{extract::FromRequestParts, http::request::Parts};
use core_access::entitlements::Entitlement;
use core_base::Error;
use core_db::Plans;

use crate::AppState;

/// The plans, and the limits and features that they are about.
pub struct Offered {
    /// The plans; nothing in it: there are none.
    pub plans: Arc<Plans>,
    /// What apps declare, in their order.
    pub things: Vec<Entitlement>,
}

impl FromRequestParts<AppState> for Offered {
    type Rejection = Error;
    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let (plans, things) = (state.core.store.plans().clone(), state.core.entitlements.clone());
        Ok(Self { plans, things })
    }
}
