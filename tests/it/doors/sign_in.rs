//! Through the front door with e-mail and password, and out again.

use core_testing::{Actor, Answer, Role};

use crate::world::{World, everywhere};

const PASSWORD: &str = "correct horse battery staple";

/// Cara, a member of acme with a password, who has no session yet.
async fn cara(world: &World) -> String {
    let email = "cara@example.test";
    let catalog = world.stage.store.catalog();
    let made = accounts::user::create(catalog, email, "Cara", PASSWORD).await;
    let user = made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
    let new = core_access::NewMember {
        user,
        name: "Cara".into(),
        email: email.into(),
        role: Role::Viewer.into(),
    };
    let tenant = world.acme.tenant.id;
    core_access::reserve_membership(catalog, user, tenant)
        .await
        .map_err(core_base::Error::into_anyhow)
        .unwrap();
    world
        .stage
        .write_in(&world.acme, |db| async move { core_access::add_member(&db, new).await })
        .await;
    let done = core_access::confirm_membership(&world.stage.store, user, tenant).await;
    done.map_err(core_base::Error::into_anyhow).unwrap();
    email.to_owned()
}

async fn log_in(browser: &Actor, page: &Answer, email: &str, password: &str) -> Answer {
    let form = page.form("/login");
    browser.submit(&form, &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn from_a_workspaces_address_through_the_sign_in_page_and_back() {
    everywhere(async |world| {
        world.project("Rocket").await;
        let email = cara(world).await;
        let browser = world.stage.visitor_at(&world.acme);
        let page = browser.go("/projects").await;
        assert!(page.has_text("Log in"), "{}", page.words());
        let answer = log_in(&browser, &page, &email, PASSWORD).await;
        let page = browser.follow(answer).await;
        assert_eq!((page.status, &page.origin), (200, &world.acme.origin));
        assert!(page.has_text("Rocket") && page.has_text("Cara"), "{}", page.words());
        let out = page.form("/logout");
        let page = browser.submit(&out, &[]).await;
        let page = browser.follow(page).await;
        assert!(page.has_text("Log in"));
        assert_eq!(browser.get("/projects").await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    everywhere(async |world| {
        let email = cara(world).await;
        let mut answers = vec![];
        for (email, password) in
            [(email.as_str(), "not her password"), ("nobody@example.test", PASSWORD)]
        {
            let browser = world.stage.visitor();
            let page = browser.get("/login").await;
            let answer = log_in(&browser, &page, email, password).await;
            assert_eq!(answer.status, 422);
            assert!(answer.all("set-cookie").iter().all(|line| !line.contains("session")));
            assert_eq!(answer.form("/login").value("email"), Some(email), "what was typed is kept");
            assert_ne!(answer.form("/login").value("password"), Some(password));
            answers.push(answer.words());
        }
        assert_eq!(answers[0], answers[1]);
    })
    .await;
}

#[tokio::test]
async fn after_signing_in_one_is_only_led_to_a_path_of_ours() {
    everywhere(async |world| {
        let email = cara(world).await;
        for next in ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)"] {
            let browser = world.stage.visitor();
            let page = browser.get("/login").await;
            let form = page.form("/login");
            let fields = [("email", &*email), ("password", PASSWORD), ("next", next)];
            let answer = browser.submit(&form, &fields).await;
            assert_eq!(answer.status, 303);
            assert!(!answer.location().contains("evil"), "{}", answer.location());
            assert!(answer.location().starts_with(&world.acme.origin), "{}", answer.location());
        }
    })
    .await;
}

/// Every field for a password, wherever one is typed: masked, named for password managers, with nothing in the way
/// of pasting; and no question or hint stands in for one.
#[tokio::test]
async fn passwords_are_masked_and_left_to_password_managers() {
    everywhere(async |world| {
        let email = cara(world).await;
        let person = world.stage.visitor();
        let mut pages = vec![];
        for path in ["/login", "/forgot", "/signup"] {
            pages.push((path, person.get(path).await));
        }
        let form = person.get("/login").await.form("/login");
        person.submit(&form, &[("email", &email), ("password", PASSWORD)]).await;
        for path in ["/account", "/account/prove", "/account/email", "/account/delete"] {
            pages.push((path, person.get(path).await));
        }
        let mut seen = 0;
        for (path, page) in pages {
            assert_eq!(page.status, 200, "{path}: {}", page.words());
            for input in page.text.split("<input").skip(1) {
                let input = input.split('>').next().unwrap_or_default();
                let has = |text: &str| input.contains(text);
                assert!(
                    !has("onpaste") && !has("name=\"hint") && !has("name=\"question"),
                    "{input}"
                );
                if has("password\"") && has("name=\"") && !has("type=\"hidden\"") {
                    seen += 1;
                    assert!(has("type=\"password\""), "{path}: {input}");
                    let of = ["current-password", "new-password"];
                    assert!(of.iter().any(|of| has(&format!("\"{of}\""))), "{path}: {input}");
                }
            }
            for word in ["secret question", "maiden name", "password hint"] {
                assert!(!page.text.to_lowercase().contains(word), "{path}: {word}");
            }
        }
        assert!(seen >= 4, "{seen} fields for passwords were seen");
    })
    .await;
}
