//! What may be there once is there once: a subscription, a trial, a charge.

use billing::trial;
use core_testing::{Actor, Role, Workspace};
use sea_orm::{EntityTrait, PaginatorTrait};
use stripe_sandbox::Faults;

use super::shop::{DAY, GOOD, Site, stores};

#[tokio::test(flavor = "multi_thread")]
async fn of_two_tabs_that_both_paid_one_subscription_is_left_and_the_other_paid_back() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let one = site.to_checkout(&site.ana, "team", "month").await;
        let two = site.to_checkout(&site.ana, "business", "month").await;
        let (one, two) = (site.pay(&one, GOOD), site.pay(&two, GOOD));
        assert_eq!(site.count("active"), 2);
        let (first, second) = tokio::join!(site.ana.get(&one), site.ana.get(&two));
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!((site.count("active"), site.count("canceled")), (1, 1));
        let left = if site.plan().await == "team" { 800 } else { 1_600 };
        assert_eq!(site.taken(), left);
        // Told of all of it, in whatever order, nothing more is given back.
        site.hear().await;
        assert_eq!((site.count("active"), site.taken()), (1, left));
        let refunds = site.sandbox.world().all("refund").len();
        assert_eq!(refunds, 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_whose_answer_was_lost_is_made_once() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let one = site.to_checkout(&site.ana, "team", "month").await;
        let two = site.to_checkout(&site.ana, "team", "year").await;
        site.pay(&one, GOOD);
        site.pay(&two, GOOD);
        // Every other answer of the next calls gets lost, after the call was done.
        let faults = Faults { calls: [1, 0].repeat(40), ..Faults::default() };
        site.sandbox.world().set_faults(faults);
        site.hear().await;
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(30));
        site.stage.run_jobs().await;
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        assert_eq!((site.count("active"), site.sandbox.world().all("refund").len()), (1, 1));
        assert_eq!(site.taken(), 800);
        site.stage.close().await;
    }
}

async fn ask_for_trial(who: &Actor) -> u16 {
    let fields = [("plan", "team"), ("interval", "month"), ("currency", "USD"), ("way", "trial")];
    who.post("/settings/billing/plan", &fields).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_get_one_trial() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let asked = (0..50).map(|_| ask_for_trial(&site.ana));
        let statuses = futures_util::future::join_all(asked).await;
        assert!(statuses.iter().all(|status| [303, 503].contains(status)), "{statuses:?}");
        assert_eq!(site.subscriptions().len(), 1);
        assert_eq!(site.sandbox.world().all("customer").len(), 1);
        let claimed = trial::Entity::find().count(site.stage.store.catalog()).await.unwrap();
        assert_eq!(claimed, 1);
        assert_eq!(site.account().await.status, "trialing");
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_has_one_trial_in_all_their_workspaces() {
    for kind in stores() {
        let site = Site::on(kind).await;
        assert_eq!(ask_for_trial(&site.ana).await, 303);
        let made = site.ana.account_origin().to_owned() + "/workspaces";
        let made = site.ana.post(&made, &[("name", "Second"), ("slug", "second")]).await;
        assert_eq!(made.location(), "/workspaces/plan?workspace=second");
        let tenant = site.stage.store.directory().by_slug("second").await.unwrap().unwrap();
        let other = Workspace { origin: tenant.origin.clone(), tenant };
        let mut ana = site.ana;
        site.stage.enter(&mut ana, &other).await;
        let page = format!("{}/settings/billing/plan", other.origin);
        let shown = ana.get(&page).await;
        assert!(!shown.has_text("Try free"), "{}", shown.words());
        assert_eq!(ask_for_trial(&ana).await, 422);
        assert_eq!(site.sandbox.world().all("subscription").len(), 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_paid_for_one_trial_ends_another() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let other = site.stage.tenant("second").await;
        let bo = site.stage.member(&other, Role::Owner).await;
        for who in [&site.ana, &bo] {
            assert_eq!(ask_for_trial(who).await, 303);
            let page = who.get("/settings/billing").await;
            let visit = who.submit(&page.form("/settings/billing/card"), &[]).await;
            let back = site.pay(&super::shop::session_of(visit.location()), GOOD);
            assert_eq!(who.get(&back).await.status, 303);
        }
        assert_eq!(site.account().await.status, "trialing");
        assert_eq!(site.account_of(&other).await.status, "active");
        assert_eq!(site.taken(), 800, "the second one is paid");
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_that_stripe_did_not_answer_is_begun_by_a_job_and_once() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let faults = Faults { calls: vec![503; 6], ..Faults::default() };
        site.sandbox.world().set_faults(faults);
        assert_eq!(ask_for_trial(&site.ana).await, 303);
        assert_eq!(site.subscriptions().len(), 0);
        site.sandbox.world().set_faults(Faults::default());
        site.stage.run_jobs().await;
        assert_eq!((site.subscriptions().len(), site.plan().await.as_str()), (1, "team"));
        assert_eq!(ask_for_trial(&site.ana).await, 303, "asked again: it is theirs");
        site.stage.run_jobs().await;
        assert_eq!(site.subscriptions().len(), 1);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_of_deleting_a_workspace_ends_what_it_pays() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let (store, tenant) = (&site.stage.store, &site.acme.tenant);
        // By its owner, who changes their mind.
        let sure = [("slug", "acme")];
        let gone = site.ana.post("/settings/general/delete", &sure).await;
        assert_eq!(gone.status, 303, "{}", gone.words());
        site.stage.run_jobs().await;
        let ends = |site: &Site| {
            let all = site.sandbox.world().all("subscription");
            all.iter().any(|one| one["cancel_at_period_end"] == true)
        };
        assert!(ends(&site), "nothing more is charged");
        let now = store.directory().by_id(tenant.id).await.unwrap().unwrap();
        assert!(store.cancel_deletion(&now).await.map_err(core_base::Error::into_anyhow).unwrap());
        store.changes().poll().await.unwrap();
        look_after(&site).await;
        assert!(!ends(&site), "it goes on");
        // By an operator, at once.
        let now = store.directory().by_id(tenant.id).await.unwrap().unwrap();
        store.delete_tenant(&now).await.map_err(core_base::Error::into_anyhow).unwrap();
        store.changes().poll().await.unwrap();
        look_after(&site).await;
        assert_eq!((site.count("active"), site.count("canceled")), (0, 1));
        site.sandbox.advance(90 * DAY);
        assert_eq!(site.taken(), 800);
        // What was sold stays known.
        let invoices = billing::account::invoices(store.catalog(), tenant.id, 9).await;
        assert_eq!(invoices.map_err(core_base::Error::into_anyhow).unwrap().len(), 1);
        site.stage.close().await;
    }
}

/// As the schedule does every ten minutes, a day later.
pub async fn look_after(site: &Site) {
    use platform::Later;
    core_base::clock::set_ahead(chrono::TimeDelta::hours(25));
    let tx = site.stage.store.catalog().begin().await.unwrap();
    let left = billing::jobs::LookAfter {}.later(&tx).await;
    left.map_err(core_base::Error::into_anyhow).unwrap();
    tx.commit().await.unwrap();
    site.stage.run_jobs().await;
    core_base::clock::set_ahead(chrono::TimeDelta::zero());
}
