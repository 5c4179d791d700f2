//! The prices: plans as cards, side by side in a table, and the questions that people have. All of it follows from the
//! plans that somebody can choose.

use askama::Template;
use platform::{
    Error, Public, Query, Result, Ui, encode_query,
    entitlements::Entitlement,
    plans::{Offered, PlanOffer, PlanPrice},
    request::CurrentSession,
    ui,
};
use serde::Deserialize;

use super::{first_step, front};
use crate::words::{HEAD, QUESTIONS};

const DESCRIPTION: &str = "What a workspace includes and what it costs: plans side by side, and \
                           answers to what people ask first.";

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Shown {
    /// `year`, or anything else: a month.
    period: String,
    currency: String,
}

/// A card of the page.
struct Card {
    name: &'static str,
    badge: &'static str,
    summary: &'static str,
    price: String,
    unit: &'static str,
    label: String,
    href: String,
    includes: Vec<String>,
}

/// What a plan says to a feature.
enum Cell {
    Yes,
    No,
    Text(String),
}

/// A choice between a few, as links: label, address, chosen.
type Links = Vec<(String, String, bool)>;

#[derive(Template)]
#[template(path = "site/pricing.html")]
struct Pricing {
    cards: Vec<Card>,
    rows: Vec<(&'static str, Vec<Cell>)>,
    periods: Links,
    /// One alone: nobody has to choose.
    currencies: Links,
}

pub(crate) async fn show(
    _: Public,
    Offered { plans, things }: Offered,
    CurrentSession(session): CurrentSession,
    Query(shown): Query<Shown>,
    ui: Ui,
) -> Result {
    let offered: Vec<&PlanOffer> = plans.offered().collect();
    if offered.is_empty() {
        return Err(Error::NotFound);
    }
    let all = offered.iter().flat_map(|plan| &plan.prices).map(|price| price.currency.as_str());
    let mut currencies: Vec<&str> = vec![];
    for currency in all {
        if !currencies.contains(&currency) {
            currencies.push(currency);
        }
    }
    let usual = currencies.first().copied().unwrap_or_default();
    let chosen = currencies.iter().find(|one| **one == shown.currency).copied().unwrap_or(usual);
    let is_year = shown.period == "year";
    let link = |period: &str, currency: &str| {
        format!("/pricing?{}", encode_query(&[("period", period), ("currency", currency)]))
    };
    let (month, year) = (link("month", chosen), link("year", chosen));
    let period = if is_year { "year" } else { "month" };
    let money =
        |currency: &&str| ((*currency).to_owned(), link(period, currency), *currency == chosen);
    let page = Pricing {
        cards: offered
            .iter()
            .map(|plan| card(plan, &things, plans.start, (chosen, is_year), session.is_some()))
            .collect(),
        rows: things.iter().filter_map(|thing| row(thing, &offered)).collect(),
        periods: vec![
            ("Monthly".to_owned(), month, !is_year),
            ("Yearly".to_owned(), year, is_year),
        ],
        currencies: currencies.iter().map(money).collect(),
    };
    ui.public(front(&plans), "Pricing", DESCRIPTION, &page)
}

fn card(
    plan: &PlanOffer,
    things: &[Entitlement],
    start: &str,
    (currency, is_year): (&str, bool),
    signed_in: bool,
) -> Card {
    let of = |price: &PlanPrice| if is_year { price.year.clone() } else { price.month.clone() };
    let price = plan.prices.iter().find(|price| price.currency == currency);
    let (unit, amount) = match price {
        None => ("forever", "Free".to_owned()),
        Some(price) if is_year => ("per member, per year", of(price)),
        Some(price) => ("per member, per month", of(price)),
    };
    let period = if is_year { "year" } else { "month" };
    let label = match (signed_in, price) {
        (true, _) => first_step(true).0.to_owned(),
        (false, None) => "Start for free".to_owned(),
        (false, Some(_)) if plan.trial_days > 0 => format!("Try {} for free", plan.name),
        (false, Some(_)) => format!("Start with {}", plan.name),
    };
    let granted = things.iter().filter_map(|thing| {
        let granted = plan.grants.get(thing.key)?;
        let label = thing.label.to_lowercase();
        Some(match (thing.is_limit(), granted) {
            (true, ..0) => format!("Unlimited {label}"),
            (true, many) => format!("Up to {many} {label}"),
            (false, 1..) => thing.label.to_owned(),
            (false, _) => return None,
        })
    });
    let trial =
        (plan.trial_days > 0).then(|| format!("{} days free, without a card", plan.trial_days));
    let includes = plan.includes.iter().map(|line| (*line).to_owned());
    Card {
        name: plan.name,
        badge: plan.badge,
        summary: plan.summary,
        price: amount,
        unit,
        label,
        href: format!(
            "{start}?{}",
            encode_query(&[("plan", plan.key), ("period", period), ("currency", currency)])
        ),
        includes: granted.chain(includes).chain(trial).collect(),
    }
}

/// What each plan says to it; none: no plan says anything.
fn row(thing: &Entitlement, plans: &[&PlanOffer]) -> Option<(&'static str, Vec<Cell>)> {
    let cell = |plan: &&PlanOffer| match (thing.is_limit(), plan.grants.get(thing.key)) {
        (true, None | Some(..0)) => Cell::Text("Unlimited".to_owned()),
        (true, Some(many)) => Cell::Text(many.to_string()),
        (false, Some(1..)) => Cell::Yes,
        (false, _) => Cell::No,
    };
    let is_told = plans.iter().any(|plan| plan.grants.contains_key(thing.key));
    is_told.then(|| (thing.label, plans.iter().map(cell).collect()))
}
