//! What is sold here is made known to Stripe, as often as one likes, whatever goes wrong on the way.

use std::collections::BTreeSet;

use billing::{
    plan::{PLANS, Plan, Price, problems},
    stripe::Trouble,
    sync::{Step, apply, compare},
};
use platform::ui::Currency;
use serde_json::json;
use stripe_sandbox::{Faults, Request};

use super::Shop;

impl Shop {
    /// All that has to be done, done.
    async fn sync(&self, plans: &'static [Plan]) -> Result<Vec<String>, Trouble> {
        let mut words = vec![];
        for step in compare(&self.stripe, plans).await? {
            apply(&self.stripe, &step).await?;
            words.push(step.words());
        }
        Ok(words)
    }

    /// The lookup keys of prices that are on offer, with their amounts.
    fn offered(&self) -> BTreeSet<(String, i64)> {
        let text = |one: &serde_json::Value| one["lookup_key"].as_str().unwrap().to_owned();
        let amount = |one: &serde_json::Value| one["unit_amount"].as_i64().unwrap();
        self.active("price").iter().map(|one| (text(one), amount(one))).collect()
    }

    /// One call of the API, by hand.
    fn call(&self, method: &str, path: &str, body: &str) -> serde_json::Value {
        let answer = self.sandbox.api(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            body: body.to_owned(),
            authorization: "Bearer sk_test_1".to_owned(),
            ..Request::default()
        });
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }
}

/// The same plans, one of them changed.
fn changed(change: impl Fn(&mut Plan)) -> &'static [Plan] {
    let mut plans = PLANS.to_vec();
    plans.iter_mut().for_each(change);
    plans.leak()
}

/// Plans whose monthly price for a team is another one.
fn dearer() -> &'static [Plan] {
    changed(|plan| {
        if plan.key == "team" {
            let dearer = |price: &Price| Price { month: price.month + 100, ..*price };
            plan.prices = plan.prices.iter().map(dearer).collect::<Vec<_>>().leak();
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sold_is_known_after_one_run_and_the_next_does_nothing() {
    let shop = Shop::open().await;
    let words = shop.sync(PLANS).await.unwrap();
    assert_eq!(words.len(), 2 + 8, "{words:?}");
    assert!(words.contains(&"+ price team_usd_month: $8.00".to_owned()), "{words:?}");
    assert!(words.contains(&"+ price business_eur_year: €160.00".to_owned()), "{words:?}");
    assert_eq!(shop.active("product").len(), 2, "what costs nothing is nothing to Stripe");
    let calls = shop.calls();
    assert_eq!(shop.sync(PLANS).await.unwrap(), [""; 0]);
    assert_eq!(shop.calls(), calls, "nothing was sent that changes anything");
    // Somebody renames a product and puts one away by hand.
    shop.call("POST", "/products/plan_team", "name=Teem");
    shop.call("POST", "/products/plan_business", "active=false");
    let words = shop.sync(PLANS).await.unwrap();
    assert_eq!(words, ["~ product team", "~ product business"]);
    assert_eq!(shop.sync(PLANS).await.unwrap(), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_changes_is_replaced_and_who_pays_the_old_one_keeps_it() {
    let shop = Shop::open().await;
    shop.sync(PLANS).await.unwrap();
    let old = shop.active("price").into_iter().find(|one| one["lookup_key"] == "team_usd_month");
    let old = old.unwrap()["id"].as_str().unwrap().to_owned();
    let customer = shop.call("POST", "/customers", "email=ana@x.example");
    let customer = customer["id"].as_str().unwrap();
    let attach = format!("customer={customer}");
    let card = shop.call("POST", "/payment_methods/pm_card_visa/attach", &attach);
    let card = card["id"].as_str().unwrap();
    let of = format!("customer={customer}&items[0][price]={old}&default_payment_method={card}");
    let of = shop.call("POST", "/subscriptions", &of)["id"].as_str().unwrap().to_owned();

    let words = shop.sync(dearer()).await.unwrap();
    let replaced =
        format!("~ price team_usd_month: $8.00 becomes $9.00; subscribers on {old} keep it");
    assert_eq!(words.len(), 2, "{words:?}");
    assert!(words.contains(&replaced), "{words:?}");
    assert_eq!(shop.sync(dearer()).await.unwrap(), [""; 0]);
    assert!(shop.offered().contains(&("team_usd_month".to_owned(), 900)));
    assert_eq!(shop.offered().len(), 8);
    let kept = shop.sandbox.world().find("price", &old).unwrap();
    assert_eq!((&kept["active"], &kept["unit_amount"]), (&json!(false), &json!(800)));
    shop.sandbox.advance(40 * 86_400);
    let paid = stripe_sandbox::ledger(&shop.sandbox.world());
    assert_eq!(paid["usd"]["taken"], 2 * 800, "the second month costs what the first did");
    let of = shop.sandbox.world().find("subscription", &of).unwrap();
    assert_eq!(of["items"]["data"][0]["price"]["id"], json!(old));

    // And back: a new price again, never the old one.
    shop.sync(PLANS).await.unwrap();
    assert!(shop.offered().contains(&("team_usd_month".to_owned(), 800)));
    assert_eq!(shop.sandbox.world().find("price", &old).unwrap()["active"], json!(false));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_longer_on_offer_is_put_away() {
    let shop = Shop::open().await;
    shop.sync(PLANS).await.unwrap();
    let in_dollars = changed(|plan| {
        let kept = plan.prices.iter().filter(|price| price.currency == Currency::USD).copied();
        plan.prices = kept.collect::<Vec<_>>().leak();
    });
    assert!(problems(in_dollars).is_empty());
    let steps = compare(&shop.stripe, in_dollars).await.unwrap();
    assert_eq!(steps.len(), 4);
    assert!(steps.iter().all(|step| matches!(step, Step::RetirePrice { .. })), "{steps:?}");
    shop.sync(in_dollars).await.unwrap();
    assert_eq!(shop.offered().len(), 4);
    // Prices of somebody else's products are none of ours.
    let other = shop.call("POST", "/products", "name=Mugs");
    let mug = format!(
        "product={}&currency=usd&unit_amount=900&lookup_key=mug",
        other["id"].as_str().unwrap()
    );
    shop.call("POST", "/prices", &mug);
    assert_eq!(shop.sync(in_dollars).await.unwrap(), [""; 0]);
}

/// Stripe fails at each place of the way, before the deed or after it: whoever runs it again has everything once.
#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_on_the_way_nothing_is_there_twice() {
    for place in 0..10 {
        for fault in [503, 0] {
            let shop = Shop::open().await;
            let plans = PLANS;
            let mut steps = compare(&shop.stripe, plans).await.unwrap();
            let at = place;
            let rest = steps.split_off(at);
            for step in &steps {
                apply(&shop.stripe, step).await.unwrap();
            }
            let many = 1 + place % 3;
            let faults = Faults { calls: vec![fault; many], ..Faults::default() };
            shop.sandbox.world().set_faults(faults);
            let done = apply(&shop.stripe, &rest[0]).await;
            // What was done and not heard of is told to whoever asks again with its key.
            assert_eq!(done.is_err(), fault == 503 && many == 3, "{fault} {many} times: {done:?}");
            shop.sandbox.world().set_faults(Faults::default());
            shop.sync(plans).await.unwrap();
            assert_eq!(shop.sync(plans).await.unwrap(), [""; 0]);
            let world = shop.sandbox.world();
            let count = |kind: &str| world.all(kind).len();
            let all = [count("product"), count("price")];
            assert_eq!(all, [2, 8], "{fault} at step {at}, {many} times");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_run_it_at_once_make_one_of_each() {
    let shop = Shop::open().await;
    let steps = compare(&shop.stripe, PLANS).await.unwrap();
    let run = async || {
        for step in &steps {
            apply(&shop.stripe, step).await.unwrap();
        }
    };
    tokio::join!(run(), run(), run());
    let world = shop.sandbox.world();
    let count = |kind: &str| world.all(kind).len();
    assert_eq!([count("product"), count("price")], [2, 8]);
}

/// A run that broke off between a new price and the end of the old one.
#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_was_replaced_is_put_away_by_the_next_run() {
    let shop = Shop::open().await;
    shop.sync(PLANS).await.unwrap();
    let old = shop.active("price").into_iter().find(|one| one["lookup_key"] == "team_usd_month");
    let old = old.unwrap()["id"].as_str().unwrap().to_owned();
    let new = "product=plan_team&currency=usd&unit_amount=900&recurring[interval]=month\
               &lookup_key=team_usd_month&transfer_lookup_key=true";
    shop.call("POST", "/prices", new);
    let words = shop.sync(dearer()).await.unwrap();
    assert!(
        words.contains(&format!("- price {old}: replaced; its subscribers keep it")),
        "{words:?}"
    );
    assert_eq!(shop.sandbox.world().find("price", &old).unwrap()["active"], json!(false));
    assert_eq!(shop.sync(dearer()).await.unwrap(), [""; 0]);
}

/// Stripe remembers an error of its own for a day: whoever runs it again an hour later is not stuck with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_error_that_stripe_remembers_is_got_over() {
    let shop = Shop::open().await;
    let steps = compare(&shop.stripe, PLANS).await.unwrap();
    shop.sandbox.world().set_faults(Faults { calls: vec![500], ..Faults::default() });
    let failed = apply(&shop.stripe, &steps[0]).await;
    assert!(matches!(failed, Err(Trouble::Away(_))), "{failed:?}");
    core_base::clock::set_ahead(chrono::TimeDelta::minutes(61));
    assert_eq!(shop.sync(PLANS).await.unwrap().len(), 10);
    core_base::clock::set_ahead(chrono::TimeDelta::zero());
}
