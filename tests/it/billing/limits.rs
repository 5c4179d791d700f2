//! What a plan includes is what a workspace may have, within a second, in every process.

use std::time::{Duration, Instant};

use core_access::entitlements::Setting;
use core_base::{clock, config::Reader};
use core_testing::{Role, Workspace};

use super::shop::{Site, stores};
use crate::world::apps;

async fn add(site: &Site, name: &str) -> core_testing::Answer {
    site.ana.post("/projects", &[("name", name)]).await
}

async fn fill(site: &Site) {
    for number in 0..10 {
        assert_eq!(add(site, &format!("Project {number}")).await.status, 303);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_the_limit_the_next_plan_is_offered_and_what_was_typed_stays() {
    for kind in stores() {
        let site = Site::on(kind).await;
        fill(&site).await;
        let refused = add(&site, "The eleventh").await;
        assert_eq!(refused.status, 422);
        for words in [
            "This workspace is limited to 10 projects, and 10 are in use.",
            "Team includes as many projects as you like for $8 per member a month.",
            "Upgrade",
        ] {
            assert!(refused.has_text(words), "{words}: {}", refused.words());
        }
        assert!(refused.text.contains("The eleventh"));
        assert!(refused.text.contains(r#"href="/settings/billing/plan""#));
        // Whoever cannot change it is told who can.
        let member = site.stage.member(&site.acme, Role::Member).await;
        let refused = member.post("/projects", &[("name", "Mine")]).await;
        assert!(refused.has_text("An owner of the workspace can change to it."));
        assert!(!refused.text.contains("/settings/billing"));
        // Bought, it counts at once, here and in another process.
        let other = site.stage.other_process().await;
        let running = tokio::spawn(other.changes().clone().run());
        let before = other.directory().by_slug("acme").await.unwrap().unwrap();
        assert_eq!(before.plan, "");
        site.buy("team", "month").await;
        let paid = Instant::now();
        assert_eq!(add(&site, "The eleventh").await.status, 303);
        while other.directory().by_slug("acme").await.unwrap().unwrap().plan != "team" {
            assert!(paid.elapsed() < Duration::from_secs(1), "within a second");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        running.abort();
        let _ = running.await;
        drop(other);
        site.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn seats_are_limited_by_the_plan_too() {
    for kind in stores() {
        let site = Site::on(kind).await;
        let five = "a@x.example\nb@x.example\nc@x.example\nd@x.example\ne@x.example";
        let fields = [("emails", five), ("role", "viewer")];
        let refused = site.ana.post("/settings/members/invite", &fields).await;
        assert!(refused.has_text("Team includes as many seats as you like"), "{}", refused.words());
        site.buy("team", "month").await;
        assert_eq!(site.ana.post("/settings/members/invite", &fields).await.status, 303);
        site.stage.close().await;
    }
}

async fn set(site: &Site, workspace: &Workspace, to: Setting, days: Option<i64>) {
    let all = site.stage.registry.entitlements();
    let one = all.iter().find(|one| one.key == "projects").unwrap();
    let until = days.map(|days| clock::now() + chrono::TimeDelta::days(days));
    let done = one.set(&site.stage.store, &workspace.tenant, to, until).await;
    done.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_operator_set_comes_before_the_plan_until_its_day() {
    for kind in stores() {
        let site = Site::on(kind).await;
        fill(&site).await;
        set(&site, &site.acme, Setting::Count(11), Some(3)).await;
        assert_eq!(add(&site, "The eleventh").await.status, 303);
        let refused = add(&site, "The twelfth").await;
        assert!(refused.has_text("Contact us"), "no plan would help: {}", refused.words());
        set(&site, &site.acme, Setting::Off, Some(3)).await;
        assert_eq!(add(&site, "The twelfth").await.status, 303);
        clock::set_ahead(chrono::TimeDelta::days(4));
        let refused = add(&site, "The thirteenth").await;
        assert!(refused.has_text("limited to 10 projects"), "{}", refused.words());
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        let past = one_that_is_over(&site).await;
        assert_eq!(past, Err("that day has passed: choose a later one"));
        site.stage.close().await;
    }
}

async fn one_that_is_over(site: &Site) -> Result<(), &'static str> {
    let one = site.stage.registry.entitlements().iter().find(|one| one.key == "projects").unwrap();
    let past = Some(clock::now() - chrono::TimeDelta::seconds(1));
    let done = one.set(&site.stage.store, &site.acme.tenant, Setting::Off, past).await;
    done.map_err(core_base::Error::into_anyhow).unwrap()
}

/// An app was taken out, and the plans still speak of it.
#[test]
fn what_a_plan_grants_and_no_app_declares_is_named() {
    let vars = [("BILLING", "on")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let unknown = |apps: Vec<platform::App>| {
        let registry = platform::Registry::new(apps, &mut Reader::from_vars(vars.clone()));
        registry.unwrap_or_else(|all| panic!("{all:?}")).unknown_grants()
    };
    assert!(unknown(apps()).is_empty());
    let mut without = apps();
    without.remove(0);
    assert!(unknown(without).contains(&("free", "projects")));
}
