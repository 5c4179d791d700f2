//! Billing: what is sold, how Stripe learns of it, and what a workspace has by what it pays.

pub mod account;
pub mod change;
pub mod checkout;
mod command;
pub mod demo;
pub mod endpoint;
pub mod event;
pub mod jobs;
mod pages;
pub mod permissions;
pub mod plan;
mod seats;
pub mod settings;
pub mod stripe;
pub mod sync;
#[cfg(test)]
mod tests;
pub mod trial;

use platform::{App, NavEntry, once};

/// What this app brings.
pub fn app() -> App {
    let billing = NavEntry::new("Billing", pages::BILLING, "credit-card");
    App::new("billing")
        .title("Workspace")
        .extension(settings::Billing::from_settings)
        .only_if(|all| all.get::<settings::Billing>().is_some_and(|billing| billing.is_on()))
        .plans(|all| {
            all.get::<settings::Billing>().map(|billing| billing.plans()).unwrap_or_default()
        })
        .forms_lead_to(|all| {
            all.get::<settings::Billing>()
                .map(|billing| billing.pages().clone())
                .unwrap_or_default()
        })
        .permission::<permissions::ManageBilling>()
        .settings(billing.needs::<permissions::ManageBilling>())
        .workspace(pages::workspace_routes())
        .account(pages::account_routes())
        .after_founding(pages::START_PLAN)
        .owns_in_catalog::<account::Entity>()
        .owns_in_catalog::<account::invoice::Entity>()
        .owns_in_catalog::<trial::Entity>()
        .owns_in_catalog::<event::Entity>()
        .owns_in_catalog::<endpoint::Entity>()
        .job(event::handle)
        .job(jobs::refresh_one)
        .job(jobs::begin_trial)
        .job(jobs::tell_plan)
        .job(jobs::look_after)
        .every(once("*/10 * * * *", &jobs::LookAfter {}))
        .on("billing.stop_deleted", jobs::stop_deleted)
        .on("billing.count_joined", jobs::count_joined)
        .on("billing.count_removed", jobs::count_removed)
        .on_serve(demo::begin)
        .command(command::run)
}
