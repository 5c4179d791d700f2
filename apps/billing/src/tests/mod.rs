//! Plans as they are written.

mod standing;

use platform::ui::Currency;

use crate::plan::{Grant, Interval, PLANS, Plan, Price, price_text, problems};

#[test]
fn what_is_on_offer_can_be_sold() {
    assert_eq!(problems(PLANS), [""; 0]);
    assert_eq!(Plan::find("team").unwrap().name, "Team");
    assert!(Plan::find("none").is_none());
    let team = Plan::find("team").unwrap();
    assert_eq!(team.lookup_key(Currency::EUR, Interval::Year), "team_eur_year");
    // What a year costs is never more than twelve months.
    for price in PLANS.iter().flat_map(|plan| plan.prices) {
        assert!(price.year <= 12 * price.month, "{price:?}");
    }
}

#[test]
fn what_cannot_be_sold_is_named() {
    const ONE: &[Price] = &[Price { currency: Currency::USD, month: 100, year: 0 }];
    const TWICE: &[Price] = &[
        Price { currency: Currency::EUR, month: 100, year: 100 },
        Price { currency: Currency::EUR, month: 100, year: 100 },
    ];
    let plan = |key, prices, trial_days| Plan {
        key,
        name: "A",
        summary: "",
        prices,
        trial_days,
        grants: &[("projects", Grant::UpTo(1))],
        includes: &[],
        badge: "",
        is_offered: true,
    };
    let wrong = problems(&[plan("Big", ONE, 0), plan("a", TWICE, 0), plan("a", &[], 3)]);
    for said in [
        "plan Big: a key is small letters and digits",
        "plan Big: a plan without a price has no `prices`: an amount is more than nothing",
        "plan a: it has two prices in one currency",
        "plan a: another plan has this key",
        "plan a: what costs nothing needs no trial",
        "plan a: it has a name and a summary",
        "every paid plan has a price in the same currencies",
    ] {
        assert!(wrong.iter().any(|one| one == said), "{said}: {wrong:?}");
    }
    let none = problems(&[plan("a", ONE, 0)]);
    assert!(none.iter().any(|one| one.starts_with("one plan costs nothing")), "{none:?}");
}

#[test]
fn amounts_are_whole_minor_units_of_each_currency() {
    let text = |amount, code: &str| price_text(amount, Currency::of(code).unwrap());
    assert_eq!(text(800, "USD"), "$8");
    assert_eq!(text(850, "USD"), "$8.50");
    assert_eq!(text(800, "JPY"), "¥800");
    assert_eq!(
        text(2_500, "KWD"),
        "KWD 2.500".replace(' ', "\u{a0}").trim_end_matches(".500").to_owned() + ".500"
    );
    let sold = |code: &str, month, year| {
        let currency = Currency::of(code).unwrap();
        let prices: &'static [Price] = vec![Price { currency, month, year }].leak();
        let free = *Plan::free();
        problems(&[free, Plan { key: "a", prices, ..*Plan::find("team").unwrap() }])
    };
    assert_eq!(sold("JPY", 900, 9_000), [""; 0]);
    assert_eq!(sold("KWD", 2_500, 25_000), [""; 0]);
    assert_eq!(sold("KWD", 2_505, 25_000).len(), 1, "Stripe takes no fils");
    for code in ["ISK", "UGX", "MGA"] {
        assert_eq!(
            sold(code, 900, 9_000).len(),
            1,
            "{code}: Stripe counts a hundred times as many"
        );
    }
}
