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

use super::{BILLING, PLAN, choose::Choice, failed, in_time, look_later, stripe, unsure};
use crate::{
    account::{self, Failure, Standing, refresh},
    change::{self, Preview},
    checkout::{self, Wish},
    permissions::ManageBilling,
    plan::{Interval, Plan, price_text},
    seats,
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
    /// For when the page worked it out, seconds.
    at: i64,
    /// The members it counted, and what it came to. Compared with what it comes to now, and never used.
    seats: u64,
    due: i64,
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
    due: String,
    /// It is charged now.
    is_charge: bool,
    /// What is left as credit for later invoices.
    credit: Option<String>,
    /// Minor units.
    due_minor: i64,
    /// Nothing is charged before this day.
    trial_end: Option<String>,
    at: i64,
    csrf: &'a str,
}

/// What a change is worked out from.
struct Reckoning {
    of: Standing,
    wish: Wish,
    price: String,
}

impl Reckoning {
    fn already(&self) -> Result {
        let said = format!("You are on {} already", self.wish.plan.name);
        see_other_with(BILLING, &Toast::new(ui::Tone::Info, said))
    }

    /// There is nothing to change.
    fn is_same(&self, seats: u64) -> bool {
        let has_seats = i32::try_from(seats).is_ok_and(|seats| seats == self.of.seats);
        let is_plan = self.of.plan == self.wish.plan.key && self.of.ends_at.is_none();
        is_plan && has_seats && self.of.period == self.wish.interval.word()
    }
}

/// What is there and what is wanted; none: there is nothing to change.
async fn prepare(
    stripe: &Stripe,
    subscription: &str,
    wish: Wish,
) -> Result<Option<Reckoning>, Trouble> {
    let Some(of) = change::now(stripe, subscription).await? else { return Ok(None) };
    let price = checkout::price(stripe, &wish).await?;
    Ok(Some(Reckoning { of, wish, price }))
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
    let (Some(wish), Some(subscription)) = (wish, known.subscription.clone()) else {
        return see_other(PLAN);
    };
    let many = seats::count(&db).await?;
    db.let_go().await?;
    let read = async {
        let Some(plan) = prepare(stripe, &subscription, wish).await? else { return Ok(None) };
        let now = clock::now();
        let preview = match plan.is_same(many) {
            true => Preview::nothing(now),
            false => preview(stripe, &plan, many, now).await?,
        };
        Ok(Some((plan, preview)))
    };
    match in_time(read).await {
        Ok(Some((plan, _))) if plan.is_same(many) => plan.already(),
        Ok(Some((plan, preview))) => draw(ui, &plan, many, &preview, FormState::empty()),
        Ok(None) => see_other(PLAN),
        Err(failure) => failed(&ui, failure, PLAN),
    }
}

async fn preview(
    stripe: &Stripe,
    plan: &Reckoning,
    seats: u64,
    at: DateTime<Utc>,
) -> Result<Preview, Trouble> {
    if plan.of.trial_end.is_some() {
        // Nothing is charged before it ends.
        return Ok(Preview::nothing(at));
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
    let many = seats::count(&db).await?;
    db.let_go().await?;
    let (now, shown) = (clock::now(), at(form.at));
    let prepared = async {
        let Some(plan) = prepare(stripe, &subscription, wish).await? else { return Ok(None) };
        // As it was worked out for the page, to see whether it still comes to that.
        let again = match plan.is_same(many) {
            true => Preview::nothing(shown),
            false => preview(stripe, &plan, many, shown).await?,
        };
        Ok(Some((plan, again)))
    };
    let (plan, again) = match in_time(prepared).await {
        // Sent twice.
        Ok(Some((plan, _))) if plan.is_same(many) => return plan.already(),
        Ok(Some(both)) => both,
        Ok(None) => return see_other(PLAN),
        Err(failure) => return failed(&ui, failure, PLAN),
    };
    let is_charged = plan.of.trial_end.is_none();
    let holds = shown <= now && now - shown <= HOLDS;
    let is_same = (form.seats, form.due) == (many, again.due);
    let reject = |text: &str| FormState::empty().reject("", text);
    let answer = if is_charged && !(holds && is_same) {
        reject(OTHER)
    } else {
        look_later(&core, tenant.id).await?;
        let seats = i32::try_from(many).unwrap_or(i32::MAX);
        let made = async { Ok(change::make(stripe, &plan.of, (&plan.price, seats), shown).await?) };
        match in_time(made).await {
            Ok(()) => {
                if let Err(failure) = in_time(refresh(&core.store, stripe, &tenant)).await {
                    tracing::warn!("after a change of plan: {failure}");
                }
                let said = format!("You are on {}", plan.wish.plan.name);
                return see_other_with(BILLING, &Toast::success(said));
            }
            Err(Failure::Stripe(Trouble::Refused { code, .. })) if asks_bank(&code) => reject(ASKS),
            Err(Failure::Stripe(Trouble::Refused { code, .. })) if is_card(&code) => {
                reject(DECLINED)
            }
            Err(failure) => return unsure(&ui, failure, BILLING),
        }
    };
    let fresh = async { Ok(preview(stripe, &plan, many, now).await?) };
    match in_time(fresh).await {
        Ok(preview) => draw(ui, &plan, many, &preview, answer),
        Err(failure) => failed(&ui, failure, PLAN),
    }
}

const OTHER: &str = "What it costs has changed since this page was loaded. Check it and confirm \
                     again.";
const DECLINED: &str = "Your card was declined, so nothing was changed. Give another payment method \
                        under Billing, and try again.";
const ASKS: &str = "Your bank wants you to confirm this payment, so nothing was changed. Confirm your \
                    card once more under “Payment method” in Billing, or give another one, and try \
                    again.";

/// Words of Stripe for a card that does not pay.
fn is_card(code: &str) -> bool {
    code.starts_with("card_") || ["expired_card", "insufficient_funds"].contains(&code)
}

/// And for one whose bank asks who pays.
fn asks_bank(code: &str) -> bool {
    code.contains("authentication") || code.contains("requires_action")
}

fn draw(ui: Ui, plan: &Reckoning, seats: u64, preview: &Preview, answer: FormState) -> Result {
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
        due: money(preview.due),
        is_charge: preview.due > 0,
        credit: (preview.credit > 0).then(|| money(preview.credit)),
        due_minor: preview.due,
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
