//! The end of an account: asked for with a proof, undone for thirty days, then nothing is left; and its data as a file.

use chrono::TimeDelta;
use core_access::Role;
use core_base::clock;
use core_testing::{Actor, Answer, Stage, Workspace};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::{connect, everywhere, passkey};

const PASSWORD: &str = "correct horse battery staple";
const KIM: &str = "kim@example.test";
const DELETE: &str = "/account/delete";

async fn log_in(browser: &Actor) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", KIM), ("password", PASSWORD)]).await
}

async fn kim(stage: &Stage) -> Actor {
    let made = accounts::user::create(stage.store.catalog(), KIM, "Kim", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let browser = stage.visitor();
    assert_eq!(log_in(&browser).await.status, 303);
    browser
}

async fn delete(browser: &Actor, email: &str) -> Answer {
    let form = browser.get(DELETE).await.form(DELETE);
    browser.submit(&form, &[("email", email)]).await
}

/// As if so many days had gone by; what is due is done.
async fn days_later(stage: &Stage, days: i64) {
    clock::set_ahead(TimeDelta::days(days));
    let job = stage.jobs.schedules().iter().find(|one| one.name == "accounts.erase_due");
    let fired = core_jobs::run_now(&stage.store, job.unwrap(), None).await;
    assert_eq!(fired.map_err(core_base::Error::into_anyhow).unwrap(), 1);
    stage.run_jobs().await;
}

fn told(stage: &Stage, email: &str, subject: &str) -> bool {
    stage.mailbox().to(email).iter().any(|mail| mail.subject.contains(subject))
}

#[tokio::test]
async fn a_deleted_account_can_be_kept_for_thirty_days() {
    everywhere(async |world| {
        let stage = &world.stage;
        clock::set_ahead(TimeDelta::zero());
        let browser = kim(stage).await;
        let other = stage.visitor();
        log_in(&other).await;
        let wrong = delete(&browser, "somebody@example.test").await;
        assert!(wrong.status == 422 && wrong.has_text("This doesn't match."), "{}", wrong.words());
        assert_eq!(other.get("/account").await.status, 200, "nothing happened");
        let done = delete(&browser, " Kim@example.test ").await;
        assert_eq!((done.status, done.location()), (303, "/login"), "{}", done.words());
        for one in [&browser, &other] {
            assert_eq!(one.get("/account").await.status, 303, "logged out everywhere");
        }
        stage.run_jobs().await;
        assert!(told(stage, KIM, "will be deleted"));
        days_later(stage, 29).await;
        // Whoever comes back learns of it first.
        let back = log_in(&browser).await;
        assert_eq!(back.location(), DELETE);
        let page = browser.follow(back).await;
        assert!(page.has_text("Your account will be deleted on"), "{}", page.words());
        let kept = browser.submit(&page.form("/account/keep"), &[]).await;
        assert_eq!(kept.status, 303, "{}", kept.words());
        stage.run_jobs().await;
        assert!(told(stage, KIM, "stays"));
        assert_eq!(browser.post("/account/keep", &[]).await.status, 404, "once");
        days_later(stage, 31).await;
        assert_eq!(log_in(&stage.visitor()).await.status, 303, "it is still there");
        let log = browser.get("/account/security/activity").await;
        for said in ["Deleted the account", "Kept the account after all"] {
            assert!(log.has_text(said), "{}", log.words());
        }
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn who_is_needed_in_a_workspace_stays_until_they_are_not() {
    everywhere(async |world| {
        let stage = &world.stage;
        clock::set_ahead(TimeDelta::zero());
        let acme = stage.tenant("widgets").await;
        let owner = stage.member(&acme, Role::Owner).await;
        let path = format!("{}{DELETE}", owner.account_origin());
        let page = owner.get(&path).await;
        assert!(page.has_text("You can't delete your account yet"), "{}", page.words());
        assert!(page.has_text("You're its only owner."), "{}", page.words());
        let sent = owner.post(&path, &[("email", &owner.email)]).await;
        assert_eq!(sent.status, 422, "{}", sent.words());
        let second = stage.member(&acme, Role::Owner).await;
        // An app may have a say.
        let project =
            [("name", "Falcon"), ("status", "at_risk"), ("owner", &*owner.member_id().to_string())];
        let made = owner.post("/projects", &project).await;
        assert_eq!(made.status, 303, "{}", made.words());
        let page = owner.get(&path).await;
        assert!(page.has_text("which is at risk"), "{}", page.words());
        let handed = [("name", "Falcon"), ("status", "at_risk"), ("owner", ""), ("version", "1")];
        assert_eq!(owner.post(made.location(), &handed).await.status, 303);
        let sent = owner.post(&path, &[("email", &owner.email)]).await;
        assert_eq!((sent.status, sent.location()), (303, "/login"), "{}", sent.words());
        // Meanwhile the other one goes: the job finds a workspace that needs its owner, waits and says so.
        let left = second.post("/settings/leave", &[]).await;
        assert_eq!(left.status, 303, "{}", left.words());
        days_later(stage, 31).await;
        assert!(told(stage, &owner.email, "could not be deleted yet"));
        assert!(
            core_access::user_by_id(stage.store.catalog(), owner.user)
                .await
                .is_ok_and(|one| one.is_some())
        );
        let third = stage.member(&acme, Role::Owner).await;
        days_later(stage, 37).await;
        assert!(!told(stage, &owner.email, "is deleted"), "a week has not gone by");
        days_later(stage, 39).await;
        assert!(told(stage, &owner.email, "is deleted"));
        let members = third.get("/settings/members").await;
        assert_eq!(members.status, 200);
        assert!(!members.text.contains(&owner.email), "{}", members.words());
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}

/// Entries of the catalogue's trail that hold one of these words.
async fn trail(stage: &Stage, words: &[&str]) -> Vec<String> {
    let catalog = stage.store.catalog();
    let sql = "SELECT entity, action, title, changes, address FROM \"catalog\".\"audit_entries\"";
    let query = Statement::from_string(catalog.get_database_backend(), sql);
    let mut all = vec![];
    for row in catalog.query_all_raw(query).await.unwrap() {
        let text = |column: &str| row.try_get::<String>("", column).unwrap();
        let entry = ["entity", "action", "title", "changes", "address"].map(text).join(" ");
        if words.iter().any(|word| entry.contains(word)) {
            all.push(entry);
        }
    }
    all
}

/// Makes somebody a member of another workspace too.
async fn join(stage: &Stage, who: &Actor, workspace: &Workspace) {
    let (catalog, tenant) = (stage.store.catalog(), workspace.tenant.id);
    let new = core_access::NewMember {
        user: who.user,
        name: who.name.clone(),
        email: who.email.clone(),
        role: Role::Member.into(),
    };
    let reserved = core_access::reserve_membership(catalog, who.user, tenant).await;
    reserved.map_err(core_base::Error::into_anyhow).unwrap();
    let add = |db| async move { core_access::add_member(&db, new).await };
    stage.write_in(workspace, add).await;
    let done = core_access::confirm_membership(&stage.store, who.user, tenant).await;
    done.map_err(core_base::Error::into_anyhow).unwrap();
}

#[tokio::test]
async fn nobody_leaves_a_workspace_before_they_can_leave_all() {
    everywhere(async |world| {
        let stage = &world.stage;
        clock::set_ahead(TimeDelta::zero());
        let (acme, globex) = (stage.tenant("widgets").await, stage.tenant("gadgets").await);
        stage.member(&acme, Role::Owner).await;
        let gone = stage.member(&globex, Role::Owner).await;
        join(stage, &gone, &acme).await;
        crate::world::departing(stage, gone.user).await;
        days_later(stage, 31).await;
        assert!(told(stage, &gone.email, "could not be deleted yet"));
        let rows = known(stage, gone.user).await;
        assert!(rows.contains(&("memberships".to_owned(), 2)), "{rows:?}");
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}

/// How many rows of the catalogue know somebody, by table.
async fn known(stage: &Stage, user: core_base::UserId) -> Vec<(String, u64)> {
    let catalog = stage.store.catalog();
    let mut all = vec![];
    for table in [
        "users",
        "sessions",
        "memberships",
        "passkeys",
        "connections",
        "totp_factors",
        "recovery_codes",
        "trusted_devices",
        "second_step_resets",
        "security_events",
        "email_undos",
        "account_deletions",
    ] {
        let column = if table == "users" { "id" } else { "user_id" };
        let sql =
            format!("SELECT count(*) AS many FROM \"catalog\".\"{table}\" WHERE {column} = $1");
        let query =
            Statement::from_sql_and_values(catalog.get_database_backend(), sql, [user.into()]);
        let row = catalog.query_one_raw(query).await.unwrap().unwrap();
        let many: i64 = row.try_get("", "many").unwrap();
        if many > 0 {
            all.push((table.to_owned(), many.unsigned_abs()));
        }
    }
    all
}

#[tokio::test]
async fn after_thirty_days_nothing_of_it_is_left_and_nobody_else_is_touched() {
    everywhere(async |world| {
        let stage = &world.stage;
        clock::set_ahead(TimeDelta::zero());
        let acme = stage.tenant("widgets").await;
        let owner = stage.member(&acme, Role::Owner).await;
        let gone = stage.member(&acme, Role::Admin).await;
        let (user, email) = (gone.user, gone.email.clone());
        passkey(stage, user, "Phone").await;
        connect(stage, user, "gone@else.example").await;
        passkey(stage, owner.user, "Another").await;
        // They came by an invitation, and another workspace invited them too.
        let other = stage.tenant("gadgets").await;
        let inviter = stage.member(&other, Role::Owner).await;
        let invited = [("emails", &*email), ("role", "viewer")];
        assert_eq!(inviter.post("/settings/members/invite", &invited).await.status, 303);
        assert!(inviter.get("/settings/members").await.text.contains(&email));
        let made = gone.post("/projects", &[("name", "Falcon")]).await;
        assert_eq!(made.status, 303, "{}", made.words());
        let path = format!("{}{DELETE}", gone.account_origin());
        assert_eq!(gone.post(&path, &[("email", &email)]).await.status, 303);
        let before = known(stage, owner.user).await;
        days_later(stage, 31).await;
        // Twice is once.
        days_later(stage, 32).await;
        assert_eq!(known(stage, user).await, []);
        assert_eq!(known(stage, owner.user).await, before, "nobody else's");
        assert!(told(stage, &email, "is deleted"));
        stage.log_in_again(&owner, &acme).await;
        let members = owner.get("/settings/members").await;
        assert_eq!(members.status, 200);
        assert!(!members.text.contains(&email), "{}", members.words());
        assert!(owner.get(made.location()).await.has_text("Falcon"), "their work stays");
        stage.log_in_again(&inviter, &other).await;
        let invitations = inviter.get("/settings/members").await;
        assert_eq!(invitations.status, 200);
        assert!(!invitations.text.contains(&email), "{}", invitations.words());
        let log = owner.get("/settings/audit").await;
        assert_eq!(log.status, 200);
        assert!(!log.text.contains(&email), "{}", log.words());
        // The address is free.
        let trail = trail(stage, &[&email, "gone@else.example", "Phone"]).await;
        assert!(trail.is_empty(), "the catalogue's trail knows who is gone: {trail:?}");
        let again = accounts::user::create(stage.store.catalog(), &email, "Again", PASSWORD).await;
        again.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn the_file_of_an_account_has_what_is_kept_and_asks_for_a_proof() {
    everywhere(async |world| {
        let stage = &world.stage;
        clock::set_ahead(TimeDelta::zero());
        let browser = kim(stage).await;
        let user = core_access::user_by_email(stage.store.catalog(), KIM).await;
        let user = user.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        passkey(stage, user.id, "Phone").await;
        connect(stage, user.id, "kim@else.example").await;
        let file = browser.get("/account/data").await;
        assert_eq!(file.status, 200);
        assert_eq!(file.header("content-disposition"), "attachment; filename=\"my-account.json\"");
        let all: serde_json::Value = serde_json::from_str(&file.text).unwrap();
        assert_eq!(all["account"]["email"], KIM);
        assert_eq!(all["passkeys_and_security_keys"][0]["name"], "Phone");
        assert_eq!(all["connected_accounts"][0]["account"], "kim@else.example");
        assert_eq!(all["security_activity"][1]["what"], "logged_in");
        assert_eq!(all["devices"].as_array().unwrap().len(), 1);
        for secret in [&*user.password_hash, "credential", "token", "secret"] {
            assert!(!file.text.contains(secret), "{secret}");
        }
        clock::set_ahead(TimeDelta::minutes(16));
        for path in ["/account/data", DELETE] {
            let asked = browser.get(path).await;
            assert!(asked.location().starts_with("/account/prove"), "{path}: {}", asked.status);
        }
        let sent = browser.post(DELETE, &[("email", KIM)]).await;
        assert!(sent.location().starts_with("/account/prove"), "{}", sent.status);
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}
