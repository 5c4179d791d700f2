//! Who is there is paid for, and nobody twice: members, trials of those who paid before, prices that change meanwhile.

use billing::{account, endpoint, trial};
use core_testing::Role;
use sea_orm::{EntityTrait, PaginatorTrait};

use super::shop::{DAY, GOOD, Site, stores};
use crate::invitations::{accept, invite, token};

#[tokio::test(flavor = "multi_thread")]
async fn whoever_joins_is_added_and_whoever_leaves_is_taken_off() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let seats = |site: &Site| {
            let of = site.sandbox.world().all("subscription").remove(0);
            of["items"]["data"][0]["quantity"].as_i64().unwrap()
        };
        assert_eq!(seats(&site), 1);
        let kim = site.stage.person("kim").await;
        let link = invite(&site.stage, &site.ana, &kim.email, "member").await;
        let joined = accept(&kim, token(&link)).await;
        assert_eq!(joined.status, 303, "{}", joined.words());
        site.stage.run_jobs().await;
        assert_eq!(seats(&site), 2);
        assert_eq!(site.taken(), 800, "the rest stands on the next invoice");
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("$8 per member a month, 2 members"), "{}", page.words());
        let user = kim.user;
        let found = |db| async move { core_access::find_member(&db, user).await };
        let id = site.stage.write_in(&site.acme, found).await.unwrap().id;
        let page = site.ana.get(&format!("/settings/members/{id}/remove")).await;
        let form = page.forms().into_iter().find(|form| form.path().ends_with("/remove")).unwrap();
        assert_eq!(site.ana.submit(&form, &[]).await.status, 303);
        site.stage.run_jobs().await;
        assert_eq!(seats(&site), 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_that_paid_before_is_offered_no_trial_and_nobodys_is_used_up() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let page = site.ana.get("/settings/billing/cancel").await;
        site.ana.submit(&page.form("/settings/billing/cancel"), &[]).await;
        site.sandbox.advance(40 * DAY);
        site.hear().await;
        let page = site.ana.get("/settings/billing/plan").await;
        assert!(!page.has_text("Try free"), "{}", page.words());
        let fields =
            [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "trial")];
        assert_eq!(site.ana.post("/settings/billing/plan", &fields).await.status, 422);
        let claimed = trial::Entity::find().count(site.stage.store.catalog()).await.unwrap();
        assert_eq!(claimed, 0);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_cancelled_after_the_workspace_was_kept_stays_cancelled() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let store = site.stage.store.clone();
        site.ana.post("/settings/general/delete", &[("slug", "acme")]).await;
        site.stage.run_jobs().await;
        let now = store.directory().by_id(site.acme.tenant.id).await.unwrap().unwrap();
        assert!(store.cancel_deletion(&now).await.map_err(core_base::Error::into_anyhow).unwrap());
        store.changes().poll().await.unwrap();
        super::once::look_after(&site).await;
        assert_eq!(site.account().await.ends_at, None, "it goes on");
        site.stage.log_in_again(&site.ana, &site.acme).await;
        let page = site.ana.get("/settings/billing/cancel").await;
        site.ana.submit(&page.form("/settings/billing/cancel"), &[]).await;
        site.hear().await;
        super::once::look_after(&site).await;
        assert!(site.account().await.ends_at.is_some(), "nobody takes it back for them");
        site.sandbox.advance(70 * DAY);
        assert_eq!(site.taken(), 800);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_costs_something_else_by_now_is_shown_again() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let change = "/settings/billing/plan/change?plan=business&interval=month";
        let page = site.ana.get(change).await;
        // Somebody joins while the page is open.
        site.stage.member(&site.acme, Role::Viewer).await;
        let answer = site.ana.submit(&page.form("/settings/billing/plan/change"), &[]).await;
        assert_eq!(answer.status, 422, "{}", answer.words());
        assert!(answer.has_text("What it costs has changed"), "{}", answer.words());
        assert_eq!(site.taken(), 800);
        let done = site.ana.submit(&answer.form("/settings/billing/plan/change"), &[]).await;
        assert_eq!(done.status, 303, "{}", done.words());
        assert_eq!(site.plan().await, "business");
        // The same once more is nothing to pay for.
        let same = site.ana.go(change).await;
        assert!(same.has_text("You are on Business already"), "{}", same.words());
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn credit_of_before_pays_and_the_page_says_so() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("business", "year").await;
        let down = "/settings/billing/plan/change?plan=team&interval=year";
        let page = site.ana.get(down).await;
        assert!(page.has_text("To pay today $0.00"), "{}", page.words());
        assert!(page.has_text("Credit for later invoices $80.00"), "{}", page.words());
        site.ana.submit(&page.form("/settings/billing/plan/change"), &[]).await;
        let taken = site.taken();
        let up = "/settings/billing/plan/change?plan=business&interval=year";
        let page = site.ana.get(up).await;
        assert!(page.has_text("Credit from before −$80.00"), "{}", page.words());
        assert!(page.has_text("To pay today $0.00"), "{}", page.words());
        site.ana.submit(&page.form("/settings/billing/plan/change"), &[]).await;
        assert_eq!((site.taken(), site.plan().await.as_str()), (taken, "business"));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_of_a_workspace_that_is_gone_takes_nothing() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let open = site.to_checkout(&site.ana, "team", "month").await;
        let paid = site.to_checkout(&site.ana, "business", "month").await;
        let store = &site.stage.store;
        store
            .delete_tenant(&site.acme.tenant)
            .await
            .map_err(core_base::Error::into_anyhow)
            .unwrap();
        store.changes().poll().await.unwrap();
        // One is paid before anything is noticed.
        site.pay(&open, GOOD);
        assert_eq!(site.taken(), 800);
        site.hear().await;
        assert_eq!((site.count("active"), site.taken()), (0, 0), "ended, and given back");
        let late = site.sandbox.page("POST", &format!("/pay/{paid}"), &format!("card={GOOD}"));
        assert!(late.location.is_none(), "nobody pays there any more");
        assert_eq!(site.taken(), 0);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_buys_while_a_payment_is_waited_for_and_old_addresses_wait_for_nothing() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let back = {
            let session = site.to_checkout(&site.ana, "team", "month").await;
            site.pay(&session, GOOD)
        };
        let faults = stripe_sandbox::Faults { calls: vec![503; 90], ..Default::default() };
        site.sandbox.world().set_faults(faults);
        site.ana.get(&back).await;
        let plan = site.ana.get("/settings/billing/plan").await;
        assert_eq!(plan.location(), "/settings/billing", "no buy button meanwhile");
        site.sandbox.world().set_faults(Default::default());
        site.hear().await;
        let page = site.ana.get("/settings/billing/cancel").await;
        site.ana.submit(&page.form("/settings/billing/cancel"), &[]).await;
        site.sandbox.advance(40 * DAY);
        site.hear().await;
        // They buy something else, and open the address of the first visit.
        site.to_checkout(&site.ana, "business", "month").await;
        let page = site.ana.go(&back).await;
        assert!(!page.has_text("We are waiting"), "{}", page.words());
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_of_another_version_is_replaced() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let url = format!("{}{}", site.stage.config().account_origin(), endpoint::PATH);
        let (catalog, vault) = (site.stage.store.catalog(), &site.stage.core.vault);
        let stripe = site.stripe();
        let same = endpoint::sync::compare(catalog, &stripe, &url, false).await.unwrap();
        assert_eq!(same, None);
        let mut old = site.sandbox.world().all("webhook_endpoint").remove(0);
        old["api_version"] = "2025-03-31.basil".into();
        site.sandbox.world().put(&old);
        let step = endpoint::sync::compare(catalog, &stripe, &url, false).await.unwrap().unwrap();
        endpoint::sync::apply((catalog, vault), &stripe, &url, &step).await.unwrap();
        let all = site.sandbox.world().all("webhook_endpoint");
        assert_eq!(all.len(), 1);
        assert_ne!(all[0]["id"], old["id"]);
        assert_eq!(endpoint::Entity::find().count(catalog).await.unwrap(), 1);
        site.buy("team", "month").await;
        site.hear().await;
        assert!(
            account::find(catalog, site.acme.tenant.id).await.is_ok_and(|one| one.plan == "team")
        );
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_liked_on_the_page_of_prices_is_what_they_try() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let bo = site.stage.person("Bo").await;
        let account = bo.account_origin().to_owned();
        let pricing = bo.get(&format!("{account}/pricing?period=year&currency=EUR")).await;
        assert!(pricing.text.contains("plan=team&#38;period=year&#38;currency=EUR"));
        bo.get(&format!("{account}/pricing/start?plan=team&period=year&currency=EUR")).await;
        let made = bo
            .post(&format!("{account}/workspaces"), &[("name", "Bo & Sons"), ("slug", "bos")])
            .await;
        let page = bo.get(&format!("{account}{}", made.location())).await;
        assert!(page.has_text("€8 per member a month"), "{}", page.words());
        let form = page.form("/workspaces/plan");
        assert_eq!((form.value("interval"), form.value("currency")), (Some("year"), Some("EUR")));
        let done = bo.submit(&form, &[]).await;
        assert_eq!(done.status, 303, "{}", done.words());
        let of = site.sandbox.world().all("subscription").remove(0);
        let price = &of["items"]["data"][0]["price"];
        assert_eq!((&price["currency"], &price["unit_amount"]), (&"eur".into(), &8_000.into()));
        assert_eq!(of["status"], "trialing");
        site.stage.close().await;
    }
}
