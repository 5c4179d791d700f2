//! The map of the app's screens, and what they have in common.

mod back;
mod cancel;
mod change;
mod choose;
mod countries;
mod details;
mod invoices;
mod overview;
mod start;
mod visit;
mod webhook;

use askama::Template;
use platform::{
    Error, Policy, Result, Routes, TenantDb, Ui, member,
    request::{Method, StatusCode},
    ui,
};
use sea_orm::PaginatorTrait;

use crate::{
    account::Failure,
    endpoint,
    settings::Billing,
    stripe::{Stripe, Trouble},
};

/// What the workspace pays.
pub(crate) const BILLING: &str = "/settings/billing";
/// Where somebody chooses a plan.
pub(crate) const PLAN: &str = "/settings/billing/plan";
const CHANGE: &str = "/settings/billing/plan/change";
const CANCEL: &str = "/settings/billing/cancel";
const DETAILS: &str = "/settings/billing/details";
const INVOICES: &str = "/settings/billing/invoices";
/// Where a visitor goes who likes a plan, on the account site.
pub(crate) const START: &str = "/pricing/start";
/// Where somebody chooses a plan for the workspace they made, on the account site.
pub(crate) const START_PLAN: &str = "/workspaces/plan";

pub(crate) fn workspace_routes() -> Routes {
    Routes::new()
        .get(BILLING, overview::show)
        .get(PLAN, choose::show)
        .post(PLAN, choose::choose)
        .get(CHANGE, change::show)
        .post(CHANGE, change::make)
        .get(CANCEL, cancel::ask)
        .post(CANCEL, cancel::cancel)
        .post("/settings/billing/resume", cancel::resume)
        .post("/settings/billing/card", visit::card)
        .post("/settings/billing/portal", visit::portal)
        .get("/settings/billing/return", back::show)
        .get(DETAILS, details::show)
        .post(DETAILS, details::save)
        .get(INVOICES, invoices::list)
        .get("/settings/billing/invoices/{id}", invoices::page)
        .get("/settings/billing/invoices/{id}/pdf", invoices::pdf)
}

pub(crate) fn account_routes() -> Routes {
    Routes::new()
        .get(START, start::remember)
        .get(START_PLAN, start::show)
        .post(START_PLAN, start::choose)
        .route(Method::POST, endpoint::PATH, Policy::WEBHOOK, webhook::receive)
}

/// Stripe, or a page that is not there: nothing is sold.
fn stripe(billing: &Billing) -> Result<&Stripe> {
    billing.stripe().ok_or(Error::NotFound)
}

/// How many are paid for: everybody who is there.
async fn seats(db: &TenantDb) -> Result<u64> {
    Ok(db.find::<member::Entity>().count(db).await?.max(1))
}

#[derive(Template)]
#[template(path = "billing/away.html")]
struct Away<'a> {
    text: &'a str,
    again: &'a str,
}

/// What somebody reads when Stripe did not do it. `again`: where they can try once more.
fn failed(ui: &Ui, failure: Failure, again: &str) -> Result {
    let trouble = match failure {
        Failure::Ours(error) => return Err(error),
        Failure::Stripe(trouble) => trouble,
    };
    let text = match &trouble {
        Trouble::Away(_) => {
            "Our payment provider does not answer right now. Nothing was changed \
                             and nothing was charged. Try again in a few minutes."
        }
        Trouble::Refused { code, .. } if code == Trouble::NOT_SYNCED => {
            "Prices are being updated. Nothing was charged. Try again in a few minutes."
        }
        Trouble::Refused { .. } => {
            "Our payment provider did not accept this. Nothing was \
                                    charged. We have been told, and look after it."
        }
    };
    match trouble {
        Trouble::Away(_) => tracing::warn!("{trouble}"),
        Trouble::Refused { .. } => tracing::error!("{trouble}"),
    }
    ui.draw(StatusCode::SERVICE_UNAVAILABLE, "Try again later", &Away { text, again })
}
