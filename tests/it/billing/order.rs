//! A life of a subscription, told in every order, twice, in parts and with kills in between, ends in the same.

use std::time::Duration;

use billing::{
    account::{self, Model, invoice},
    change::{self, Reason},
    checkout::{self, Wish},
    event,
    plan::{Interval, Plan},
};
use core_base::clock;
use platform::ui::Currency;
use sea_orm::{EntityTrait, sea_query::Expr};
use stripe_sandbox::{World, signature};

use super::shop::{DAY, GOOD, Site, stores};
use crate::random::Random;

/// What happened at Stripe: how the world was after each step, and what it had to tell of it.
struct Life {
    steps: Vec<(World, Vec<String>)>,
    secret: String,
    customer: String,
}

/// Bought, renewed, changed, cancelled, kept, changed back, ended.
async fn live(site: &Site) -> Life {
    let stripe = site.stripe();
    let session = site.to_checkout(&site.ana, "team", "month").await;
    site.pay(&session, GOOD);
    let mut steps = vec![step(site)];
    let id = site.subscriptions()[0].0.clone();
    let why = Reason { word: "unused".into(), comment: String::new() };
    let wish = |key| {
        let (plan, interval) = (Plan::find(key).unwrap(), Interval::Month);
        Wish { plan, interval, currency: Currency::USD }
    };
    for turn in 0..6 {
        match turn {
            0 => site.sandbox.advance(31 * DAY),
            1 | 4 => {
                let key = if turn == 1 { "business" } else { "team" };
                let price = checkout::price(&stripe, &wish(key)).await.unwrap();
                let now = change::now(&stripe, &id).await.unwrap().unwrap();
                let at = stripe_now(site);
                change::make(&stripe, &now, (&price, 2), at).await.unwrap();
            }
            2 => change::stop(&stripe, &id, &why).await.unwrap(),
            3 => change::resume(&stripe, &id).await.unwrap(),
            _ => {
                change::stop(&stripe, &id, &why).await.unwrap();
                site.sandbox.advance(40 * DAY);
            }
        }
        steps.push(step(site));
    }
    let endpoint = site.sandbox.world().all("webhook_endpoint").remove(0);
    let secret = endpoint["secret"].as_str().unwrap().to_owned();
    let customer = site.account().await.customer.unwrap();
    Life { steps, secret, customer }
}

fn stripe_now(site: &Site) -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp(site.sandbox.world().now(), 0).unwrap()
}

fn step(site: &Site) -> (World, Vec<String>) {
    let due = site.sandbox.due();
    due.iter().for_each(|message| site.sandbox.delivered(message.id, Some(200)));
    let told = due.into_iter().map(|message| message.body).collect();
    (site.sandbox.world().clone(), told)
}

/// All that is known here, without what counts how often it was written.
async fn known(site: &Site) -> (Model, Vec<invoice::Model>, String) {
    let invoices = account::invoices(site.stage.store.catalog(), site.acme.tenant.id, 99).await;
    let invoices = invoices.map_err(core_base::Error::into_anyhow).unwrap();
    let row = Model { revision: 0, read_at: None, ..site.account().await };
    (row, invoices, site.plan().await)
}

/// As if nothing had been heard yet.
async fn forget(site: &Site, life: &Life) {
    let catalog = site.stage.store.catalog();
    event::Entity::delete_many().exec(catalog).await.unwrap();
    invoice::Entity::delete_many().exec(catalog).await.unwrap();
    account::Entity::update_many()
        .col_expr(account::Column::Customer, Expr::value(&life.customer))
        .col_expr(account::Column::Status, Expr::value(""))
        .col_expr(account::Column::Plan, Expr::value(""))
        .col_expr(account::Column::HadAny, Expr::value(false))
        .exec(catalog)
        .await
        .unwrap();
}

async fn tell(site: &Site, life: &Life, body: &str) {
    let header = signature(&life.secret, body, clock::now().timestamp());
    assert_eq!(site.post(body, Some(&header)).await.status, 200);
}

/// Works on the queue, and is killed after a while; what was under way is begun again later.
async fn work(site: &Site, random: &mut Random) {
    let time = Duration::from_micros(random.below(12_000));
    let _ = tokio::time::timeout(time, site.refresh()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_order_the_end_is_the_same() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let life = live(&site).await;
        let end = &life.steps.last().unwrap().0;
        // The truth: told of all of it as it happened.
        forget(&site, &life).await;
        for (world, told) in &life.steps {
            *site.sandbox.world() = world.clone();
            for body in told {
                tell(&site, &life, body).await;
            }
            site.stage.run_jobs().await;
        }
        let truth = known(&site).await;
        assert_eq!((truth.0.status.as_str(), truth.2.as_str()), ("", ""), "it has ended");
        assert!(truth.1.len() >= 4, "{:?}", truth.1);
        for seed in 0..24 {
            let mut random = Random::of(seed);
            forget(&site, &life).await;
            let mut waiting: Vec<&String> = vec![];
            for (world, told) in &life.steps {
                *site.sandbox.world() = world.clone();
                waiting.extend(told);
                // Some are told now, some of them twice, in any order; some are never told.
                random.shuffle(&mut waiting);
                let now = random.below(waiting.len() as u64 + 1) as usize;
                for body in waiting.drain(..now).collect::<Vec<_>>() {
                    for _ in 0..=random.below(2) {
                        tell(&site, &life, body).await;
                    }
                }
                work(&site, &mut random).await;
            }
            *site.sandbox.world() = end.clone();
            let last = waiting.pop().unwrap_or(&life.steps[0].1[0]);
            tell(&site, &life, last).await;
            site.stage.run_jobs().await;
            assert_eq!(known(&site).await, truth, "seed {seed}");
        }
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_permutation_of_what_happened_on_one_day_ends_in_the_same() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let life = live(&site).await;
        let first: Vec<&String> = life.steps[1].1.iter().take(4).collect();
        *site.sandbox.world() = life.steps[1].0.clone();
        forget(&site, &life).await;
        assert!(site.refresh().await.is_ok());
        let truth = known(&site).await;
        assert_eq!(truth.2, "team");
        for order in permutations(first.len()) {
            forget(&site, &life).await;
            for at in order {
                tell(&site, &life, first[at]).await;
                tell(&site, &life, first[at]).await;
                site.stage.run_jobs().await;
            }
            assert_eq!(known(&site).await, truth);
        }
        site.stage.close().await;
    }
}

/// Of each step the last thing that was told of the subscription, in every order there is, each of them twice.
/// What is told comes after it happened, and by then more may have happened.
#[tokio::test(flavor = "multi_thread")]
async fn every_permutation_of_the_steps_of_a_life_ends_in_the_same() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let life = live(&site).await;
        let is_its = |body: &&String| body.contains("customer.subscription.");
        // Renewed, changed, cancelled, changed back, ended.
        let steps = [1, 2, 3, 5, 6].map(|at| {
            let told = life.steps[at].1.iter().rfind(is_its);
            (at, told.unwrap_or_else(|| panic!("nothing was told of step {at}")))
        });
        *site.sandbox.world() = life.steps.last().unwrap().0.clone();
        forget(&site, &life).await;
        assert!(site.refresh().await.is_ok());
        let truth = known(&site).await;
        let orders = permutations(steps.len());
        assert_eq!(orders.len(), 120);
        for order in orders {
            forget(&site, &life).await;
            let mut reached = 0;
            for place in &order {
                let (at, body) = steps[*place];
                if at > reached {
                    reached = at;
                    *site.sandbox.world() = life.steps[at].0.clone();
                }
                tell(&site, &life, body).await;
                tell(&site, &life, body).await;
                site.stage.run_jobs().await;
            }
            assert_eq!(known(&site).await, truth, "{order:?}");
        }
        site.stage.close().await;
    }
}

fn permutations(many: usize) -> Vec<Vec<usize>> {
    let mut all = vec![vec![]];
    for one in 0..many {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |at| {
                    let mut order = order.clone();
                    order.insert(at, one);
                    order
                })
            })
            .collect();
    }
    all
}
