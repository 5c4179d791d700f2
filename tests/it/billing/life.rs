//! From the first trial to the last day, in a browser without script.

use super::shop::{ASKS, DAY, DECLINED, GOOD, Site, stores};

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_without_a_card_gives_the_plan_and_ends_by_itself() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let page = site.ana.get("/settings/billing/plan?plan=team").await;
        assert!(page.has_text("Try free for 14 days"), "{}", page.words());
        let fields =
            [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "trial")];
        let begun = site.ana.post("/settings/billing/plan", &fields).await;
        assert_eq!((begun.status, begun.location()), (303, "/settings/billing"));
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("Your Team trial ends on"), "{}", page.words());
        assert_eq!(site.plan().await, "team");
        assert_eq!(site.taken(), 0);
        site.hear().await;
        assert_eq!(site.count("trialing"), 1);
        site.sandbox.advance(15 * DAY);
        assert_eq!(site.subscriptions().len(), 1);
        assert_eq!(site.count("canceled"), 1);
        site.hear().await;
        assert_eq!(site.plan().await, "");
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("Free") && page.has_text("Upgrade"), "{}", page.words());
        assert!(!site.sandbox.world().all("invoice").iter().any(|one| one["status"] == "open"));
        // There is no second one.
        let page = site.ana.get("/settings/billing/plan?plan=team").await;
        assert!(!page.has_text("Try free"), "{}", page.words());
        let again = site.ana.post("/settings/billing/plan", &fields).await;
        assert!(again.has_text("There is one free trial"), "{}", again.words());
        assert_eq!(site.subscriptions().len(), 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_paid_counts_though_no_webhook_ever_comes() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let back = site.buy("team", "month").await;
        assert_eq!((back.status, back.location()), (303, "/settings/billing"));
        let page = site.ana.follow(back).await;
        assert!(page.has_text("You are on Team"), "{}", page.words());
        assert!(page.has_text("$8 per member a month, 1 member"), "{}", page.words());
        assert!(page.has_text("Next invoice") && page.has_text("$8.00 on"), "{}", page.words());
        assert_eq!(site.plan().await, "team");
        assert_eq!(site.taken(), 800);
        // The log of the workspace says so.
        site.stage.run_jobs().await;
        let log = site.ana.get("/settings/audit").await;
        assert!(log.has_text("Changed plan"), "{}", log.words());
        // Told afterwards, nothing changes.
        let before = site.account().await;
        site.hear().await;
        let after = site.account().await;
        assert_eq!((before.plan, before.subscription), (after.plan, after.subscription));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_changed_for_what_was_said_cancelled_and_kept() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        site.sandbox.advance(10 * DAY);
        let fields = [("plan", "business"), ("interval", "month"), ("currency", "USD")];
        let chosen = site.ana.post("/settings/billing/plan", &fields).await;
        let page = site.ana.follow(chosen).await;
        assert!(page.has_text("Change to Business?") && page.has_text("To pay today"));
        let due = site.sandbox.world();
        drop(due);
        let before = site.taken();
        let form = page.form("/settings/billing/plan/change");
        let words = page.words();
        let said = words.split("To pay today").nth(1).unwrap().split_whitespace().next().unwrap();
        let said = platform::ui::Currency::USD.read(said).unwrap();
        let changed = site.ana.submit(&form, &[]).await;
        assert_eq!(changed.location(), "/settings/billing", "{}", changed.words());
        assert_eq!(site.plan().await, "business");
        assert_eq!(site.taken() - before, said, "charged as said");
        // Sent again, nothing is charged again.
        site.ana.submit(&form, &[]).await;
        assert_eq!(site.taken() - before, said);
        // Cancelled, and kept.
        let page = site.ana.get("/settings/billing/cancel").await;
        let reason = [("reason", "too_expensive"), ("comment", "We are only three.")];
        site.ana.submit(&page.form("/settings/billing/cancel"), &reason).await;
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("Business ends on"), "{}", page.words());
        let known = site.sandbox.world().all("subscription");
        assert_eq!(known[0]["cancellation_details"]["feedback"], "too_expensive");
        assert_eq!(known[0]["cancellation_details"]["comment"], "We are only three.");
        site.ana.submit(&page.form("/settings/billing/resume"), &[]).await;
        assert_eq!(site.account().await.ends_at, None);
        // Cancelled for good.
        let page = site.ana.get("/settings/billing/cancel").await;
        site.ana.submit(&page.form("/settings/billing/cancel"), &[]).await;
        site.sandbox.advance(40 * DAY);
        site.hear().await;
        assert_eq!(site.plan().await, "");
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_declined_changes_nothing() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        // From now on the bank says no.
        let of = site.sandbox.world().all("subscription").remove(0);
        let card = of["default_payment_method"].as_str().unwrap().to_owned();
        let mut method = site.sandbox.world().find("payment_method", &card).unwrap();
        method["card"]["last4"] = DECLINED[12..].into();
        site.sandbox.world().put(&method);
        let fields = [("plan", "business"), ("interval", "month"), ("currency", "USD")];
        let chosen = site.ana.post("/settings/billing/plan", &fields).await;
        let page = site.ana.follow(chosen).await;
        let answer = site.ana.submit(&page.form("/settings/billing/plan/change"), &[]).await;
        assert_eq!(answer.status, 422, "{}", answer.words());
        assert!(answer.has_text("Your card was declined, so nothing was changed."));
        assert_eq!((site.plan().await.as_str(), site.taken()), ("team", 800));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_given_in_a_trial_pays_when_it_ends() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let fields =
            [("plan", "team"), ("interval", "year"), ("currency", "EUR"), ("way", "trial")];
        site.ana.post("/settings/billing/plan", &fields).await;
        let page = site.ana.get("/settings/billing").await;
        let visit = site.ana.submit(&page.form("/settings/billing/card"), &[]).await;
        let back = site.pay(&super::shop::session_of(visit.location()), GOOD);
        let back = site.ana.get(&back).await;
        let page = site.ana.follow(back).await;
        assert!(page.has_text("Your trial goes on until"), "{}", page.words());
        assert!(page.has_text("€80.00 on"), "{}", page.words());
        site.sandbox.advance(15 * DAY);
        site.hear().await;
        assert_eq!((site.plan().await.as_str(), site.count("active")), ("team", 1));
        let known = site.account().await;
        assert_eq!((known.period.as_str(), known.currency.as_str()), ("year", "EUR"));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_pays_an_old_price_keeps_it_everywhere_they_look() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        // The plan costs more from today on.
        let mut plans = billing::plan::PLANS.to_vec();
        for plan in plans.iter_mut().filter(|plan| plan.key == "team") {
            let dearer = plan
                .prices
                .iter()
                .map(|price| billing::plan::Price { month: price.month + 400, ..*price });
            plan.prices = dearer.collect::<Vec<_>>().leak();
        }
        let stripe = site.stripe();
        for step in billing::sync::compare(&stripe, plans.leak()).await.unwrap() {
            billing::sync::apply(&stripe, &step).await.unwrap();
        }
        site.sandbox.advance(31 * DAY);
        site.hear().await;
        assert_eq!(site.taken(), 1_600, "twice what it was");
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("$8 per member a month, 1 member"), "{}", page.words());
        assert!(page.has_text("$8.00 on"), "{}", page.words());
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_promotion_code_counts_now_and_in_what_comes_next() {
    for kind in stores() {
        let site = Site::with(kind, &[("STRIPE_TAX", "on")]).await;
        let call = |path: &str, body: &str| {
            let answer = site.sandbox.api(&stripe_sandbox::Request {
                method: "POST".into(),
                path: path.into(),
                body: body.into(),
                authorization: "Bearer sk_test_1".into(),
                ..Default::default()
            });
            assert_eq!(answer.status, 200, "{}", answer.body);
        };
        call("/coupons", "id=half&percent_off=50&duration=forever");
        call("/promotion_codes", "promotion[type]=coupon&promotion[coupon]=half&code=HALF");
        let session = site.to_checkout(&site.ana, "team", "month").await;
        let known = site.sandbox.world().find("checkout.session", &session).unwrap();
        assert_eq!(known["automatic_tax"]["enabled"], true);
        assert_eq!(known["tax_id_collection"]["enabled"], true);
        let form = format!("card={GOOD}&code=HALF");
        let back = site.sandbox.page("POST", &format!("/pay/{session}"), &form).location.unwrap();
        let page = site.ana.go(&back).await;
        assert!(page.has_text("$4.00 on"), "{}", page.words());
        assert_eq!(site.taken(), 400);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_that_asks_is_answered_on_the_pay_page_and_said_on_ours() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let session = site.to_checkout(&site.ana, "team", "month").await;
        let asked = format!("card={ASKS}");
        let path = format!("/pay/{session}");
        assert!(site.sandbox.page("POST", &path, &asked).location.is_none(), "the bank asks");
        let confirmed = format!("{asked}&bank=yes");
        let back = site.sandbox.page("POST", &path, &confirmed).location.unwrap();
        assert_eq!(site.ana.get(&back).await.status, 303);
        assert_eq!(site.plan().await, "team");
        site.stage.close().await;
    }
}
