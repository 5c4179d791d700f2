//! Choosing a plan: what each has and costs, and the way to try it, to pay for it, or to change to it.

use std::sync::Arc;

use askama::Template;
use platform::{
    Can, Extension, Form, Member, Query, Result, Submitted, TenantDb, Ui, encode_query,
    process::{Platform, Services},
    request::CurrentTenant,
    see_other, see_other_with,
    ui::{self, Currency, Errors, FormState, Toast},
    workspaces::Tenant,
};
use serde::Deserialize;

use super::{BILLING, CANCEL, CHANGE, PLAN, failed, in_time, overview::is_waiting, stripe};
use crate::{
    account::{self, Failure, Model},
    checkout::{self, Wish},
    jobs::BeginTrial,
    permissions::ManageBilling,
    plan::{Interval, Plan, price_text},
    seats,
    settings::Billing,
    stripe::{Stripe, Trouble},
    trial::{self, Claim},
};

const TITLE: &str = "Choose a plan";

/// What somebody chooses. Words alone: what it costs is looked up.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Choice {
    pub(super) plan: String,
    pub(super) interval: String,
    pub(super) currency: String,
    /// `trial`, or anything else: to pay.
    pub(super) way: String,
}

impl Form for Choice {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(self.offered().is_some(), "plan", "Choose a plan.");
        let interval = Interval::of(&self.interval).is_some();
        errors.ensure(interval, "interval", "Choose how often you pay.");
        let mut all = Plan::currencies().into_iter();
        let currency = self.currency.is_empty() || all.any(|one| one.code() == self.currency);
        errors.ensure(currency, "currency", "Choose a currency from the list.");
        let way = matches!(&*self.way, "" | "pay" | "trial");
        errors.ensure(way, "way", "Choose to try it or to pay.");
    }
}

impl Choice {
    fn offered(&self) -> Option<&'static Plan> {
        Plan::offered().find(|plan| plan.key == self.plan)
    }

    /// What is wanted; none: the plan costs nothing.
    pub(super) fn wish(&self, known: &Model) -> Option<Wish> {
        let plan = self.offered().filter(|plan| plan.is_paid())?;
        let interval = Interval::of(&self.interval)?;
        // Whoever pays already goes on in the same currency: Stripe takes no other.
        let currency = Currency::of(&known.currency).or_else(|| Currency::of(&self.currency));
        let currency = currency.filter(|currency| plan.amount(*currency, interval).is_some());
        Some(Wish { plan, interval, currency: currency.unwrap_or_else(Plan::usual_currency) })
    }
}

/// A plan as a card.
pub(super) struct Card {
    pub(super) plan: &'static Plan,
    pub(super) price: String,
    pub(super) note: &'static str,
    pub(super) is_chosen: bool,
}

#[derive(Template)]
#[template(path = "billing/choose.html")]
struct Page<'a> {
    answer: FormState,
    cards: Vec<Card>,
    /// Value and label.
    intervals: Vec<(&'static str, &'static str)>,
    currencies: Vec<(String, String)>,
    /// Days for which a plan can be tried; none: not any more.
    trial_days: Option<u32>,
    /// There is a subscription: this changes it.
    is_alive: bool,
    seats: u64,
    csrf: &'a str,
}

pub(super) async fn show(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    Query(choice): Query<Choice>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    stripe(&billing)?;
    let known = account::find(core.store.catalog(), tenant.id).await?;
    if is_waiting(&known) {
        // Nobody buys it twice while the first is on its way.
        return see_other(BILLING);
    }
    let plan = match choice.offered() {
        Some(plan) => plan.key,
        None => next_after(known.current().key),
    };
    let interval = Interval::of(&choice.interval).or(known.interval()).unwrap_or(Interval::Month);
    let answer = FormState::empty()
        .with("plan", plan)
        .with("interval", interval.word())
        .with("currency", Plan::usual_currency().code());
    draw(&core, &who.member, (&db, known), ui, answer).await
}

/// The plan above this one, or this one where there is none.
fn next_after(key: &'static str) -> &'static str {
    let mut above = Plan::offered().skip_while(|plan| plan.key != key).skip(1);
    above.next().map_or(key, |plan| plan.key)
}

pub(super) async fn choose(
    who: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Choice>,
) -> Result {
    let (stripe, catalog) = (stripe(&billing)?, core.store.catalog());
    let known = account::find(catalog, tenant.id).await?;
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            return draw(&core, &who.member, (&db, known), ui, answer).await;
        }
    };
    if is_waiting(&known) {
        return see_other(BILLING);
    }
    let Some(wish) = form.wish(&known) else {
        return see_other(if known.is_alive() { CANCEL } else { BILLING });
    };
    if known.is_alive() {
        let query = [("plan", wish.plan.key), ("interval", wish.interval.word())];
        return see_other(format!("{CHANGE}?{}", encode_query(&query)));
    }
    let seats = seats::count(&db).await?;
    db.let_go().await?;
    if form.way == "trial" {
        return match try_it(&core, stripe, &tenant, &who.member, &wish, seats).await? {
            Tried::Yes => {
                let said = format!("Your {} trial has begun", wish.plan.name);
                see_other_with(BILLING, &Toast::success(said))
            }
            Tried::Later => {
                let said = format!("Your {} trial is being set up", wish.plan.name);
                let text = "Our payment provider does not answer right now. It will be here soon.";
                see_other_with(BILLING, &Toast::new(ui::Tone::Info, said).text(text))
            }
            Tried::Spent => {
                let answer = FormState::empty()
                    .with("plan", wish.plan.key)
                    .with("interval", wish.interval.word())
                    .with("currency", wish.currency.code())
                    .reject("", SPENT);
                draw(&core, &who.member, (&db, known), ui, answer).await
            }
            Tried::Refused(trouble) => failed(&ui, trouble.into(), PLAN),
        };
    }
    let email = &who.member.email;
    match in_time(checkout::begin(&core.store, stripe, &tenant, email, &wish, seats)).await {
        Ok(url) => see_other(url),
        Err(failure) => failed(&ui, failure, PLAN),
    }
}

const SPENT: &str = "There is one free trial for each workspace and person, and it was used. You \
                     can start paying now, and cancel at any time.";

/// What became of a trial.
pub(super) enum Tried {
    /// It has begun.
    Yes,
    /// It will, as soon as Stripe answers.
    Later,
    /// There is no trial left.
    Spent,
    /// Stripe says no.
    Refused(Trouble),
}

/// Begins a trial; where Stripe is away, a job does.
pub(super) async fn try_it(
    core: &Services,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
    who: &Member,
    wish: &Wish,
    seats: u64,
) -> Result<Tried> {
    let job = BeginTrial {
        workspace: tenant.id,
        user: who.user,
        plan: wish.plan.key.to_owned(),
        interval: wish.interval.word().to_owned(),
        currency: wish.currency.code().to_owned(),
        seats,
    };
    if trial::claim(&core.store, who.user, job).await? == Claim::Spent {
        return Ok(Tried::Spent);
    }
    let begun = trial::begin(&core.store, stripe, tenant, (&who.email, wish, seats));
    match in_time(begun).await {
        // It was this workspace's, and it is over.
        Ok(now) if !now.is_alive() => Ok(Tried::Spent),
        Ok(_) => Ok(Tried::Yes),
        Err(Failure::Ours(error)) => Err(error),
        Err(Failure::Stripe(Trouble::Away(why))) => {
            tracing::warn!("a trial waits for Stripe: {why}");
            Ok(Tried::Later)
        }
        Err(Failure::Stripe(trouble)) => Ok(Tried::Refused(trouble)),
    }
}

/// The plans as cards.
pub(super) fn cards(known: Option<&Model>, chosen: &str, currency: Currency) -> Vec<Card> {
    let card = |plan: &'static Plan| {
        let is_current = known.is_some_and(|known| known.current().key == plan.key);
        if let Some(known) = known.filter(|_| is_current && plan.is_paid()) {
            // What they pay, whatever others pay today.
            let amount = price_text(known.amount, currency);
            let price = format!("{amount} per member a {}", known.period);
            return Card { plan, price, note: "Your plan now", is_chosen: plan.key == chosen };
        }
        let month = plan.amount(currency, Interval::Month);
        let year = plan.amount(currency, Interval::Year);
        let price = match month.zip(year) {
            None => "Free".to_owned(),
            Some((month, year)) => {
                let (month, year) = (price_text(month, currency), price_text(year, currency));
                format!("{month} per member a month, or {year} a year")
            }
        };
        let note = if is_current { "Your plan now" } else { "" };
        Card { plan, price, note, is_chosen: plan.key == chosen }
    };
    Plan::offered().map(card).collect()
}

async fn draw(
    core: &Services,
    who: &Member,
    (db, known): (&TenantDb, Model),
    ui: Ui,
    answer: FormState,
) -> Result {
    let (ui, is_alive) = (ui.under("Billing", BILLING), known.is_alive());
    let is_open = trial::is_open(core.store.catalog(), &known, who.user).await?;
    let days = Plan::offered().map(|plan| plan.trial_days).max().unwrap_or(0);
    let own = Currency::of(&known.currency);
    let currencies = own.map_or_else(Plan::currencies, |own| vec![own]);
    let shown = own.or_else(|| Currency::of(answer.value("currency")));
    let page = Page {
        cards: cards(
            Some(&known),
            answer.value("plan"),
            shown.unwrap_or_else(Plan::usual_currency),
        ),
        intervals: vec![("month", "Monthly"), ("year", "Yearly")],
        currencies: currencies
            .iter()
            .map(|currency| (currency.code().to_owned(), currency.code().to_owned()))
            .collect(),
        trial_days: (is_open && !is_alive && days > 0).then_some(days),
        is_alive,
        seats: seats::count(db).await?,
        csrf: ui.csrf(),
        answer,
    };
    let wrong = page.answer.is_rejected();
    if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
}
