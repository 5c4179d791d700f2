//! How many emails one person gets, whoever invites them, and what is said to whoever does.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use core_access::{
    Role,
    entity::{invitation::State, rate_limit},
};
use core_testing::{Actor, Answer, Stage, StoreKind, core_stores, for_each_store};
use sea_orm::{ColumnTrait, QueryFilter};

use super::{mail_server, row};
use crate::world::apps;

const FORM: &str = "/settings/members/invite";

async fn ask(inviter: &Actor, emails: &str) -> Answer {
    let answer = inviter.post(FORM, &[("emails", emails), ("role", "viewer")]).await;
    if answer.status == 303 { inviter.follow(answer).await } else { answer }
}

async fn pass(stage: &Stage, limit: &str) {
    let catalog = stage.store.catalog();
    let delete = catalog.delete_many::<rate_limit::Entity>();
    let all = rate_limit::Column::Key.starts_with(format!("{limit}:"));
    delete.filter(all).exec(catalog).await.unwrap();
}

#[tokio::test]
async fn one_email_in_three_minutes_and_a_few_a_day_over_all_workspaces() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::with(kind, apps(), &[("RATE_LIMITS", "on")]).await;
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = stage.member(&acme, Role::Owner).await;
        let bo = stage.member(&globex, Role::Owner).await;
        assert!(ask(&ana, "kim@x.test").await.has_text("One invitation on the way"));
        let id = row(&stage, &acme, "kim@x.test").await.id;
        let path = format!("/settings/members/invitations/{id}/resend");
        let wait = "We have emailed kim@x.test already. Try again in 3 minutes.";
        for _ in 0..3 {
            let again = ana.post(&path, &[]).await;
            let again = ana.follow(again).await;
            assert!(again.has_text(wait), "{}", again.words());
        }
        for written in ["Kim@X.test", "kim+1@x.test"] {
            let answer = ask(&bo, written).await;
            assert!(answer.has_text("already. Try again in 3 minutes."), "{}", answer.words());
        }
        // Others of the list are invited all the same.
        let both = ask(&bo, "kim@x.test\nlou@x.test").await;
        assert!(both.has_text("One invitation on the way") && both.has_text(wait));
        stage.run_jobs().await;
        assert_eq!(stage.mailbox().to("kim@x.test").len(), 1);
        assert_eq!(stage.mailbox().to("lou@x.test").len(), 1);
        assert_eq!(row(&stage, &acme, "kim@x.test").await.version, 1, "the link still works");
        for _ in 0..6 {
            pass(&stage, "email_pause").await;
            ana.post(&path, &[]).await;
        }
        stage.run_jobs().await;
        // Newer versions end older ones before they are sent, so the count is what was asked for.
        assert_eq!(row(&stage, &acme, "kim@x.test").await.version, 5);
        pass(&stage, "email_pause").await;
        assert!(ask(&bo, "kim@x.test").await.has_text("Try again in 24 hours."));
        stage.close().await;
    }
}

#[tokio::test]
async fn a_member_in_the_list_is_left_out_and_named() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let bo = stage.member(&acme, Role::Member).await;
        let list = ask(&ana, &format!("new@x.test\n{}", bo.email.to_uppercase())).await;
        assert!(list.has_text("One invitation on the way"), "{}", list.words());
        assert!(list.has_text(&format!("{} is a member already.", bo.email)), "{}", list.words());
        assert!(list.has_text("2 members and 1 invited"), "{}", list.words());
        let alone = ask(&ana, &bo.email).await;
        assert_eq!(alone.status, 422);
        assert!(alone.has_text(&format!("{} is a member already.", bo.email)));
    })
    .await;
}

#[tokio::test]
async fn a_workspaces_limit_is_not_used_up_by_what_the_rules_refuse() {
    let vars = [("RATE_LIMITS", "on")];
    let stage = Stage::with(StoreKind::Sqlite, apps(), &vars).await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    let refused = ana.post(FORM, &[("emails", "kim@x.test"), ("role", "owner")]).await;
    assert_eq!(refused.status, 422);
    let member = ask(&ana, &ana.email).await;
    assert_eq!(member.status, 422);
    let catalog = stage.store.catalog();
    let counted =
        sea_orm::Select::all(catalog.find::<rate_limit::Entity>(), catalog).await.unwrap();
    assert!(counted.is_empty(), "{counted:?}");
    stage.close().await;
}

#[tokio::test]
async fn an_address_nobody_reads_is_said_beside_the_invitation_and_no_alarm() {
    let server = mail_server::refusing("550 5.1.1 no such user").await;
    let vars = [("SMTP_URL", server.as_str()), ("MAIL_FROM", "no-reply@x.test")];
    let stage = Stage::with(StoreKind::Sqlite, apps(), &vars).await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    ask(&ana, "nobody@x.test").await;
    stage.run_jobs().await;
    assert_eq!(row(&stage, &acme, "nobody@x.test").await.state, State::Undeliverable);
    let list = ana.get("/settings/members").await;
    assert!(list.has_text("Could not be delivered"), "{}", list.words());
    let catalog = stage.store.catalog();
    let jobs = catalog.find::<core_jobs::job_entity::Entity>();
    let jobs = sea_orm::Select::all(jobs, catalog).await.unwrap();
    let dead = core_jobs::job_entity::State::Dead;
    assert!(jobs.iter().all(|job| job.state != dead), "{jobs:?}");
    stage.close().await;
}

/// It may be about us and not about the reader, so it is an alarm too; whoever invited learns it all the same.
#[tokio::test]
async fn a_letter_that_is_not_taken_is_said_beside_the_invitation() {
    let refuses = Arc::new(AtomicBool::new(true));
    let words = "554 5.7.1 not from you";
    let server = mail_server::refusing_letters(words, refuses.clone()).await;
    let vars = [("SMTP_URL", server.as_str()), ("MAIL_FROM", "no-reply@x.test")];
    let stage = Stage::with(StoreKind::Sqlite, apps(), &vars).await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    ask(&ana, "kim@x.test").await;
    stage.run_jobs().await;
    assert_eq!(row(&stage, &acme, "kim@x.test").await.state, State::Undeliverable);
    let list = ana.get("/settings/members").await;
    assert!(list.has_text("Could not be delivered"), "{}", list.words());
    let catalog = stage.store.catalog();
    let jobs = catalog.find::<core_jobs::job_entity::Entity>();
    let jobs = sea_orm::Select::all(jobs, catalog).await.unwrap();
    let dead = core_jobs::job_entity::State::Dead;
    let dead: Vec<_> = jobs.iter().filter(|job| job.state == dead).collect();
    assert_eq!(dead.len(), 1, "{jobs:?}");
    // The operator mends it and has the job tried again.
    refuses.store(false, Ordering::SeqCst);
    core_jobs::retry(catalog, dead[0].id).await.unwrap();
    stage.run_jobs().await;
    assert_eq!(row(&stage, &acme, "kim@x.test").await.state, State::Pending);
    stage.close().await;
}

#[tokio::test]
async fn addresses_are_read_however_they_were_copied() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let pasted = "a@x.test, b@x.test; c@x.test\td@x.test Jane Doe <e@x.test>\n\
                      Tom <f@x.test>\n<g@x.test> <h@x.test>\nzq\u{200b}@x.test";
        let list = ask(&ana, pasted).await;
        assert!(list.has_text("9 invitations on the way"), "{}", list.words());
        for name in ["a", "b", "c", "d", "e", "f", "g", "h", "zq"] {
            let email = format!("{name}@x.test");
            let known = list.has_text(&email);
            assert!(known, "{email}: {}", list.words());
        }
    })
    .await;
}
