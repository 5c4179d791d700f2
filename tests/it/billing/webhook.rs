//! What Stripe tells: what is refused leaves nothing, what is told twice is kept once, whatever the order.

use billing::{event, stripe::VERSION};
use core_base::clock;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::json;
use stripe_sandbox::signature;

use super::shop::{Site, stores};

/// How many events are kept.
async fn kept(site: &Site) -> u64 {
    event::Entity::find().count(site.stage.store.catalog()).await.unwrap()
}

/// What the endpoint at the sandbox signs by.
fn secret(site: &Site) -> String {
    let endpoint = site.sandbox.world().all("webhook_endpoint").remove(0);
    endpoint["secret"].as_str().unwrap().to_owned()
}

fn told(id: &str) -> String {
    let object = json!({ "id": "sub_1", "object": "subscription", "customer": "cus_strange" });
    let event = json!({
        "id": id, "object": "event", "type": "customer.subscription.updated",
        "api_version": VERSION, "created": clock::now().timestamp(), "data": { "object": object },
    });
    event.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_forged_old_changed_or_too_large_leaves_nothing() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let (secret, now, body) = (secret(&site), clock::now().timestamp(), told("evt_1"));
        let good = signature(&secret, &body, now);
        let old = signature(&secret, &body, now - 301);
        let early = signature(&secret, &body, now + 301);
        let others = signature("whsec_of_somebody_else", &body, now);
        let without_time = good.split(',').next_back().unwrap().to_owned();
        let other_time = format!("t={},{without_time}", now - 1);
        let changed = body.replace("evt_1", "evt_2");
        let (nonsense, empty) = ("not json", "{}");
        let signed = |body: &str| signature(&secret, body, now);
        let long = told(&"e".repeat(65));
        let markup = told("evt_<script>");
        for (why, body, header) in [
            ("nothing signs it", &*body, None),
            ("empty", &*body, Some("")),
            ("old", &*body, Some(&*old)),
            ("early", &*body, Some(&*early)),
            ("another's", &*body, Some(&*others)),
            ("no time", &*body, Some(&*without_time)),
            ("another time", &*body, Some(&*other_time)),
            ("changed on the way", &*changed, Some(&*good)),
            ("no JSON", nonsense, Some(&*signed(nonsense))),
            ("no event", empty, Some(&*signed(empty))),
            ("a long id", &*long, Some(&*signed(&long))),
            ("no id of Stripe's", &*markup, Some(&*signed(&markup))),
        ] {
            let answer = site.post(body, header).await;
            assert_eq!(answer.status, 400, "{why}");
            assert!(!answer.text.contains(&secret), "{why}");
        }
        let large = format!("{body}{}", " ".repeat(1 << 20));
        assert_eq!(site.post(&large, Some(&signed(&large))).await.status, 413);
        assert_eq!(kept(&site).await, 0);
        assert_eq!(site.post(&body, Some(&good)).await.status, 200);
        assert_eq!(site.post(&body, Some(&good)).await.status, 200, "sent again");
        assert_eq!(kept(&site).await, 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_secrets_are_good_while_one_takes_the_place_of_the_other() {
    for kind in stores() {
        let vars = [("STRIPE_WEBHOOK_SECRET", "whsec_old, whsec_new")];
        let site = Site::with(kind, &vars).await;
        let now = clock::now().timestamp();
        for (number, of) in ["whsec_old", "whsec_new", &*secret(&site)].into_iter().enumerate() {
            let body = told(&format!("evt_{number}"));
            assert_eq!(site.post(&body, Some(&signature(of, &body, now))).await.status, 200);
        }
        // Stripe sends one signature for each secret while both hold.
        let body = told("evt_both");
        let one = signature("whsec_gone", &body, now);
        let two = signature("whsec_new", &body, now);
        let both = format!("{one},{}", two.split_once(',').unwrap().1);
        assert_eq!(site.post(&body, Some(&both)).await.status, 200);
        assert_eq!(kept(&site).await, 4);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_other_versions_kinds_and_customers_are_kept_and_change_nothing() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let (secret, now) = (secret(&site), clock::now().timestamp());
        let later = told("evt_later").replace(VERSION, "2031-01-01.fern");
        let kind = told("evt_kind").replace("customer.subscription.updated", "moon.full");
        let bare = told("evt_bare").replace(&format!("\"api_version\":\"{VERSION}\","), "");
        for body in [later, kind, bare] {
            assert_eq!(site.post(&body, Some(&signature(&secret, &body, now))).await.status, 200);
        }
        site.stage.run_jobs().await;
        let all = event::Entity::find().all(site.stage.store.catalog()).await.unwrap();
        assert_eq!(all.len(), 3);
        for one in &all {
            assert_eq!(one.outcome, "a customer of somebody else", "{one:?}");
            assert!(one.handled_at.is_some());
        }
        assert!(all.iter().any(|one| one.version == "2031-01-01.fern"));
        assert!(all.iter().any(|one| one.kind == "moon.full"));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_can_be_dealt_with_once_more() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        site.hear().await;
        let catalog = site.stage.store.catalog();
        let one = event::Entity::find().all(catalog).await.unwrap().remove(0);
        // As if somebody had broken the copy.
        let set = billing::account::Entity::update_many();
        let plan = sea_orm::sea_query::Expr::value("free");
        set.col_expr(billing::account::Column::Plan, plan).exec(catalog).await.unwrap();
        let billing = site.stage.core.extensions.find::<billing::settings::Billing>();
        let billing = billing.map_err(core_base::Error::into_anyhow).unwrap();
        let again = event::replay(&site.stage.store, &billing, &one.id).await;
        assert_eq!(again.map_err(core_base::Error::into_anyhow).unwrap(), Some("followed"));
        assert_eq!(site.account().await.plan, "team");
        let none = event::replay(&site.stage.store, &billing, "evt_none").await;
        assert_eq!(none.map_err(core_base::Error::into_anyhow).unwrap(), None);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stripe_is_away_events_wait_and_nothing_is_lost() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let session = site.to_checkout(&site.ana, "team", "month").await;
        site.pay(&session, super::shop::GOOD);
        let due = site.sandbox.due();
        assert!(site.tell(&due).await.iter().all(|status| *status == 200), "answered at once");
        let faults = stripe_sandbox::Faults { calls: vec![503; 500], ..Default::default() };
        site.sandbox.world().set_faults(faults);
        site.stage.run_jobs().await;
        assert_eq!(site.plan().await, "");
        site.sandbox.world().set_faults(Default::default());
        clock::set_ahead(chrono::TimeDelta::minutes(20));
        site.stage.run_jobs().await;
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        assert_eq!(site.plan().await, "team");
        site.stage.close().await;
    }
}
