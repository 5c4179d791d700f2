//! The plan of a new workspace: remembered from the page of prices, chosen once the workspace is made.

use std::{sync::Arc, time::Duration};

use askama::Template;
use platform::{
    Error, Extension, Form, Public, Query, Result, SignedIn, Submitted, Ui,
    process::{Platform, Services},
    request::{Cookies, CurrentSession, SetCookie},
    see_other,
    ui::{self, Currency, Errors, FormState},
    workspaces::{Tenant, find_member},
};
use serde::Deserialize;

use super::{
    PLAN, START_PLAN,
    choose::{Card, Choice, Tried, cards, try_it},
    failed,
};
use crate::{
    account,
    permissions::ManageBilling,
    plan::{Interval, Plan},
    seats,
    settings::Billing,
    trial,
};

/// What somebody liked on the page of prices.
const COOKIE: &str = "__Host-plan";
/// So long it is remembered.
const DAY: Duration = Duration::from_hours(24);
const TITLE: &str = "Choose a plan";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Liked {
    plan: String,
    period: String,
    currency: String,
}

impl Liked {
    /// As the cookie has it: `team.year.EUR`.
    fn text(&self) -> Option<String> {
        let plan = Plan::offered().find(|plan| plan.key == self.plan)?.key;
        let period = Interval::of(&self.period).unwrap_or(Interval::Month).word();
        let currency = Currency::of(&self.currency).unwrap_or_else(Plan::usual_currency);
        Some(format!("{plan}.{period}.{}", currency.code()))
    }

    fn of(cookies: &Cookies) -> Self {
        let mut parts = cookies.get(COOKIE).unwrap_or_default().split('.').map(str::to_owned);
        let mut part = || parts.next().unwrap_or_default();
        Self { plan: part(), period: part(), currency: part() }
    }
}

/// Remembers it, and goes on to signing up.
pub(super) async fn remember(
    _: Public,
    CurrentSession(session): CurrentSession,
    Query(liked): Query<Liked>,
) -> Result {
    let next = if session.is_some() { "/workspaces" } else { "/signup" };
    let mut response = see_other(next)?;
    if let Some(text) = liked.text() {
        SetCookie::new(COOKIE, text, Some(DAY)).put(&mut response);
    }
    Ok(response)
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Which {
    workspace: String,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct First {
    workspace: String,
    plan: String,
    interval: String,
    currency: String,
}

impl Form for First {
    fn check(&self, errors: &mut Errors) {
        let is_one = Plan::offered().any(|plan| plan.key == self.plan);
        errors.ensure(is_one, "plan", "Choose a plan.");
        let is_known = self.interval.is_empty() || Interval::of(&self.interval).is_some();
        errors.ensure(is_known, "interval", "Choose how often you pay.");
        let mut all = Plan::currencies().into_iter();
        let is_known = self.currency.is_empty() || all.any(|one| one.code() == self.currency);
        errors.ensure(is_known, "currency", "Choose a currency.");
    }
}

#[derive(Template)]
#[template(path = "billing/start.html")]
struct Page<'a> {
    answer: FormState,
    cards: Vec<Card>,
    /// Days for which a plan can be tried; none: not any more.
    trial_days: Option<u32>,
    workspace: &'a Tenant,
    csrf: &'a str,
}

pub(super) async fn show(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    Query(which): Query<Which>,
    cookies: Cookies,
    ui: Ui,
) -> Result {
    let (tenant, _) = theirs(&core, session.user, &which.workspace).await?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    if billing.stripe().is_none() || known.is_alive() {
        return see_other(format!("{}/", tenant.origin));
    }
    let liked = Liked::of(&cookies);
    let plan = Plan::offered().find(|plan| plan.key == liked.plan).unwrap_or_else(Plan::free);
    let answer = FormState::empty()
        .with("plan", plan.key)
        .with("interval", liked.period)
        .with("currency", liked.currency);
    draw(&core, &ui, &tenant, session.user, answer).await
}

pub(super) async fn choose(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    ui: Ui,
    Submitted(form): Submitted<First>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            let slug = answer.value("workspace").to_owned();
            let (tenant, _) = theirs(&core, session.user, &slug).await?;
            return draw(&core, &ui, &tenant, session.user, answer).await;
        }
    };
    let (tenant, member) = theirs(&core, session.user, &form.workspace).await?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let choice = Choice {
        plan: form.plan.clone(),
        interval: Interval::of(&form.interval).unwrap_or(Interval::Month).word().to_owned(),
        currency: form.currency.clone(),
        ..Choice::default()
    };
    let home = format!("{}/", tenant.origin);
    let (Some(stripe), Some(wish)) = (billing.stripe(), choice.wish(&known)) else {
        return forget(see_other(home)?);
    };
    if known.is_alive() {
        return forget(see_other(home)?);
    }
    let count = core.store.read_in(tenant.clone(), |db| async move { seats::count(&db).await });
    match try_it(&core, stripe, &tenant, &member, &wish, count.await?).await? {
        Tried::Yes | Tried::Later => forget(see_other(home)?),
        Tried::Spent => {
            forget(see_other(format!("{}{PLAN}?plan={}", tenant.origin, wish.plan.key))?)
        }
        Tried::Refused(trouble) => {
            let again = format!("{START_PLAN}?workspace={}", tenant.slug);
            failed(&ui, trouble.into(), &again)
        }
    }
}

fn forget(mut response: platform::request::Response) -> Result {
    SetCookie::removal(COOKIE).put(&mut response);
    Ok(response)
}

/// A workspace whose plan this person may choose; else there is none.
async fn theirs(
    core: &Services,
    user: platform::UserId,
    slug: &str,
) -> Result<(Arc<Tenant>, platform::Member)> {
    let tenant = core.store.directory().by_slug(slug).await?.ok_or(Error::NotFound)?;
    let member = core.members.find(&tenant, user).await?.ok_or(Error::NotFound)?;
    let needs = platform::PermissionDef::of::<ManageBilling>();
    if tenant.status != platform::workspaces::Status::Active || !member.may(&needs) {
        return Err(Error::NotFound);
    }
    let again =
        core.store.read_in(tenant.clone(), |db| async move { find_member(&db, user).await });
    let member = again.await?.filter(|member| member.may(&needs)).ok_or(Error::NotFound)?;
    Ok((tenant, member))
}

async fn draw(
    core: &Services,
    ui: &Ui,
    tenant: &Arc<Tenant>,
    user: platform::UserId,
    answer: FormState,
) -> Result {
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let is_open = trial::is_open(core.store.catalog(), &known, user).await?;
    let currency = Currency::of(answer.value("currency")).unwrap_or_else(Plan::usual_currency);
    let days = Plan::offered().map(|plan| plan.trial_days).max().unwrap_or(0);
    let page = Page {
        cards: cards(None, answer.value("plan"), currency),
        trial_days: (is_open && days > 0).then_some(days),
        workspace: tenant,
        csrf: ui.csrf(),
        answer,
    };
    match page.answer.is_rejected() {
        true => ui.invalid(TITLE, &page),
        false => ui.page(TITLE, &page),
    }
}
