//! What the workspace has, what it pays for that, and what comes next.

use std::time::Duration;

use askama::Template;
use platform::{
    Can, Extension, Result, TenantDb, Ui, clock,
    process::{Platform, usage_lines},
    request::CurrentTenant,
    ui::{self, Calendar, Currency, Tone, UsageLine},
};

use super::{invoices::Line, within};
use crate::{
    account::{self, Model, is_in_force, refresh},
    permissions::ManageBilling,
    plan::{Plan, price_text},
    settings::Billing,
};

/// So long the page waits for Stripe: whoever looks again asks again.
const SOON: Duration = Duration::from_secs(3);
/// So many invoices are shown.
const SHOWN: u64 = 4;

/// What somebody should know first.
struct Notice {
    tone: Tone,
    title: String,
    text: String,
}

/// What can be done about the plan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Nothing can be bought here.
    Closed,
    /// What was paid is not known yet: nothing else can be bought meanwhile.
    Waiting,
    /// There is no plan that is paid.
    Buy,
    /// There is one.
    Change,
}

#[derive(Template)]
#[template(path = "billing/overview.html")]
struct Page<'a> {
    plan: &'static Plan,
    price: String,
    /// Classes and words.
    badge: Option<(&'static str, &'static str)>,
    notice: Option<Notice>,
    /// Name and value.
    facts: Vec<(&'static str, String)>,
    usage: Vec<UsageLine>,
    invoices: Vec<Line>,
    has_more: bool,
    way: Way,
    is_ending: bool,
    needs_card: bool,
    csrf: &'a str,
}

pub(super) async fn show(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let catalog = core.store.catalog();
    let mut known = account::find(catalog, tenant.id).await?;
    // Whoever waits looks again and again: then Stripe is asked, though nobody told us.
    if let (true, Some(stripe)) = (is_waiting(&known), billing.stripe()) {
        match within(SOON, refresh(&core.store, stripe, &tenant)).await {
            Ok(now) => known = now,
            Err(failure) => tracing::warn!("while somebody waits for what they paid: {failure}"),
        }
    }
    let usage = usage_lines(&core, &db).await?;
    let calendar = ui.calendar();
    let mut invoices = account::invoices(catalog, tenant.id, SHOWN + 1).await?;
    let has_more = invoices.len() as u64 > SHOWN;
    invoices.truncate(SHOWN as usize);
    let invoices = invoices.into_iter().map(|row| Line::of(row, &calendar)).collect();
    let page = Page {
        plan: known.current(),
        price: price(&known),
        badge: badge(&known),
        notice: notice(&known, &calendar).or_else(|| over(&known, &usage)),
        facts: facts(&known, &calendar),
        usage,
        invoices,
        has_more,
        way: match &known {
            _ if billing.stripe().is_none() => Way::Closed,
            known if is_waiting(known) => Way::Waiting,
            known if known.is_alive() => Way::Change,
            _ => Way::Buy,
        },
        is_ending: known.ends_at.is_some(),
        needs_card: known.trial_end.is_some() && !known.has_card,
        csrf: ui.csrf(),
    };
    ui.page("Billing", &page)
}

/// Somebody came back from paying, and what they paid is not there yet.
pub(super) fn is_waiting(known: &Model) -> bool {
    let recently = clock::now() - chrono::TimeDelta::hours(1);
    known.returned_at.is_some_and(|at| at > recently) && !is_in_force(&known.status)
}

fn currency(known: &Model) -> Currency {
    Currency::of(&known.currency).unwrap_or_else(Plan::usual_currency)
}

fn price(known: &Model) -> String {
    if !is_in_force(&known.status) {
        return known.current().summary.to_owned();
    }
    let amount = price_text(known.amount, currency(known));
    let seats = if known.seats == 1 { "1 member" } else { &format!("{} members", known.seats) };
    format!("{amount} per member a {}, {seats}", known.period)
}

fn badge(known: &Model) -> Option<(&'static str, &'static str)> {
    Some(match known.status.as_str() {
        _ if known.ends_at.is_some() => ("badge-warning", "Ends soon"),
        "trialing" => ("badge-info", "Trial"),
        "active" => ("badge-success", "Active"),
        "past_due" | "unpaid" => ("badge-error", "Payment failed"),
        "paused" => ("badge-warning", "Paused"),
        _ => return None,
    })
}

fn notice(known: &Model, calendar: &Calendar) -> Option<Notice> {
    let free = Plan::free().name;
    let plan = Plan::find(&known.plan).unwrap_or_else(Plan::free).name;
    let note = |tone, title: String, text: String| Some(Notice { tone, title, text });
    if is_waiting(known) {
        let text = "This usually takes a few seconds. You will not have to pay again.";
        return note(Tone::Info, "We are waiting for your payment".into(), text.into());
    }
    if let Some(end) = known.ends_at {
        let title = format!("{plan} ends on {}", calendar.day(end));
        let text = format!("Then the workspace is on {free}. Nothing is deleted.");
        return note(Tone::Warning, title, text);
    }
    match (known.status.as_str(), known.trial_end) {
        ("trialing", Some(end)) if !known.has_card => {
            let title = format!("Your {plan} trial ends on {}", calendar.day(end));
            let text = format!(
                "Add a card to keep {plan}: it is charged then, or at once if it was used for a \
                 trial before. Otherwise the workspace is on {free} then, and nothing is deleted."
            );
            note(Tone::Info, title, text)
        }
        ("past_due", _) => {
            let text = "Update your payment method and we will try again. Until then nothing \
                        changes for your team.";
            note(Tone::Error, "Your last payment failed".into(), text.into())
        }
        ("unpaid" | "paused", _) => {
            let text = format!(
                "The workspace is on {free} until then. Nothing is deleted. Update your payment \
                 method, or pay the open invoice below."
            );
            note(Tone::Error, format!("{plan} waits for a payment"), text)
        }
        _ => None,
    }
}

/// What somebody finds who no longer has the plan that they had.
fn over(known: &Model, usage: &[UsageLine]) -> Option<Notice> {
    let plan = known.current().name;
    let more = usage.iter().filter_map(|line| match line {
        UsageLine::Counted(label, used, Some(limit)) if used > limit => {
            Some(format!("{used} of {limit} {}", label.to_lowercase()))
        }
        _ => None,
    });
    let more: Vec<_> = more.collect();
    if !more.is_empty() {
        let title = format!("This workspace has more than {plan} includes");
        let text = format!(
            "{} are in use. Nothing is deleted, and nothing can be added until there is room.",
            more.join(" and ")
        );
        return Some(Notice { tone: Tone::Warning, title, text });
    }
    let has_ended = known.had_any && !known.is_alive();
    has_ended.then(|| Notice {
        tone: Tone::Info,
        title: "Your plan has ended".to_owned(),
        text: format!("The workspace is on {plan} now. Nothing was deleted."),
    })
}

fn facts(known: &Model, calendar: &Calendar) -> Vec<(&'static str, String)> {
    let mut facts = vec![];
    if let (Some(amount), Some(end)) = (known.next_amount, known.trial_end.or(known.period_end)) {
        let money = ui::money(amount, currency(known));
        let needs_card = known.trial_end.is_some() && !known.has_card;
        if !needs_card {
            facts.push(("Next invoice", format!("{money} on {}", calendar.day(end))));
        }
    }
    if known.is_alive() {
        let paid = if known.period == "year" { "Yearly" } else { "Monthly" };
        facts.push(("Billed", paid.to_owned()));
        let card = if known.has_card { "On file" } else { "None yet" };
        facts.push(("Payment method", card.to_owned()));
    }
    facts
}
