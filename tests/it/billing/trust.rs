//! What a browser sends is never believed: prices, sessions and invoices are looked up.

use core_testing::Role;
use stripe_sandbox::Faults;

use super::shop::{GOOD, Site, stores};

#[tokio::test(flavor = "multi_thread")]
async fn no_form_names_a_price_or_an_amount() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let fields = [
            ("plan", "business"),
            ("interval", "month"),
            ("currency", "USD"),
            ("way", "pay"),
            ("price", "price_cheap"),
            ("amount", "1"),
            ("seats", "0"),
            ("quantity", "0"),
            ("trial_days", "900"),
        ];
        let led = site.ana.post("/settings/billing/plan", &fields).await;
        let back = site.pay(&super::shop::session_of(led.location()), GOOD);
        site.ana.get(&back).await;
        assert_eq!(site.taken(), 1_600);
        for fields in [
            [("plan", "none"), ("interval", "month"), ("currency", "USD"), ("way", "pay")],
            [("plan", "team"), ("interval", "decade"), ("currency", "USD"), ("way", "pay")],
        ] {
            assert_eq!(site.ana.post("/settings/billing/plan", &fields).await.status, 422);
        }
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_price_that_is_not_what_the_page_said_is_not_sold() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let prices = site.sandbox.world().all("price");
        let is_it = |one: &serde_json::Value| one["lookup_key"] == "team_usd_month";
        let mut price = prices.into_iter().find(is_it).unwrap();
        price["unit_amount"] = 80_000.into();
        site.sandbox.world().put(&price);
        let fields = [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "pay")];
        let answer = site.ana.post("/settings/billing/plan", &fields).await;
        assert_eq!(answer.status, 503);
        assert!(answer.has_text("Prices are being updated"), "{}", answer.words());
        assert!(site.sandbox.world().all("checkout.session").is_empty());
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_paid_is_nobody_elses() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let other = site.stage.tenant("second").await;
        let bo = site.stage.member(&other, Role::Owner).await;
        let session = site.to_checkout(&site.ana, "team", "month").await;
        site.pay(&session, GOOD);
        // Bo has a customer of their own, and comes back with Ana's session.
        site.to_checkout(&bo, "team", "month").await;
        let stolen = format!("/settings/billing/return?session={session}");
        assert_eq!(bo.get(&stolen).await.location(), "/settings/billing");
        assert_eq!(site.account_of(&other).await.status, "");
        let page = bo.get("/settings/billing").await;
        assert!(!page.has_text("waiting for your payment"), "{}", page.words());
        site.ana.get(&stolen).await;
        assert_eq!(site.account().await.status, "active");
        let invoice = site.sandbox.world().all("invoice")[0]["id"].as_str().unwrap().to_owned();
        for end in ["", "/pdf"] {
            let path = format!("/settings/billing/invoices/{invoice}{end}");
            let mine = site.ana.get(&path).await;
            assert_eq!(mine.status, 303, "{}", mine.words());
            assert_eq!(bo.get(&path).await.status, 404);
        }
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_stripe_is_away_pages_say_so_and_nothing_is_charged_twice() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let fields = [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "pay")];
        for status in [429, 500, 503, 0] {
            let faults = Faults { calls: vec![status; 9], ..Faults::default() };
            site.sandbox.world().set_faults(faults);
            let answer = site.ana.post("/settings/billing/plan", &fields).await;
            assert_eq!(answer.status, 503, "{status}");
            assert!(answer.has_text("nothing was charged"), "{}", answer.words());
            assert_eq!(
                site.ana.get("/settings/billing").await.status,
                200,
                "what is known is shown"
            );
        }
        site.sandbox.world().set_faults(Faults::default());
        let session = site.to_checkout(&site.ana, "team", "month").await;
        let back = site.pay(&session, GOOD);
        // Stripe is away just when they come back.
        let faults = Faults { calls: vec![503; 60], ..Faults::default() };
        site.sandbox.world().set_faults(faults);
        let page = site.ana.go(&back).await;
        assert!(page.has_text("We are waiting for your payment"), "{}", page.words());
        assert!(!page.has_text("Upgrade"), "nobody buys it again meanwhile");
        site.sandbox.world().set_faults(Faults::default());
        let page = site.ana.get("/settings/billing").await;
        assert!(page.has_text("Team") && !page.has_text("waiting"), "{}", page.words());
        assert_eq!((site.taken(), site.subscriptions().len()), (800, 1));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_not_manage_billing_sees_none_of_it() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let admin = site.stage.member(&site.acme, Role::Admin).await;
        for path in ["", "/plan", "/invoices", "/details", "/cancel"] {
            let answer = admin.get(&format!("/settings/billing{path}")).await;
            assert_eq!(answer.status, 403, "{path}");
        }
        assert!(!admin.get("/").await.text.contains("/settings/billing"));
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn switched_off_there_is_no_billing_and_no_limit_of_a_plan() {
    for kind in stores() {
        let site = Site::with(kind, &[]).await;
        assert!(site.ana.get("/settings/general").await.has_text("of 5"));
        site.stage.close().await;
        let stage =
            core_testing::Stage::with(kind, crate::world::apps(), &[("BILLING", "off")]).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        assert_eq!(ana.get("/settings/billing").await.status, 404);
        assert_eq!(stage.visitor().get("/pricing").await.status, 404);
        let general = ana.get("/settings/general").await;
        assert!(!general.has_text("of 5") && !general.text.contains("/settings/billing"));
        stage.close().await;
        // Plans without a Stripe: everybody has the first one.
        let stage =
            core_testing::Stage::with(kind, crate::world::apps(), &[("BILLING", "on")]).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let page = ana.get("/settings/billing").await;
        assert!(page.has_text("Free") && page.has_text("Contact us"), "{}", page.words());
        assert_eq!(ana.get("/settings/billing/plan").await.status, 404);
        stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stripe_that_never_answers_is_said_in_time() {
    // It takes the connection, and says nothing.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", silent.local_addr().unwrap());
    let kept = tokio::spawn(async move {
        let mut all = vec![];
        while let Ok((one, _)) = silent.accept().await {
            all.push(one);
        }
    });
    let vars = [("STRIPE_BASE_URL", &*at)];
    let kind = core_testing::StoreKind::Sqlite;
    let stage = core_testing::Stage::with(kind, crate::world::apps(), &vars).await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    let fields = [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "pay")];
    let answer = ana.post("/settings/billing/plan", &fields).await;
    assert_eq!(answer.status, 503);
    assert!(answer.has_text("does not answer right now"), "{}", answer.words());
    kept.abort();
    stage.close().await;
}
