//! Ending a plan, with what they say why; and going on after all.

use askama::Template;
use platform::{
    Can, Extension, Form, Result, Submitted, TenantDb, Ui,
    process::Platform,
    request::CurrentTenant,
    see_other, see_other_with,
    ui::{self, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::{BILLING, in_time, look_later, stripe, unsure};
use crate::{
    account::{self, Model, refresh},
    change::{self, REASONS, Reason},
    permissions::ManageBilling,
    plan::Plan,
    settings::Billing,
};

/// So much somebody can say.
const COMMENT: usize = 500;

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cancel {
    reason: String,
    comment: String,
}

impl Form for Cancel {
    fn check(&self, errors: &mut Errors) {
        let is_known =
            self.reason.is_empty() || REASONS.iter().any(|(word, _)| *word == self.reason);
        errors.ensure(is_known, "reason", "Choose one of the reasons.");
        let is_short = self.comment.chars().count() <= COMMENT;
        errors.ensure(is_short, "comment", "Please say it in 500 characters.");
    }
}

#[derive(Template)]
#[template(path = "billing/cancel.html")]
struct Page<'a> {
    answer: FormState,
    plan: &'static str,
    day: String,
    free: &'static Plan,
    /// Value and label.
    reasons: Vec<(&'static str, &'static str)>,
    csrf: &'a str,
}

pub(super) async fn ask(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    ui: Ui,
) -> Result {
    stripe(&billing)?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    if !known.is_alive() || known.ends_at.is_some() {
        return see_other(BILLING);
    }
    draw(ui, &known, FormState::empty())
}

pub(super) async fn cancel(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Cancel>,
) -> Result {
    let stripe = stripe(&billing)?;
    db.let_go().await?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(ui, &known, answer),
    };
    let Some(subscription) = known.subscription.as_deref().filter(|_| known.is_alive()) else {
        return see_other(BILLING);
    };
    let why = Reason { word: form.reason, comment: form.comment.trim().to_owned() };
    look_later(&core, tenant.id).await?;
    let done = async {
        change::stop(stripe, subscription, &why).await?;
        refresh(&core.store, stripe, &tenant).await
    };
    match in_time(done).await {
        Ok(now) => {
            let day = now.ends_at.map(|at| ui.calendar().day(at).to_string());
            let text = day.map(|day| format!("You keep it until {day}.")).unwrap_or_default();
            see_other_with(BILLING, &Toast::success("Plan cancelled").text(text))
        }
        Err(failure) => unsure(&ui, failure, BILLING),
    }
}

pub(super) async fn resume(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let stripe = stripe(&billing)?;
    db.let_go().await?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let Some(subscription) = known.subscription.as_deref().filter(|_| known.is_alive()) else {
        return see_other(BILLING);
    };
    look_later(&core, tenant.id).await?;
    let done = async {
        change::resume(stripe, subscription).await?;
        refresh(&core.store, stripe, &tenant).await
    };
    match in_time(done).await {
        Ok(now) if now.ends_at.is_some() => {
            let text = "It could not be taken back here. Open “Payment method” and keep it there.";
            see_other_with(BILLING, &Toast::error("The plan still ends").text(text))
        }
        Ok(now) => {
            let said = format!("You keep {}", now.current().name);
            see_other_with(BILLING, &Toast::success(said))
        }
        Err(failure) => unsure(&ui, failure, BILLING),
    }
}

fn draw(ui: Ui, known: &Model, answer: FormState) -> Result {
    let end = known.trial_end.or(known.period_end);
    let plan = Plan::find(&known.plan).unwrap_or_else(Plan::free).name;
    let page = Page {
        day: end.map(|at| ui.calendar().day(at).to_string()).unwrap_or_default(),
        plan,
        free: Plan::free(),
        reasons: [("", "Prefer not to say")].into_iter().chain(REASONS).collect(),
        csrf: ui.csrf(),
        answer,
    };
    let title = format!("Cancel {plan}");
    match page.answer.is_rejected() {
        true => ui.invalid(&title, &page),
        false => ui.page(&title, &page),
    }
}
