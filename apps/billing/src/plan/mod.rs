//! A plan: what a workspace may have and what that costs, said once, in code.

mod offer;

use platform::ui::{self, Currency};

pub use offer::PLANS;

/// How often somebody pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Interval {
    /// Each month.
    Month,
    /// Each year.
    Year,
}

impl Interval {
    /// Both, in the order in which pages show them.
    pub const ALL: [Self; 2] = [Self::Month, Self::Year];

    /// The interval of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interval| interval.word() == word)
    }

    /// As it stands in keys and addresses, and as Stripe calls it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// What a member costs in one currency, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// The currency.
    pub currency: Currency,
    /// For a month.
    pub month: i64,
    /// For a year.
    pub year: i64,
}

impl Price {
    /// The amount for one of them, minor units.
    pub const fn amount(&self, interval: Interval) -> i64 {
        match interval {
            Interval::Month => self.month,
            Interval::Year => self.year,
        }
    }
}

/// What a plan says to something that apps declare by `App::limit` or `App::feature`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// So many.
    UpTo(u64),
    /// As many as they like; or, of a feature, yes.
    Unlimited,
    /// No.
    No,
}

/// A plan.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// What it is called in settings, at Stripe and in addresses, for ever.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// What a member costs, in each currency; none: it costs nothing, and Stripe never hears of it.
    pub prices: &'static [Price],
    /// Days for which it can be tried, once.
    pub trial_days: u32,
    /// What a workspace may have with it, by the keys that apps declare.
    pub grants: &'static [(&'static str, Grant)],
    /// What else is said of it, line by line, where plans are compared.
    pub includes: &'static [&'static str],
    /// Beside its name where plans are compared; empty: nothing.
    pub badge: &'static str,
    /// Can it be chosen? A plan that is given up keeps its entry, for those who pay it.
    pub is_offered: bool,
}

impl Plan {
    /// The plan with this key.
    pub fn find(key: &str) -> Option<&'static Self> {
        PLANS.iter().find(|plan| plan.key == key)
    }

    /// The plan that costs nothing.
    pub fn free() -> &'static Self {
        PLANS.iter().find(|plan| !plan.is_paid()).unwrap_or(&PLANS[0])
    }

    /// Those in which plans are sold, the usual one first.
    pub fn currencies() -> Vec<Currency> {
        let mut all = vec![];
        for price in Self::offered().flat_map(|plan| plan.prices) {
            if !all.contains(&price.currency) {
                all.push(price.currency);
            }
        }
        all
    }

    /// The one that is meant where nobody says which.
    pub fn usual_currency() -> Currency {
        Self::currencies().first().copied().unwrap_or(Currency::USD)
    }

    /// Those that can be chosen, from the smallest to the largest.
    pub fn offered() -> impl Iterator<Item = &'static Self> {
        PLANS.iter().filter(|plan| plan.is_offered)
    }

    /// What a member costs in a currency, minor units; none: it is not sold in it.
    pub fn amount(&self, currency: Currency, interval: Interval) -> Option<i64> {
        let price = self.prices.iter().find(|price| price.currency == currency)?;
        Some(price.amount(interval))
    }

    /// Does it cost something?
    pub const fn is_paid(&self) -> bool {
        !self.prices.is_empty()
    }

    /// What its product is called at Stripe.
    pub fn product_id(&self) -> String {
        format!("plan_{}", self.key)
    }

    /// By what the price of today is found at Stripe: prices of yesterday have lost it.
    pub fn lookup_key(&self, currency: Currency, interval: Interval) -> String {
        format!("{}_{}_{}", self.key, currency.code().to_lowercase(), interval.word())
    }
}

/// An amount as a price tag has it: `$8`, `$8.50`.
pub fn price_text(amount: i64, currency: Currency) -> String {
    let text = ui::money(amount, currency).to_string();
    let zeros = format!(".{}", "0".repeat(currency.digits() as usize));
    text.strip_suffix(&zeros).map_or(text.clone(), str::to_owned)
}

/// Where Stripe counts in other units than ISO 4217 does: amounts would be a hundred times too large or small.
const OTHER_UNITS: [&str; 3] = ["ISK", "MGA", "UGX"];

/// What is wrong with plans, for the developer: told by a test and by `billing sync`, not by a customer.
pub fn problems(plans: &[Plan]) -> Vec<String> {
    let mut all = vec![];
    for (at, plan) in plans.iter().enumerate() {
        let mut add = |what: &str| all.push(format!("plan {}: {what}", plan.key));
        let is_word = |text: &str| {
            !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if !is_word(plan.key) {
            add("a key is small letters and digits");
        }
        if plan.name.is_empty() || plan.summary.is_empty() {
            add("it has a name and a summary");
        }
        if plans[..at].iter().any(|other| other.key == plan.key) {
            add("another plan has this key");
        }
        for (place, price) in plan.prices.iter().enumerate() {
            if plan.prices[..place].iter().any(|other| other.currency == price.currency) {
                add("it has two prices in one currency");
            }
            if OTHER_UNITS.contains(&price.currency.code()) {
                add("Stripe counts this currency in other units: sell in another one");
            }
            if price.currency.digits() == 3 && (price.month % 10 != 0 || price.year % 10 != 0) {
                add("in a currency of three digits Stripe takes no last one: it is 0");
            }
            if price.month <= 0 || price.year <= 0 {
                add("a plan without a price has no `prices`: an amount is more than nothing");
            }
        }
        if plan.prices.is_empty() && plan.trial_days > 0 {
            add("what costs nothing needs no trial");
        }
    }
    if plans.iter().filter(|plan| !plan.is_paid()).count() != 1
        || plans.first().is_none_or(|plan| plan.is_paid() || !plan.is_offered)
    {
        all.push(
            "one plan costs nothing, and it is the first: it is what is left when somebody stops \
             paying"
                .to_owned(),
        );
    }
    let currencies = |plan: &Plan| {
        let mut all: Vec<_> =
            plan.prices.iter().map(|price| price.currency.code().to_owned()).collect();
        all.sort_unstable();
        all
    };
    let mut paid = plans.iter().filter(|plan| plan.is_paid()).map(currencies);
    if let Some(first) = paid.next()
        && paid.any(|other| other != first)
    {
        all.push("every paid plan has a price in the same currencies".to_owned());
    }
    all
}
