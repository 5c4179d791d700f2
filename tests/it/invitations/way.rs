//! The ways of people through an invitation.

use core_access::{Role, entity::invitation::State, workspaces_of};
use core_testing::{Stage, for_each_store};

use super::{PASSWORD, accept, expire, invite, is, join, link_to, row, token};
use crate::world::apps;

#[tokio::test]
async fn somebody_without_an_account_gets_one_by_the_link_and_joins() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let link = invite(stage, &ana, " New@Example.TEST ", "viewer").await;
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("1 member and 1 invited: 2 seats."), "{}", list.words());
        assert!(list.has_text("new@example.test") && list.has_text("by Owner 0"));

        let browser = stage.visitor();
        let page = browser.get(&link).await;
        for part in [&*ana.name, &ana.email, "Acme", "Viewer", "new@example.test"] {
            assert!(page.has_text(part), "{part}: {}", page.words());
        }
        assert!(page.text.contains("/signup/invited?token="));
        let step = browser.get(&format!("/signup/invited?token={}", token(&link))).await;
        let form = step.form("/signup/invited");
        let bad = browser.submit(&form, &[("name", "New"), ("password", "short")]).await;
        assert_eq!(bad.status, 422);
        assert_eq!(bad.form("/signup/invited").value("name"), Some("New"));
        let fields = [("name", "New Person"), ("password", PASSWORD)];
        let made = browser.submit(&form, &fields).await;
        assert!(made.location().starts_with("/invitation?token="), "{}", made.location());
        let joined = join(&browser, &link).await;
        assert_eq!(joined.location(), format!("{}/", acme.origin));
        // All the way in: a viewer sees the projects.
        let inside = browser.follow(joined).await;
        assert_eq!(inside.status, 200, "{}", inside.words());
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("2 members.") && list.has_text("New Person"), "{}", list.words());
        assert!(!list.has_text("Pending invitations"));

        stage.run_jobs().await;
        let told = stage.mailbox().newest_to(&ana.email);
        assert_eq!(told.subject, "Your invitation was accepted");
        assert!(told.text.contains("New Person") && told.links()[0].starts_with(&acme.origin));

        // The link again: in the same browser it opens the workspace, in others it is over.
        assert!(browser.get(&link).await.has_text("You have joined Acme"));
        let again = join(&browser, &link).await;
        assert_eq!(again.location(), format!("{}/", acme.origin));
        assert!(stage.visitor().get(&link).await.has_text("This invitation is no longer valid"));
        // Nor does it make a second account.
        let again = stage.visitor().get(&format!("/signup/invited?token={}", token(&link))).await;
        assert_eq!(again.status, 303);
    })
    .await;
}

#[tokio::test]
async fn somebody_with_an_account_logs_in_or_switches_and_comes_back() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let made = accounts::user::create(stage.store.catalog(), "bo@x.test", "Bo", PASSWORD).await;
        let bo = made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        let link = invite(stage, &ana, "bo@x.test", "member").await;

        // In the browser of somebody else, who can't use it.
        let eve = stage.person("Eve").await;
        let page = eve.get(&link).await;
        assert!(page.has_text("Wrong account?") && page.has_text(&eve.email));
        assert!(page.forms().iter().all(|form| form.path() != "/invitation/accept"));
        assert_eq!(accept(&eve, token(&link)).await.status, 303);
        assert_eq!(is(stage, &acme, eve.user).await, None);

        let switched = eve.submit(&page.form("/logout"), &[]).await;
        let page = eve.follow(switched).await;
        assert!(page.has_text("Log in to join"), "{}", page.words());
        let login = format!("/login?next=%2Finvitation%3Ftoken%3D{}", token(&link));
        assert!(page.outline().contains(&login), "{}", page.outline());
        let form = eve.get(&login).await.form("/login");
        let back = eve.submit(&form, &[("email", "bo@x.test"), ("password", PASSWORD)]).await;
        assert_eq!(back.location(), format!("/invitation?token={}", token(&link)));
        assert_eq!(join(&eve, &link).await.location(), format!("{}/", acme.origin));
        assert_eq!(is(stage, &acme, bo).await, Some(Role::Member.into()));
    })
    .await;
}

#[tokio::test]
async fn a_letter_sent_again_ends_the_one_before_and_cancelling_ends_both() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let kim = stage.person("Kim").await;
        let first = invite(stage, &ana, &kim.email, "viewer").await;
        let id = row(stage, &acme, &kim.email).await.id;
        let path = format!("/settings/members/invitations/{id}");
        expire(stage, &acme, &kim.email).await;
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("Expired on") && list.has_text("1 member."), "{}", list.words());
        assert!(kim.get(&first).await.has_text("has expired"));

        let resent = ana.submit(&list.form(&format!("{path}/resend")), &[]).await;
        assert!(ana.follow(resent).await.has_text("Invitation sent again"));
        stage.run_jobs().await;
        let second = link_to(stage, &kim.email);
        assert!(kim.get(&first).await.has_text("This invitation is no longer valid"));
        assert!(kim.get(&second).await.has_text("invited you to Acme"));
        // Invited again: the same seat, a new email, another role.
        let third = invite(stage, &ana, &kim.email.to_uppercase(), "member").await;
        assert_eq!(row(stage, &acme, &kim.email).await.version, 3);
        assert!(kim.get(&second).await.has_text("This invitation is no longer valid"));
        assert!(ana.get("/settings/members").await.has_text("1 member and 1 invited"));

        let asked = ana.get(&format!("{path}/revoke")).await;
        let done = ana.submit(&asked.form(&format!("{path}/revoke")), &[]).await;
        assert!(ana.follow(done).await.has_text("is no longer invited"));
        assert!(kim.get(&third).await.has_text("This invitation is no longer valid"));
        assert_eq!(ana.post(&format!("{path}/revoke"), &[]).await.status, 404);
        assert_eq!(ana.post(&format!("{path}/resend"), &[]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn who_signs_up_without_the_link_is_shown_the_invitation_that_waits() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        invite(stage, &ana, "dee@x.test", "viewer").await;
        let dee = stage.visitor();
        let form = dee.get("/signup").await.form("/signup");
        dee.submit(&form, &[("email", "Dee@x.test")]).await;
        stage.run_jobs().await;
        let confirm = stage.mailbox().newest_to("dee@x.test").links()[0].to_owned();
        let form = dee.get(&confirm).await.form("/signup/confirm");
        let made = dee.submit(&form, &[("name", "Dee"), ("password", PASSWORD)]).await;
        let page = dee.follow(made).await;
        assert!(page.has_text(&format!("{} invited you to Acme", ana.name)), "{}", page.words());
        let start = page.text.find("/invitation?token=").unwrap();
        let link = page.text[start..].split('"').next().unwrap().to_owned();
        assert_eq!(join(&dee, &link).await.location(), format!("{}/", acme.origin));
        assert!(!dee.get("/workspaces").await.has_text("invited you"), "it is used");
        // Nobody else is told.
        let eve = stage.person("Eve").await;
        assert!(!eve.get("/workspaces").await.has_text("invited you"));
    })
    .await;
}

#[tokio::test]
async fn who_declines_is_not_asked_again_by_the_same_link() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let kim = stage.person("Kim").await;
        let link = invite(stage, &ana, &kim.email, "viewer").await;
        let page = stage.visitor().get(&link).await;
        assert!(page.forms().iter().all(|form| form.path() != "/invitation/decline"), "it asks");
        let ask = link.replace("/invitation?", "/invitation/decline?");
        let page = stage.visitor().get(&ask).await;
        let declined = kim.submit(&page.form("/invitation/decline"), &[]).await;
        assert_eq!(declined.status, 400, "the form of another browser");
        let page = kim.get(&ask).await;
        let declined = kim.submit(&page.form("/invitation/decline"), &[]).await;
        assert!(kim.follow(declined).await.has_text("You declined the invitation"));
        let list = ana.get("/settings/members").await;
        assert!(list.has_text("Declined. It was sent just now."), "{}", list.words());
        assert_eq!(row(stage, &acme, &kim.email).await.state, State::Declined);
        assert_eq!(accept(&kim, token(&link)).await.status, 404);
        let again = kim.submit(&page.form("/invitation/decline"), &[]).await;
        assert_eq!(again.status, 404);
        assert_eq!(is(stage, &acme, kim.user).await, None);
    })
    .await;
}

#[tokio::test]
async fn who_declines_without_an_account_reads_so_and_the_inviter_clears_the_list() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let link = invite(stage, &ana, "new@x.test", "viewer").await;
        let browser = stage.visitor();
        let ask = browser.get(&link.replace("/invitation?", "/invitation/decline?")).await;
        let done = browser.submit(&ask.form("/invitation/decline"), &[]).await;
        assert_eq!(done.status, 200, "no way to a page for logging in");
        assert!(done.has_text("You declined the invitation"), "{}", done.words());
        let id = row(stage, &acme, "new@x.test").await.id;
        let path = format!("/settings/members/invitations/{id}/revoke");
        let ask = ana.get(&path).await;
        assert!(ask.has_text("Remove new@x.test from this list"), "{}", ask.words());
        let done = ana.submit(&ask.form(&path), &[]).await;
        ana.follow(done).await;
        assert!(!ana.get("/settings/members").await.has_text("new@x.test"));
    })
    .await;
}

#[tokio::test]
async fn who_was_removed_can_be_invited_back() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let kim = stage.person("Kim").await;
        for role in ["viewer", "admin"] {
            let link = invite(stage, &ana, &kim.email, role).await;
            assert_eq!(join(&kim, &link).await.status, 303);
            let now = is(stage, &acme, kim.user).await;
            assert_eq!(now.map(|role| role.to_string()).as_deref(), Some(role));
            let belongs = workspaces_of(&stage.store, kim.user).await;
            assert_eq!(belongs.map_err(core_base::Error::into_anyhow).unwrap().len(), 1);
            let page = ana.get("/settings/members").await;
            let forms = page.forms();
            let of = forms.iter().find(|form| form.path().ends_with("/role")).unwrap();
            let remove = of.path().replace("/role", "/remove");
            assert_eq!(ana.post(&remove, &[]).await.status, 303);
            assert_eq!(is(stage, &acme, kim.user).await, None);
            // The link that was used does not lead back.
            assert_eq!(kim.get(&link).await.status, 404);
            assert_eq!(accept(&kim, token(&link)).await.status, 404);
            assert_eq!(is(stage, &acme, kim.user).await, None);
        }
    })
    .await;
}

#[tokio::test]
async fn registration_may_be_closed_to_the_invited_too() {
    for (setting, allowed) in [("invited", true), ("closed", false)] {
        let vars = [("REGISTRATION", setting)];
        let stage = Stage::with(core_testing::StoreKind::Sqlite, apps(), &vars).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let link = invite(&stage, &ana, "new@x.test", "viewer").await;
        let browser = stage.visitor();
        let page = browser.get(&link).await;
        assert_eq!(page.has_text("Create an account to join"), allowed, "{setting}");
        let fields = [("token", token(&link)), ("name", "New"), ("password", PASSWORD)];
        let made = browser.post("/signup/invited", &fields).await;
        assert_eq!(made.status, if allowed { 303 } else { 403 }, "{setting}: {}", made.words());
        stage.close().await;
    }
}

#[tokio::test]
async fn the_secret_of_a_link_is_kept_nowhere() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        ana.post("/settings/members/invite", &[("emails", "x@y.test"), ("role", "viewer")]).await;
        stage.run_jobs().await;
        let link = link_to(stage, "x@y.test");
        let secret = &token(&link)[64..];
        let catalog = stage.store.catalog();
        let jobs = catalog.find::<core_jobs::job_entity::Entity>();
        let jobs = sea_orm::Select::all(jobs, catalog).await.unwrap();
        let row = row(stage, &acme, "x@y.test").await;
        assert!(!format!("{jobs:?}{row:?}").contains(secret));
        let log = "paths are logged, queries are not";
        assert!(link.split('?').next().unwrap().ends_with("/invitation"), "{log}");
    })
    .await;
}
