//! Another address: asked for with a proof, confirmed by both sides, told, undone.

use core_testing::{Actor, Answer, Stage};

use crate::world::{asked_email, changed_email, everywhere};

const PASSWORD: &str = "correct horse battery staple";
const OLD: &str = "kim@example.test";
const NEW: &str = "kim@new.example";

async fn person(stage: &Stage, email: &str) -> Actor {
    let made = accounts::user::create(stage.store.catalog(), email, "Kim", PASSWORD).await;
    made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let browser = stage.visitor();
    assert_eq!(log_in(&browser, email, PASSWORD).await.status, 303);
    browser
}

async fn log_in(browser: &Actor, email: &str, password: &str) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", email), ("password", password)]).await
}

async fn id_of(stage: &Stage, email: &str) -> core_base::UserId {
    let user = core_access::user_by_email(stage.store.catalog(), email).await;
    user.map_err(core_base::Error::into_anyhow).unwrap().unwrap().id
}

async fn is_in(browser: &Actor) -> bool {
    browser.get("/account").await.status == 200
}

#[tokio::test]
async fn an_address_changes_where_both_sides_say_so() {
    everywhere(async |world| {
        let stage = &world.stage;
        let kim = person(stage, OLD).await;
        let other = stage.visitor();
        log_in(&other, OLD, PASSWORD).await;
        let link = asked_email(stage, &kim, NEW).await;
        assert!(kim.get("/account").await.text.contains(OLD), "nothing yet");
        let page = kim.get(&link).await;
        assert!(page.has_text("Confirm your new address"), "{}", page.words());
        assert!(kim.get("/account").await.text.contains(OLD), "looking changes nothing");
        let form = page.form("/account/email/confirm");
        let done = kim.submit(&form, &[]).await;
        assert_eq!((done.status, done.location()), (303, "/account"), "{}", done.words());
        assert!(kim.get("/account").await.text.contains(NEW));
        assert!(!is_in(&other).await, "every other session ends");
        stage.run_jobs().await;
        let told = stage.mailbox().newest_to(OLD);
        assert!(told.subject.contains("was changed") && told.text.contains(NEW), "{}", told.text);
        let token = [("token", link.split("token=").nth(1).unwrap())];
        let again = kim.post("/account/email/confirm", &token).await;
        assert_eq!(again.status, 404, "once");
        assert_eq!(log_in(&stage.visitor(), OLD, PASSWORD).await.status, 422);
        assert_eq!(log_in(&stage.visitor(), NEW, PASSWORD).await.status, 303);
    })
    .await;
}

/// Pre-hijacking by an unexpired change of address: the attacker asks for the victim's, who clicks.
#[tokio::test]
async fn whoever_reads_mail_there_gives_their_address_to_nobody_elses_account() {
    everywhere(async |world| {
        let stage = &world.stage;
        let attacker = person(stage, "mallory@example.test").await;
        let link = asked_email(stage, &attacker, NEW).await;
        let token = link.split("token=").nth(1).unwrap();
        let victim = stage.visitor();
        assert_eq!(victim.get(&link).await.status, 303, "to the log-in");
        let own = person(stage, "victim@example.test").await;
        assert_eq!(own.get(&link).await.status, 404);
        let sent = own.post("/account/email/confirm", &[("token", token)]).await;
        assert_eq!(sent.status, 404);
        assert!(own.get("/account").await.text.contains("victim@example.test"));
        // An account that came into being at that address meanwhile keeps it.
        person(stage, NEW).await;
        let sent = attacker.post("/account/email/confirm", &[("token", token)]).await;
        assert!(attacker.follow(sent).await.has_text("has an account already"));
        // And asking for one that has an account looks the same, and tells its owner alone.
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(4));
        let asked = attacker.post("/account/email", &[("email", NEW)]).await;
        let free = attacker.post("/account/email", &[("email", "free@new.example")]).await;
        let bare =
            |answer: &Answer| answer.words().replace(NEW, "X").replace("free@new.example", "X");
        assert_eq!((asked.status, bare(&asked)), (free.status, bare(&free)));
        stage.run_jobs().await;
        assert!(stage.mailbox().newest_to(NEW).subject.contains("already have an account"));
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn it_asks_who_it_is_first() {
    everywhere(async |world| {
        let kim = person(&world.stage, OLD).await;
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(20));
        let proof = "/account/prove?next=%2Faccount%2Femail";
        assert_eq!(kim.get("/account/email").await.location(), proof);
        assert_eq!(kim.post("/account/email", &[("email", NEW)]).await.location(), proof);
        world.stage.run_jobs().await;
        assert!(world.stage.mailbox().to(NEW).is_empty());
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn the_old_address_takes_the_account_back_for_a_week() {
    everywhere(async |world| {
        let stage = &world.stage;
        let thief = person(stage, OLD).await;
        // Made ready before: this goes too.
        crate::world::passkey(stage, id_of(stage, OLD).await, "Thief's first phone").await;
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(2));
        let undo = changed_email(stage, &thief, OLD, NEW).await;
        // The thief goes on: a key, an account elsewhere, another address, another password.
        let user = id_of(stage, NEW).await;
        crate::world::passkey(stage, user, "Thief's phone").await;
        crate::world::connect(stage, user, "thief@else.example").await;
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(6));
        let theirs = changed_email(stage, &thief, NEW, "third@new.example").await;
        let change = [("current", PASSWORD), ("password", "nine kites above the harbour")];
        assert_eq!(thief.post("/account/password", &change).await.status, 303);

        let owner = stage.visitor();
        let page = owner.get(&undo).await;
        assert!(page.has_text("Take your account back"), "{}", page.words());
        assert!(is_in(&thief).await, "looking changes nothing");
        let form = page.form("/account/email/undo");
        let done = owner.submit(&form, &[]).await;
        assert_eq!(done.location(), "/forgot?email=kim%40example.test", "{}", done.words());
        assert!(!is_in(&thief).await);
        for (email, password) in [
            (OLD, PASSWORD),
            (OLD, "nine kites above the harbour"),
            (NEW, "nine kites above the harbour"),
            ("third@new.example", "nine kites above the harbour"),
        ] {
            assert_eq!(log_in(&stage.visitor(), email, password).await.status, 422, "{email}");
        }
        let catalog = stage.store.catalog();
        let keys = accounts::passkey::of_user(catalog, user).await;
        assert!(keys.map_err(core_base::Error::into_anyhow).unwrap().is_empty());
        let connected = accounts::connection::of_user(catalog, user).await;
        assert!(connected.map_err(core_base::Error::into_anyhow).unwrap().is_empty());
        assert_eq!(owner.submit(&form, &[]).await.status, 404, "once");

        let form = owner.follow(done).await.form("/forgot");
        owner.submit(&form, &[]).await;
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to(OLD).links()[0].to_owned();
        let form = owner.get(&link).await.form("/reset");
        let fresh = "seven boats below the bridge";
        assert_eq!(owner.submit(&form, &[("password", fresh)]).await.status, 303);
        assert_eq!(log_in(&owner, OLD, fresh).await.status, 303);
        // The thief was sent a link too, which calls an address of theirs the old one.
        let form = stage.visitor().get(&theirs).await.form("/account/email/undo");
        let token = form.controls.iter().find(|one| one.name == "token").unwrap().value.clone();
        let late = stage.visitor().post("/account/email/undo", &[("token", &token)]).await;
        assert_eq!(late.status, 404, "{}", late.words());
        assert!(is_in(&owner).await);
        assert_eq!(id_of(stage, OLD).await, user);
        // After a week the link is over.
        core_base::clock::set_ahead(chrono::TimeDelta::minutes(12));
        let undo = changed_email(stage, &owner, OLD, "kim@fourth.example").await;
        core_base::clock::set_ahead(chrono::TimeDelta::days(8));
        assert_eq!(stage.visitor().get(&undo).await.status, 404);
        core_base::clock::set_ahead(chrono::TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn workspaces_read_the_new_address() {
    everywhere(async |world| {
        let members = world.ana.get("/settings/members").await;
        assert!(members.text.contains(&world.ana.email));
        changed_email(&world.stage, &world.ana, &world.ana.email, "ana@new.example").await;
        world.stage.run_jobs().await;
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let members = world.ana.get("/settings/members").await;
        assert!(members.text.contains("ana@new.example"), "{}", members.words());
        assert!(!members.text.contains(&world.ana.email));
    })
    .await;
}
