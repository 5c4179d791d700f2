//! `kill -9` of the site while it follows what happens at Stripe, and while somebody buys.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use axum::http::Method;
use billing::{account, endpoint, event, stripe::Stripe};
use core_db::Store;
use core_testing::{Actor, Home, StoreKind, core_stores};
use sea_orm::EntityTrait;
use stripe_sandbox::{Message, Request, Sandbox};

use super::{
    agreement::assert_all_agrees,
    browser::{Door, Places, alive, log_in},
    jobs::leases_end,
    program::{PATIENCE, groundwork, run},
    site::Site,
};
use crate::{
    billing::shop::{DAY, GOOD, quiet_sandbox, session_of},
    random::Random,
};

const RUNS: usize = 20;
/// Each needs a workspace and a start of its own.
const PURCHASES: usize = 10;
const PASSWORD: &str = "the kettle sings at noon";

#[tokio::test(flavor = "multi_thread")]
async fn twenty_kills_amid_a_life_at_stripe_end_in_what_stripe_says() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let (home, sandbox, at) = selling(kind).await;
        let (door, mut random) = (Door::default(), Random::new());
        let mut site = Site::start(&home);
        door.lead_to(&site);
        let usual = buy(&home, &door, &sandbox).await;
        let mut under_way = 0;
        for number in 0..RUNS {
            happen(&sandbox, number);
            let told = told_twice(&sandbox, &mut random);
            let wait = random.while_below(usual);
            let (answers, ()) =
                tokio::join!(tell(&home, &door, &told), site.kill_after(wait, &home));
            let is_told = answers.iter().all(|status| *status == 200);
            under_way += usize::from(!is_told || unhandled(&home).await > 0);
            leases_end(&home).await;
            site = Site::start(&home);
            door.lead_to(&site);
            // What was not accepted is told again, as Stripe would.
            let left: Vec<_> =
                told.into_iter().zip(answers).filter(|(_, status)| *status != 200).collect();
            let left: Vec<_> = left.into_iter().map(|(message, _)| message).collect();
            assert!(tell(&home, &door, &left).await.iter().all(|status| *status == 200));
            all_is_handled(&home).await;
            let when = format!("round {number}, killed after {wait:?}");
            assert_agrees(&home, &sandbox, &at, &when).await;
        }
        eprintln!("{under_way} kills came before all was dealt with");
        assert!(under_way > 0, "no kill came in time");
        assert_all_agrees(&home, "in the end").await;
        site.end();
        home.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_kills_amid_purchases_leave_one_subscription_that_was_paid_once() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let (home, sandbox, _) = selling(kind).await;
        let (door, mut random, mut places) = (Door::default(), Random::new(), Places::default());
        let mut usual = Duration::ZERO;
        for number in 0..PURCHASES + 2 {
            let slug = format!("shop{number}");
            found(&home, &slug);
            let site = Site::start(&home);
            door.lead_to(&site);
            let buyer = Buyer::new(&home, &door, &slug).await;
            if number < 2 {
                let start = Instant::now();
                buyer.go_on(&sandbox).await.unwrap();
                usual = start.elapsed();
                site.end();
                continue;
            }
            let wait = random.while_below(usual);
            let (_, ()) = tokio::join!(buyer.go_on(&sandbox), site.kill_after(wait, &home));
            places.count(buyer.place.get());
            leases_end(&home).await;
            let site = Site::start(&home);
            door.lead_to(&site);
            buyer.go_on(&sandbox).await.unwrap();
            let told = due(&sandbox);
            assert!(tell(&home, &door, &told).await.iter().all(|status| *status == 200));
            all_is_handled(&home).await;
            let when = format!("{slug}, killed after {wait:?}");
            let live = sandbox.world().all("subscription");
            let live = live.iter().filter(|one| one["status"] == "active").count();
            assert_eq!(live, number + 1, "{when}: one subscription each");
            let paid = stripe_sandbox::ledger(&sandbox.world())["usd"]["payments"].clone();
            let kept = paid.as_array().unwrap().iter().filter(|one| one["refunded"] == 0).count();
            assert_eq!(kept, number + 1, "{when}: each paid once");
            site.end();
        }
        places.print();
        home.close().await.unwrap();
    }
}

/// Somebody who buys a plan for a workspace.
struct Buyer {
    browser: Actor,
    acme: String,
    /// What they are at.
    place: Cell<&'static str>,
}

impl Buyer {
    async fn new(home: &Home, door: &Door, slug: &str) -> Self {
        let browser = door.visitor(home);
        log_in(&browser, "/login", "ada@example.test", PASSWORD).await.unwrap();
        let acme = home.config.workspace_origin(slug);
        assert_eq!(browser.go(&format!("{acme}/")).await.status, 200);
        Self { browser, acme, place: Cell::new("choosing") }
    }

    /// From wherever they are to a plan that is paid. `None`: the site died.
    async fn go_on(&self, sandbox: &Sandbox) -> Option<()> {
        let overview = format!("{}/settings/billing", self.acme);
        let page = alive(self.browser.get(&overview).await)?;
        // Whoever has paid and was cut off sees so on the page, and does not pay again.
        if !page.text.contains("Change plan") {
            self.place.set("choosing");
            let leads_to = choose(&self.browser, &self.acme).await?;
            self.place.set("coming back");
            // Within the site: what was paid before has become known meanwhile.
            if !leads_to.starts_with('/') {
                let back = pay(sandbox, &session_of(&leads_to));
                let back = alive(self.browser.get(&back).await)?;
                let first = alive(self.browser.follow(back).await)?;
                assert_eq!(first.status, 200, "{}", first.words());
            }
        }
        self.place.set("done");
        let page = alive(self.browser.get(&overview).await)?;
        assert!(page.text.contains("Change plan"), "{}", page.words());
        Some(())
    }
}

/// A site that sells, with a workspace; its sandbox, and where that answers.
async fn selling(kind: StoreKind) -> (Home, Sandbox, String) {
    let (sandbox, at) = quiet_sandbox().await;
    let home = Home::new(kind, &[("STRIPE_BASE_URL", &at)]).await.unwrap();
    core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
    found_acme(&home).await;
    run(groundwork(), &home, &["billing", "sync"]);
    (home, sandbox, at)
}

/// The owner's workspace.
async fn found_acme(home: &Home) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let owner = accounts::user::create(store.catalog(), "ada@example.test", "Ada", PASSWORD).await;
    owner.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    drop(store);
    found(home, "acme");
}

fn found(home: &Home, slug: &str) {
    let create = ["tenant", "create", slug, "--name", slug, "--owner", "ada@example.test"];
    run(groundwork(), home, &create);
}

/// Ada buys a plan on the pages. Gives how long the site takes for what Stripe tells of it.
async fn buy(home: &Home, door: &Door, sandbox: &Sandbox) -> Duration {
    let ada = door.visitor(home);
    log_in(&ada, "/login", "ada@example.test", PASSWORD).await.unwrap();
    let acme = home.config.workspace_origin("acme");
    assert_eq!(ada.go(&format!("{acme}/")).await.status, 200);
    let session = session_of(&choose(&ada, &acme).await.unwrap());
    let back = ada.get(&pay(sandbox, &session)).await;
    assert!(matches!(back.status, 200 | 303), "{}", back.words());
    let start = Instant::now();
    let told = due(sandbox);
    assert!(tell(home, door, &told).await.iter().all(|status| *status == 200));
    all_is_handled(home).await;
    start.elapsed()
}

/// Pays at a Checkout. Gives where that leads.
fn pay(sandbox: &Sandbox, session: &str) -> String {
    let page = sandbox.page("POST", &format!("/pay/{session}"), &format!("card={GOOD}"));
    page.location.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&page.body)))
}

/// Chooses a plan, and gives where that leads; `None`: the site died.
async fn choose(ada: &Actor, acme: &str) -> Option<String> {
    let page = alive(ada.get(&format!("{acme}/settings/billing/plan")).await)?;
    let form = page.form("/settings/billing/plan");
    let fields = [("plan", "team"), ("interval", "month"), ("way", "pay")];
    let sent = alive(ada.submit(&form, &fields).await)?;
    assert_eq!(sent.status, 303, "{}", sent.words());
    Some(sent.location().to_owned())
}

/// Something at Stripe: a renewal, a card that fails, one that pays, an end, a second thought, a price.
fn happen(sandbox: &Sandbox, number: usize) {
    let ask = |method: &str, path: &str, body: String| {
        let (method, path) = (method.to_owned(), path.to_owned());
        let authorization = "Bearer sk_test_x".to_owned();
        let answer =
            sandbox.api(&Request { method, path, body, authorization, ..Request::default() });
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str::<serde_json::Value>(&answer.body).unwrap()
    };
    let one = sandbox.world().all("subscription").remove(0);
    let path = format!("/subscriptions/{}", one["id"].as_str().unwrap());
    let pays_with = |token: &str| {
        let customer = format!("customer={}", one["customer"].as_str().unwrap());
        let card = ask("POST", &format!("/payment_methods/{token}/attach"), customer);
        let method = format!("default_payment_method={}", card["id"].as_str().unwrap());
        ask("POST", &path, method);
    };
    // A while into the next period; a card that fails then is tried again in three days.
    let end = one["items"]["data"][0]["current_period_end"].as_i64().unwrap();
    let renewed = end - sandbox.world().now() + 3_600;
    match number % 5 {
        0 => sandbox.advance(renewed),
        1 => drop(ask("POST", &path, "cancel_at_period_end=true".to_owned())),
        2 => drop(ask("POST", &path, "cancel_at_period_end=false".to_owned())),
        3 => {
            pays_with("pm_card_chargeCustomerFail");
            sandbox.advance(renewed);
        }
        _ => {
            pays_with("pm_card_visa");
            sandbox.advance(6 * DAY);
        }
    }
}

fn due(sandbox: &Sandbox) -> Vec<Message> {
    let due = sandbox.due();
    due.iter().for_each(|message| sandbox.delivered(message.id, Some(200)));
    due
}

/// All that Stripe has to tell, in any order, some of it twice.
fn told_twice(sandbox: &Sandbox, random: &mut Random) -> Vec<Message> {
    let mut told = due(sandbox);
    assert!(!told.is_empty(), "nothing happened");
    let again: Vec<_> = told.iter().filter(|_| random.below(3) == 0).cloned().collect();
    told.extend(again);
    random.shuffle(&mut told);
    told
}

async fn tell(home: &Home, door: &Door, told: &[Message]) -> Vec<u16> {
    let stripe = door.visitor(home);
    let url = format!("{}{}", home.config.account_origin(), endpoint::PATH);
    let mut all = vec![];
    for message in told {
        let mut request = stripe.request(Method::POST, &url);
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json".parse().unwrap());
        headers.insert("stripe-signature", message.signature.parse().unwrap());
        all.push(stripe.send(request, &message.body).await.status);
    }
    all
}

async fn all_is_handled(home: &Home) {
    let start = Instant::now();
    while unhandled(home).await > 0 {
        assert!(start.elapsed() < PATIENCE, "events wait for ever");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How many events wait.
async fn unhandled(home: &Home) -> usize {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let all = event::Entity::find().all(store.catalog()).await.unwrap();
    all.iter().filter(|one| one.handled_at.is_none()).count()
}

/// What is known here is what Stripe says, and each event is known once.
async fn assert_agrees(home: &Home, sandbox: &Sandbox, at: &str, when: &str) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let tenant = store.tenants().await.unwrap().remove(0);
    let tenant = store.directory().by_id(tenant.id).await.unwrap().unwrap();
    let known = async || {
        let row = account::find(store.catalog(), tenant.id).await;
        let row = row.map_err(core_base::Error::into_anyhow).unwrap();
        let invoices = account::invoices(store.catalog(), tenant.id, 99).await;
        let invoices = invoices.map_err(core_base::Error::into_anyhow).unwrap();
        (account::Model { revision: 0, read_at: None, ..row }, invoices)
    };
    let before = known().await;
    let stripe = Stripe::new("sk_test_x", Some(at)).unwrap();
    account::refresh(&store, &stripe, &tenant).await.unwrap();
    assert_eq!(before, known().await, "{when}: the site knows something else than Stripe");
    let events = event::Entity::find().all(store.catalog()).await.unwrap();
    let happened = sandbox.world().all("event").len();
    // Those of what is sold came before anybody listened.
    assert!(events.len() <= happened, "{when}");
    let live = sandbox.world().all("subscription");
    assert_eq!(live.len(), 1, "{when}: one subscription");
}
