//! The mechanisms carry what the product has not yet: a third site, keys, and bodies that are no forms.

mod app;
mod bodies;
mod keys;
mod news;
mod note;
mod own;
mod shell;
mod sites;
mod upload;

use core_base::Through;
use core_testing::{
    Answer, Role, Samples, Stage, Workspace, assert_strangers_are_turned_away,
    assert_viewers_cannot_change, for_each_store,
};
use platform::{Actor, App, Later};

/// The product and the app of these tests.
fn apps() -> Vec<App> {
    let mut apps = crate::world::apps();
    apps.push(app::app());
    apps
}

/// On each store, with a workspace.
async fn in_the_lab(test: impl AsyncFn(&Stage, &Workspace)) {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        test(stage, &acme).await;
    })
    .await;
}

/// What an answer in JSON says; fails the test where it is no JSON of this kind.
fn json(answer: &Answer, kind: &str) -> serde_json::Value {
    assert_eq!(answer.header("content-type"), kind, "{}: {}", answer.status, answer.text);
    serde_json::from_str(&answer.text).unwrap()
}

/// The problem that an answer tells, which must name the request as its header does.
fn problem(answer: &Answer) -> serde_json::Value {
    let problem = json(answer, "application/problem+json");
    assert_eq!(problem["status"], answer.status);
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    problem
}

#[tokio::test]
async fn the_sweeps_know_every_method_and_body() {
    let only = || vec![app::app()];
    for_each_store(only, async |stage| {
        let acme = stage.tenant("acme").await;
        let samples = Samples::new().path("/api/lab/{id}", "/api/lab/1");
        assert_strangers_are_turned_away(stage, &acme, &samples).await;
        assert_viewers_cannot_change(stage, &acme, &samples).await;
    })
    .await;
}

#[tokio::test]
async fn a_job_is_its_own_actor() {
    in_the_lab(async |stage, acme| {
        let leave = |db| async move { app::LookWho.later(&db).await };
        stage.write_in(acme, leave).await;
        stage.run_jobs().await;
        let seen = app::SEEN.lock().unwrap().take();
        assert!(
            matches!(&seen, Some(Actor::Job { name, by: None, .. }) if name == "lab.look_who"),
            "{seen:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_job_knows_whose_request_led_to_it_however_far() {
    in_the_lab(async |stage, acme| {
        let ana = stage.member(acme, Role::Owner).await;
        let (user, member) = (ana.user, ana.member_id());
        let through = Through::Session(core_base::SessionId::default());
        let leave = |db: platform::TenantDb| async move {
            db.act_as(Actor::Member { user, member, through });
            app::Pass { on: 2 }.later(&db).await
        };
        stage.write_in(acme, leave).await;
        stage.run_jobs().await;
        let seen = app::SEEN.lock().unwrap().take();
        let is_hers = matches!(&seen, Some(Actor::Job { by, .. }) if *by == Some(user));
        assert!(is_hers, "{seen:?}");
        let told = |db: platform::TenantDb| async move {
            Ok(db.find::<core_db::audit_entry::Entity>().all(&db).await?)
        };
        let told = stage.write_in(acme, told).await;
        let passed: Vec<_> = told.iter().filter(|one| one.action == "passed").collect();
        assert_eq!(passed.len(), 3);
        for entry in passed {
            assert_eq!((&*entry.actor, entry.user_id), ("job:lab.pass", Some(user.0)));
        }
        let page = ana.get("/settings/audit?action=passed").await;
        assert!(page.has_text(&format!("Automatic for {}", ana.name)), "{}", page.words());
    })
    .await;
}

/// Somebody who may use the lab.
async fn member(stage: &Stage, acme: &Workspace) -> core_testing::Actor {
    stage.member(acme, Role::Member).await
}
