//! Changing a plan that is paid: what it costs is said first, in words and money.

use askama::Template;
use chrono::{DateTime, TimeDelta, Utc};
use platform::{
    Can, Error, Extension, Form, Query, Result, Submitted, TenantDb, Ui, clock,
    process::Platform,
    request::CurrentTenant,
    see_other, see_other_with,
    ui::{self, Currency, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::{BILLING, CHANGE, PLAN, choose::Choice, failed, seats, stripe};
use crate::{
    account::{self, Failure, Standing, refresh},
    change::{self, Preview},
    checkout::{self, Wish},
    permissions::ManageBilling,
    plan::{Interval, Plan, price_text},
    settings::Billing,
    stripe::{Stripe, Trouble, at},
};

/// So long what was shown holds.
const HOLDS: TimeDelta = TimeDelta::minutes(30);

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Change {
    plan: String,
    interval: String,
    /// For when it was reckoned, seconds.
    at: i64,
}

impl Form for Change {
    fn check(&self, errors: &mut Errors) {
        let choice = self.choice();
        let is_one = Plan::offered().any(|plan| plan.key == choice.plan && plan.is_paid());
        errors.ensure(is_one, "plan", "Choose a plan.");
        errors.ensure(Interval::of(&self.interval).is_some(), "interval", "Choose how often.");
    }
}

impl Change {
    fn choice(&self) -> Choice {
        let (plan, interval) = (self.plan.clone(), self.interval.clone());
        Choice { plan, interval, ..Choice::default() }
    }
}

#[derive(Template)]
#[template(path = "billing/change.html")]
struct Page<'a> {
    answer: FormState,
    wish: Wish,
    price: String,
    old: String,
    seats: u64,
    lines: Vec<(String, String)>,
    tax: Option<String>,
    due: String,
    /// It is charged now; otherwise it is credit.
    is_charge: bool,
    /// Nothing is charged before this day.
    trial_end: Option<String>,
    at: i64,
    csrf: &'a str,
}

/// What a change is reckoned with.
struct Plan2 {
    of: Standing,
    wish: Wish,
    price: String,
}

/// What is there and what is wanted; none: there is nothing to change.
async fn prepare(
    stripe: &Stripe,
    subscription: &str,
    wish: Wish,
) -> Result<Option<Plan2>, Trouble> {
    let Some(of) = change::now(stripe, subscription).await? else { return Ok(None) };
    let price = checkout::price(stripe, &wish).await?;
    Ok(Some(Plan2 { of, wish, price }))
}

pub(super) async fn show(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    Query(form): Query<Change>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let stripe = stripe(&billing)?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let wish = form.choice().wish(&known);
    let (Some(wish), Some(subscription)) = (wish, known.subscription.filter(|_| true)) else {
        return see_other(PLAN);
    };
    let many = seats(&db).await?;
    db.let_go().await?;
    let read = async {
        let Some(plan) = prepare(stripe, &subscription, wish).await? else { return Ok(None) };
        let now = clock::now();
        let preview = preview(stripe, &plan, many, now).await?;
        Ok::<_, Trouble>(Some((plan, preview)))
    };
    match read.await {
        Ok(Some((plan, preview))) => draw(ui, &plan, many, &preview, FormState::empty()),
        Ok(None) => see_other(PLAN),
        Err(trouble) => failed(&ui, trouble.into(), PLAN),
    }
}

async fn preview(
    stripe: &Stripe,
    plan: &Plan2,
    seats: u64,
    at: DateTime<Utc>,
) -> Result<Preview, Trouble> {
    if plan.of.trial_end.is_some() {
        // Nothing is charged before it ends.
        return Ok(Preview { at, due: 0, lines: vec![], tax: 0 });
    }
    let seats = i32::try_from(seats).unwrap_or(i32::MAX);
    change::preview(stripe, &plan.of, (&plan.price, seats), at).await
}

pub(super) async fn make(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Change>,
) -> Result {
    let stripe = stripe(&billing)?;
    let Ok(form) = form else {
        return Err(Error::Conflict("This can't be chosen any more. Choose a plan again.".into()));
    };
    let known = account::find(core.store.catalog(), tenant.id).await?;
    let wish = form.choice().wish(&known);
    let (Some(wish), Some(subscription)) = (wish, known.subscription.clone()) else {
        return see_other(PLAN);
    };
    let many = seats(&db).await?;
    db.let_go().await?;
    let plan = match prepare(stripe, &subscription, wish).await {
        Ok(Some(plan)) => plan,
        Ok(None) => return see_other(PLAN),
        Err(trouble) => return failed(&ui, trouble.into(), PLAN),
    };
    let (now, shown) = (clock::now(), at(form.at));
    let (holds, is_charged) = (shown <= now && now - shown <= HOLDS, plan.of.trial_end.is_none());
    let again = |text: String| FormState::empty().reject("", text);
    let answer;
    if !holds && is_charged {
        answer = again("This was reckoned a while ago. Look at it once more, please.".to_owned());
    } else {
        let seats = i32::try_from(many).unwrap_or(i32::MAX);
        match change::make(stripe, &plan.of, (&plan.price, seats), shown).await {
            Ok(()) => {
                if let Err(failure) = refresh(&core.store, stripe, &tenant).await {
                    tracing::warn!("after a change of plan: {failure}");
                }
                let said = format!("You are on {}", plan.wish.plan.name);
                return see_other_with(BILLING, &Toast::success(said));
            }
            Err(Trouble::Refused { code, .. }) if asks_bank(&code) => answer = again(ASKS.into()),
            Err(Trouble::Refused { code, .. }) if is_card(&code) => answer = again(DECLINED.into()),
            Err(trouble) => return failed(&ui, Failure::Stripe(trouble), CHANGE),
        }
    }
    match preview(stripe, &plan, many, now).await {
        Ok(preview) => draw(ui, &plan, many, &preview, answer),
        Err(trouble) => failed(&ui, trouble.into(), PLAN),
    }
}

const DECLINED: &str = "Your card was declined, so nothing was changed. Give another payment method \
                        under Billing, and try again.";
const ASKS: &str = "Your bank wants you to confirm this payment, so nothing was changed. Confirm your \
                    card once more under “Payment method” in Billing, or give another one, and try \
                    again.";

/// Words of Stripe for a card that does not pay.
fn is_card(code: &str) -> bool {
    code.starts_with("card_")
        || ["expired_card", "insufficient_funds", "resource_missing"].contains(&code)
}

/// And for one whose bank asks who pays.
fn asks_bank(code: &str) -> bool {
    code.contains("authentication") || code.contains("requires_action")
}

fn draw(ui: Ui, plan: &Plan2, seats: u64, preview: &Preview, answer: FormState) -> Result {
    let ui = ui.under("Billing", BILLING);
    let currency = Currency::of(&plan.of.currency).unwrap_or(plan.wish.currency);
    let money = |amount: i64| ui::money(amount, currency).to_string();
    let interval = plan.wish.interval.word();
    let amount = price_text(plan.wish.amount().unwrap_or_default(), plan.wish.currency);
    let before = price_text(plan.of.amount, currency);
    let name = Plan::find(&plan.of.plan).map_or(plan.of.plan.as_str(), |plan| plan.name);
    let page = Page {
        price: format!("{amount} per member a {interval}"),
        old: format!("{name}, {before} per member a {}", plan.of.period),
        seats,
        lines: preview.lines.iter().map(|(text, amount)| (text.clone(), money(*amount))).collect(),
        tax: (preview.tax != 0).then(|| money(preview.tax)),
        due: money(preview.due.abs()),
        is_charge: preview.due >= 0,
        trial_end: plan.of.trial_end.map(|end| ui.calendar().day(end).to_string()),
        at: preview.at.timestamp(),
        wish: plan.wish,
        csrf: ui.csrf(),
        answer,
    };
    let title = format!("Change to {}", plan.wish.plan.name);
    match page.answer.is_rejected() {
        true => ui.invalid(&title, &page),
        false => ui.page(&title, &page),
    }
}
