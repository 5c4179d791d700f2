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

use std::time::Duration;

use askama::Template;
use chrono::TimeDelta;
use platform::{
    Error, Later, Policy, Result, Routes, TenantId, Ui, clock,
    process::Services,
    request::{Method, StatusCode},
    ui,
};

use crate::{
    account::Failure,
    endpoint,
    jobs::Refresh,
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

/// So long a person waits for all that one page asks of Stripe.
const PATIENCE: Duration = Duration::from_secs(11);

/// What Stripe answers in time.
async fn in_time<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    within(PATIENCE, work).await
}

async fn within<T>(
    time: Duration,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let late = || Failure::Stripe(Trouble::Away("it took too long".to_owned()));
    tokio::time::timeout(time, work).await.unwrap_or_else(|_| Err(late()))
}

/// A job reads the workspace anew, whatever becomes of what is about to be asked of Stripe.
async fn look_later(core: &Services, tenant: TenantId) -> Result<()> {
    let tx = core.store.catalog().begin().await?;
    Refresh { workspace: tenant }.at(&tx, clock::now() + AFTER).await?;
    Ok(tx.commit().await?)
}

/// By then what was asked has been answered.
const AFTER: TimeDelta = TimeDelta::seconds(20);

#[derive(Template)]
#[template(path = "billing/away.html")]
struct Away<'a> {
    text: &'a str,
    again: &'a str,
}

const AWAY: &str = "Our payment provider does not answer right now. Nothing was changed and nothing \
                    was charged. Try again in a few minutes.";
const UNSURE: &str = "Our payment provider did not answer in time, so we don't know yet whether it went \
                      through. Look at Billing in a minute. If you try again, you are not charged \
                      twice.";
const NOT_SYNCED: &str =
    "Prices are being updated. Nothing was charged. Try again in a few minutes.";
const REFUSED: &str = "Our payment provider did not accept this. Nothing was charged. If it happens \
                       again, contact us.";

/// What somebody reads when Stripe did not do it. `again`: where they can try once more.
fn failed(ui: &Ui, failure: Failure, again: &str) -> Result {
    said(ui, failure, again, false)
}

/// The same of something that Stripe may have done all the same.
fn unsure(ui: &Ui, failure: Failure, again: &str) -> Result {
    said(ui, failure, again, true)
}

fn said(ui: &Ui, failure: Failure, again: &str, may_be_done: bool) -> Result {
    let trouble = match failure {
        Failure::Ours(error) => return Err(error),
        Failure::Stripe(trouble) => trouble,
    };
    let text = match &trouble {
        Trouble::Away(_) if may_be_done => UNSURE,
        Trouble::Away(_) => AWAY,
        Trouble::Refused { code, .. } if code == Trouble::NOT_SYNCED => NOT_SYNCED,
        Trouble::Refused { .. } => REFUSED,
    };
    match trouble {
        Trouble::Away(_) => tracing::warn!("{trouble}"),
        Trouble::Refused { .. } => tracing::error!("{trouble}"),
    }
    ui.draw(StatusCode::SERVICE_UNAVAILABLE, "Try again later", &Away { text, again })
}
