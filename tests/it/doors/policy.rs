//! What a workspace asks of how its people log in: at each door, in the middle of a session, and not before its time.

use core_access::entity::user;
use core_testing::{Actor, Answer, Stage};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::world::{World, everywhere};

const PASSWORD: &str = "correct horse battery staple";
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const PATH: &str = "/settings/security";

/// Ana has a second step and has logged in with it.
async fn in_two_steps(world: &World) -> Actor {
    let stage = &world.stage;
    let (catalog, vault) = (stage.store.catalog(), &stage.core.vault);
    accounts::second_factor::give(catalog, vault, world.ana.user, SECRET).await.unwrap();
    let browser = with_method(stage, &world.ana, "password+totp").await;
    assert_eq!(come(world, &browser).await.status, 200);
    browser
}

/// A session of somebody's, opened so.
async fn with_method(stage: &Stage, of: &Actor, method: &str) -> Actor {
    let browser = stage.visitor();
    let new = core_access::NewSession {
        user: of.user,
        parent: None,
        site: core_base::SiteKey::ACCOUNT,
        tenant: None,
        born: None,
        method: method.to_owned(),
        proved_at: Some(core_base::clock::now()),
        user_agent: String::new(),
        address: "127.0.0.1".into(),
    };
    let token = stage.core.sessions.open(new).await;
    let token = token.map_err(core_base::Error::into_anyhow).unwrap();
    browser.set_cookie(browser.account_origin(), core_http::SESSION_COOKIE, token.expose());
    browser
}

fn at(world: &World, path: &str) -> String {
    format!("{}{path}", world.acme.origin)
}

async fn ask_for_it(world: &World, owner: &Actor, grace: &str) -> Answer {
    let page = owner.get(&at(world, PATH)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let form = page.form(PATH);
    owner.submit(&form, &[("two_step", "true"), ("grace", grace)]).await
}

/// Comes to a workspace by its own door.
async fn come(world: &World, browser: &Actor) -> Answer {
    browser.go(&at(world, "/enter?next=%2F")).await
}

#[tokio::test]
async fn a_session_without_a_second_step_is_none_there_by_each_door_and_at_once() {
    everywhere(async |world| {
        let owner = in_two_steps(world).await;
        let kim = world.stage.member(&world.acme, core_testing::Role::Member).await;
        assert_eq!(kim.get("/").await.status, 200);
        // A page that is open, a form that is being filled in, JSON, a stream of an export.
        let form = kim.get("/projects/new").await.form("/projects");
        let asked = ask_for_it(world, &owner, "0").await;
        assert_eq!(asked.location(), PATH, "{}", asked.words());
        for path in ["/", "/projects", "/projects/options", "/settings/members"] {
            let answer = kim.get(path).await;
            assert_eq!(answer.status, 303, "{path}: {}", answer.words());
            assert!(answer.location().starts_with("/enter"), "{path}: {}", answer.location());
        }
        let sent = kim.submit(&form, &[("name", "Falcon")]).await;
        assert!(sent.status >= 300, "{}", sent.words());
        assert_eq!(world.count_projects().await, 0);
        for method in ["password", "github", "email", "sign_up", "ticket", ""] {
            let browser = with_method(&world.stage, &kim, method).await;
            let refused = come(world, &browser).await;
            assert_eq!(refused.status, 403, "{method}");
            assert!(refused.has_text("Two-step verification is required"), "{}", refused.words());
            assert_eq!(browser.get(&at(world, "/projects")).await.status, 303, "{method}");
        }
        for method in ["password+totp", "github+key", "password+recovery_code", "passkey"] {
            let browser = with_method(&world.stage, &kim, method).await;
            let home = come(world, &browser).await;
            assert_eq!(home.status, 200, "{method}: {}", home.words());
        }
        // Other workspaces ask for nothing.
        assert_eq!(world.bo.get("/").await.status, 200);
        // And when it is off, all is as before.
        let form = owner.get(&at(world, PATH)).await.form(PATH);
        owner.submit(&form, &[("two_step", "")]).await;
        assert_eq!(kim.get("/").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn until_it_is_time_people_are_told_and_come_in() {
    everywhere(async |world| {
        let owner = in_two_steps(world).await;
        let kim = world.stage.member(&world.acme, core_testing::Role::Member).await;
        let page = owner.get(&at(world, PATH)).await;
        assert!(page.has_text("1 of 2 people"), "{}", page.words());
        ask_for_it(world, &owner, "7").await;
        world.stage.run_jobs().await;
        let mail = world.stage.mailbox().newest_to(&kim.email);
        assert!(mail.subject.contains("Two-step verification for"), "{}", mail.subject);
        assert!(world.stage.mailbox().to(&world.ana.email).is_empty(), "she has it");
        assert_eq!(kim.get("/").await.status, 200);
        core_base::clock::set_ahead(chrono::TimeDelta::days(8));
        assert_eq!(kim.get("/").await.status, 303);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
        // What is on stays on, and the rest can be changed.
        let form = owner.get(&at(world, PATH)).await.form(PATH);
        assert_eq!(owner.submit(&form, &[("hours", "24")]).await.status, 303);
        assert!(owner.get(&at(world, PATH)).await.has_text("Required from"));
        let log = owner.get(&at(world, "/settings/audit")).await;
        assert!(log.has_text("Two-step verification"), "{}", log.words());
    })
    .await;
}

#[tokio::test]
async fn whoever_lacks_it_asks_nobody_for_it_and_only_owners_may() {
    everywhere(async |world| {
        let refused = ask_for_it(world, &world.ana, "0").await;
        assert_eq!(refused.status, 422, "{}", refused.words());
        assert!(refused.has_text("for your own account first"), "{}", refused.words());
        assert_eq!(world.ana.get("/").await.status, 200);
        let admin = world.stage.member(&world.acme, core_testing::Role::Admin).await;
        assert_eq!(admin.get(PATH).await.status, 403);
        // Two who save at once: the second is told.
        let owner = in_two_steps(world).await;
        let form = owner.get(&at(world, PATH)).await.form(PATH);
        assert_eq!(owner.submit(&form, &[("hours", "24")]).await.status, 303);
        let late = owner.submit(&form, &[("hours", "8")]).await;
        assert!(late.status == 422 && late.has_text("changed these settings"), "{}", late.words());
        let form = owner.get(&at(world, PATH)).await.form(PATH);
        let none = owner.submit(&form, &[("two_step", "true"), ("grace", "")]).await;
        assert_eq!(none.status, 422, "{}", none.words());
        for bad in [("hours", "1"), ("hours", "x"), ("grace", "-1"), ("grace", "9999")] {
            let form = owner.get(&at(world, PATH)).await.form(PATH);
            let answer = owner.submit(&form, &[("two_step", "true"), bad]).await;
            assert_eq!(answer.status, 422, "{bad:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn after_its_hours_a_workspace_asks_who_it_is() {
    everywhere(async |world| {
        let stage = &world.stage;
        let kim = stage.visitor();
        log_in_as_owner(world, &kim).await;
        let form = kim.get(&at(world, PATH)).await.form(PATH);
        assert_eq!(kim.submit(&form, &[("hours", "8")]).await.status, 303);
        core_base::clock::set_ahead(chrono::TimeDelta::hours(7));
        assert_eq!(kim.get(&at(world, "/projects")).await.status, 200);
        core_base::clock::set_ahead(chrono::TimeDelta::hours(9));
        assert_eq!(kim.get(&at(world, "/projects")).await.status, 303);
        let asked = kim.go(&at(world, "/projects")).await;
        assert!(asked.has_text("Confirm it's you"), "{}", asked.words());
        let back = kim.submit(&asked.form("/account/prove"), &[("password", PASSWORD)]).await;
        let back = kim.follow(back).await;
        assert_eq!(back.status, 200, "{}", back.words());
        assert_eq!(kim.get(&at(world, "/projects")).await.status, 200);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

/// What a workspace asks of everybody's log-in is read and changed by somebody who has just shown who they are.
#[tokio::test]
async fn whoever_decides_how_people_log_in_shows_first_who_they_are() {
    everywhere(async |world| {
        let stage = &world.stage;
        let kim = stage.visitor();
        log_in_as_owner(world, &kim).await;
        let form = kim.get(&at(world, PATH)).await.form(PATH);
        let before = kim.cookie(&world.acme.origin, core_http::SESSION_COOKIE).unwrap();
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(16));
        // Everything else stays open.
        assert_eq!(kim.get(&at(world, "/settings/general")).await.status, 200);
        // What was typed while the proof ran out comes back.
        let sent = kim.submit(&form, &[("hours", "168")]).await;
        assert!(sent.location().starts_with("/enter?prove=yes&next="), "{}", sent.location());
        assert_eq!(hours(world).await, None, "nothing is changed without it");
        let asked = kim.follow(sent).await;
        assert!(asked.has_text("Confirm it's you"), "{}", asked.words());
        let proved = kim.submit(&asked.form("/account/prove"), &[("password", PASSWORD)]).await;
        let back = kim.follow(proved).await;
        let text = "You had to confirm it's you before this was saved.";
        assert!(back.status == 200 && back.has_text(text), "{}", back.words());
        assert_eq!(kim.submit(&back.form(PATH), &[]).await.status, 303);
        assert_eq!(hours(world).await, Some(168));
        // The session of before is over: a copy of its token is none.
        let now = kim.cookie(&world.acme.origin, core_http::SESSION_COOKIE).unwrap();
        assert_ne!(before, now);
        let thief = stage.visitor();
        thief.set_cookie(&world.acme.origin, core_http::SESSION_COOKIE, &before);
        assert_eq!(thief.get(&at(world, "/projects")).await.status, 303);
        // Reading asks for it, too.
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(40));
        let asked = kim.go(&at(world, PATH)).await;
        assert!(asked.has_text("Confirm it's you"), "{}", asked.words());
        // Somebody else's proof at the account site is not theirs here.
        let other = stage.member(&world.acme, core_testing::Role::Member).await;
        let (account, name) = (kim.account_origin().to_owned(), core_http::SESSION_COOKIE);
        let proven = with_method(stage, &other, "password").await;
        kim.set_cookie(&account, name, &proven.cookie(&account, name).unwrap());
        let refused = kim.go(&at(world, PATH)).await;
        assert_eq!(refused.status, 400, "{}", refused.words());
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

async fn hours(world: &World) -> Option<u32> {
    let found = world.stage.store.directory().by_id(world.acme.tenant.id).await.unwrap();
    found.unwrap().sign_in.session_hours
}

/// An owner with a password logs in and comes to the workspace.
async fn log_in_as_owner(world: &World, browser: &Actor) {
    let stage = &world.stage;
    let person = stage.member(&world.acme, core_testing::Role::Owner).await;
    let email = &person.email;
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<user::Entity>().filter(user::Column::Id.eq(person.user));
    let update = update.col_expr(user::Column::PasswordHash, Expr::value(hash));
    update.exec(catalog).await.unwrap();
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", email), ("password", PASSWORD)]).await;
    assert_eq!(come(world, browser).await.status, 200);
}
