//! What was sent and can't be drawn again by its handler, or whose page is an answer to another form, is not
//! lost either, and never done blindly: a page says that nothing has happened, or the question comes again.

use core_testing::{Answer, Role};

use crate::world::{World, everywhere};

/// Sends the first form of `page` to `action` as a browser does from there.
async fn send(world: &World, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let shown = world.ana.get(page).await;
    let form = shown.form(action);
    let token = form.value("_csrf").unwrap().to_owned();
    let fields = [fields, &[("_csrf", &*token)]].concat();
    let from = format!("{}{page}", world.acme.origin);
    world.ana.browse(&from, action, &fields).await
}

async fn end_session(world: &World) {
    let sessions = &world.stage.core.sessions;
    sessions.end_all(world.ana.user, None).await.unwrap_or_else(|_| panic!());
}

/// Where the way to log in leads on to.
fn next(answer: &Answer) -> String {
    let way = url::Url::parse(&format!("http://x{}", answer.location())).unwrap();
    way.query_pairs().find(|(name, _)| name == "next").unwrap().1.into_owned()
}

async fn project(world: &World, name: &str) -> String {
    let made = world.ana.post("/projects", &[("name", name)]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    made.location().to_owned()
}

#[tokio::test]
async fn a_choice_made_in_a_list_is_told_of_after_logging_in() {
    everywhere(async |world| {
        let pat = world.stage.member(&world.acme, Role::Member).await;
        let action = format!("/settings/members/{}/role", pat.member_id());
        let shown = world.ana.get("/settings/members").await;
        let token = shown.form(&action).value("_csrf").unwrap().to_owned();
        end_session(world).await;
        let from = format!("{}/settings/members", world.acme.origin);
        let fields = [("role", "viewer"), ("_csrf", &token)];
        let answer = world.ana.browse(&from, &action, &fields).await;
        let next = next(&answer);
        assert!(next.starts_with("/settings/members?kept="), "{next}");
        // Whoever else logs in at this browser is asked nothing.
        let other = world.stage.member(&world.acme, Role::Owner).await;
        let key = world.ana.cookie(&world.acme.origin, "__Host-kept").unwrap();
        other.set_cookie(&world.acme.origin, "__Host-kept", &key);
        assert!(!other.get(&next).await.has_text("You were logged out before"));
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let page = world.ana.get(&next).await;
        assert_eq!(page.status, 200);
        assert!(page.has_text("You were logged out before this was saved"), "{}", page.words());
        assert!(page.outline().contains("[Go back](/settings/members)"), "{}", page.outline());
        assert!(page.forms().iter().all(|form| form.path() != action), "nothing is sent blindly");
        let list = world.ana.get("/settings/members").await;
        assert!(list.form(&action).value("role") == Some("member"), "it was sent by itself");
    })
    .await;
}

#[tokio::test]
async fn a_deed_without_a_page_is_told_of_too() {
    everywhere(async |world| {
        let (path, _) = world.invitation("later@example.test").await;
        let action = format!("{path}/resend");
        let shown = world.ana.get("/settings/members").await;
        let token = shown.form(&action).value("_csrf").unwrap().to_owned();
        end_session(world).await;
        let from = format!("{}/settings/members", world.acme.origin);
        let answer = world.ana.browse(&from, &action, &[("_csrf", &token)]).await;
        let next = next(&answer);
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let page = world.ana.get(&next).await;
        assert!(page.has_text("You were logged out before this was saved"), "{}", page.words());
        assert!(page.forms().iter().all(|form| form.path() != action), "nothing is sent blindly");
    })
    .await;
}

/// Deleting, removing, leaving: each has a page that names what it is about, and that page comes again.
#[tokio::test]
async fn a_deed_is_asked_about_by_its_own_page() {
    everywhere(async |world| {
        let path = project(world, "Rocket").await;
        let (action, member) = (format!("{path}/delete"), world.member().await);
        for (action, from, names) in [
            (&action, &path, "Rocket"),
            (&format!("{member}/remove"), &"/settings/members".to_owned(), "Member"),
        ] {
            let shown = world.ana.get(action).await;
            let token = shown.form(action).value("_csrf").unwrap().to_owned();
            end_session(world).await;
            let from = format!("{}{from}", world.acme.origin);
            let answer = world.ana.browse(&from, action, &[("_csrf", &token)]).await;
            let next = next(&answer);
            world.stage.log_in_again(&world.ana, &world.acme).await;
            let answer = world.ana.get(&next).await;
            assert_eq!((answer.status, answer.location()), (303, action.as_str()));
            let question = world.ana.follow(answer).await;
            assert!(question.has_text("nothing has been done yet"), "{}", question.words());
            assert!(question.has_text(names) && question.form(action).method == "post");
        }
        assert_eq!(world.ana.get(&path).await.status, 200, "it was deleted by itself");
    })
    .await;
}

/// A question over many is drawn by its handler once more, with all that it was about.
#[tokio::test]
async fn a_question_about_many_is_asked_again() {
    everywhere(async |world| {
        let path = project(world, "Rocket").await;
        let id = path.rsplit('/').next().unwrap().to_owned();
        let chosen = [("id", &*id), ("action", "delete")];
        let asked = send(world, "/projects", "/projects/bulk", &chosen).await;
        let page = world.ana.follow(asked).await;
        let token = page.form("/projects/bulk").value("_csrf").unwrap().to_owned();
        end_session(world).await;
        let sure = [("sure", "true"), ("count", "1"), ("_csrf", &token)];
        let from = format!("{}/projects", world.acme.origin);
        let sure = [&chosen[..], &sure].concat();
        let next = next(&world.ana.browse(&from, "/projects/bulk", &sure).await);
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let page = world.ana.get(&next).await;
        assert!(page.has_text("Delete 1 project?") && page.has_text("Rocket"), "{}", page.words());
        assert_eq!(world.ana.get(&path).await.status, 200, "it was deleted by itself");
        let pressed = [("action", "delete")];
        assert_eq!(world.ana.submit(&page.form("/projects/bulk"), &pressed).await.status, 303);
        assert_eq!(world.ana.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_question_is_a_page_of_the_list_it_was_asked_from() {
    everywhere(async |world| {
        let path = project(world, "Rocket").await;
        let id = path.rsplit('/').next().unwrap();
        let chosen = [("id", id), ("action", "ask-owner")];
        let asked = send(world, "/projects", "/projects/bulk", &chosen).await;
        assert_eq!(asked.status, 303, "{}", asked.words());
        let question = asked.location().to_owned();
        assert!(question.starts_with("/projects?kept="), "{question}");
        let page = world.ana.get(&question).await;
        assert!(page.has_text("Assign 1 project"), "{}", page.words());
        // Somebody chosen who is gone by now: refused on the same address, where a GET is answered.
        let gone = core_base::MemberId::new().to_string();
        let token = page.form("/projects/bulk").value("_csrf").unwrap().to_owned();
        let sure = [
            ("id", id),
            ("action", "ask-owner"),
            ("sure", "true"),
            ("count", "1"),
            ("value", &*gone),
            ("_csrf", &*token),
        ];
        let from = format!("{}{question}", world.acme.origin);
        let refused = world.ana.browse(&from, "/projects/bulk", &sure).await;
        assert!(refused.location().starts_with("/projects?kept="), "{}", refused.location());
        let page = world.ana.follow(refused).await;
        assert!(page.has_text("not a member"), "{}", page.words());
        // And what was decided without a session is asked about once more.
        end_session(world).await;
        let answer = world.ana.browse(&from, "/projects/bulk", &sure).await;
        let next = next(&answer);
        assert!(next.starts_with("/projects?kept="), "{next}");
        world.stage.log_in_again(&world.ana, &world.acme).await;
        let page = world.ana.get(&next).await;
        assert!(page.status < 300 && page.has_text("You were logged out"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_about_something_that_is_gone_is_still_shown() {
    everywhere(async |world| {
        let path = project(world, "Rocket").await;
        let edit = format!("{path}/edit");
        let page = world.ana.get(&edit).await;
        let form = page.forms().into_iter().find(|form| form.value("summary").is_some()).unwrap();
        let (token, version) = (form.value("_csrf").unwrap(), form.value("version").unwrap_or("1"));
        let typed = [
            ("name", "Rocket"),
            ("summary", "Nobody has this text"),
            ("version", version),
            ("_csrf", token),
        ];
        assert_eq!(world.ana.post(&format!("{path}/delete"), &[]).await.status, 303);
        let from = format!("{}{edit}", world.acme.origin);
        let answer = world.ana.browse(&from, &form.action, &typed).await;
        let page = if answer.status == 303 { world.ana.follow(answer).await } else { answer };
        assert!(page.text.contains("Nobody has this text"), "{}", page.words());
        assert!(page.has_text("no longer exists"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn a_page_without_an_address_of_its_own_answers_its_form_itself() {
    everywhere(async |world| {
        // As on the page of an error, which stands where only a POST is answered.
        let page = world.ana.get(&format!("{}/account", world.ana.account_origin())).await;
        let action = "/account/password";
        let token = page.form(action).value("_csrf").unwrap().to_owned();
        let origin = world.ana.account_origin();
        let fields = [("current", "wrong"), ("password", "short"), ("_csrf", &*token)];
        let from = format!("{origin}{action}");
        let answer = world.ana.browse(&from, &format!("{origin}{action}"), &fields).await;
        assert_eq!(answer.status, 422, "{}", answer.location());
        assert!(answer.has_text("Use 15 characters or more"), "{}", answer.words());
    })
    .await;
}

/// In the other tab somebody else has logged in meanwhile: nothing is sent in their name.
#[tokio::test]
async fn what_one_person_typed_is_not_sent_as_another() {
    everywhere(async |world| {
        let page = world.ana.get("/projects/new").await;
        let token = page.form("/projects").value("_csrf").unwrap().to_owned();
        let pat = world.stage.member(&world.acme, Role::Admin).await;
        for typed_as_pat in [false, true] {
            let token = if typed_as_pat {
                let page = pat.get("/projects/new").await;
                // Of an older session of the same person.
                let token = page.form("/projects").value("_csrf").unwrap().to_owned();
                world.stage.log_in_again(&pat, &world.acme).await;
                token
            } else {
                token.clone()
            };
            let fields = [("name", "Secret plan"), ("_csrf", &*token)];
            let from = format!("{}/projects/new", pat.origin);
            let answer = pat.browse(&from, "/projects", &fields).await;
            assert_eq!(answer.status, 400, "{}", answer.words());
            assert!(answer.has_text("Secret plan") && answer.has_text(&pat.email));
            let again = answer.forms().iter().any(|form| form.path() == "/projects");
            assert_eq!(again, typed_as_pat, "{}", answer.words());
            let other = answer.has_text("logged in as someone else");
            assert_eq!(other, !typed_as_pat, "{}", answer.words());
        }
    })
    .await;
}

#[tokio::test]
async fn logging_out_twice_is_being_logged_out() {
    everywhere(async |world| {
        let account = world.ana.account_origin().to_owned();
        for (at, page) in [(&world.acme.origin, "/projects"), (&account, "/account")] {
            let url = format!("{at}{page}");
            let token =
                world.ana.get(&url).await.form("/logout").value("_csrf").unwrap().to_owned();
            end_session(world).await;
            world.ana.forget_cookie(at, core_http::SESSION_COOKIE);
            let fields = [("_csrf", &*token)];
            let answer = world.ana.browse(&url, &format!("{at}/logout"), &fields).await;
            assert_eq!(answer.status, 303, "{}", answer.words());
            assert!(answer.location().ends_with("/login"), "{}", answer.location());
            // A page of another origin logs nobody out.
            world.stage.log_in_again(&world.ana, &world.acme).await;
            assert_eq!(world.ana.post_raw(&format!("{at}/logout"), &fields).await.status, 303);
            world.stage.log_in_again(&world.ana, &world.acme).await;
            let mut request = world.ana.request(axum::http::Method::POST, &format!("{at}/logout"));
            request.headers_mut().insert("origin", "http://evil.test".parse().unwrap());
            assert_eq!(world.ana.send(request, &format!("_csrf={token}")).await.status, 400);
        }
    })
    .await;
}

/// Two tabs with the log-in page: the second is as good as the first.
#[tokio::test]
async fn logging_in_twice_is_being_logged_in() {
    everywhere(async |world| {
        let account = world.ana.account_origin().to_owned();
        let browser = world.stage.visitor();
        let (login, reset) = (format!("{account}/login"), format!("{account}/forgot"));
        let tab = browser.get(&login).await.form("/login");
        let other = browser.get(&reset).await.form("/forgot");
        let cookie = world.ana.cookie(&account, core_http::SESSION_COOKIE).unwrap();
        browser.set_cookie(&account, core_http::SESSION_COOKIE, &cookie);
        let wrong = [("email", "nobody@example.test"), ("password", "not the right one")];
        assert_ne!(browser.submit(&tab, &wrong).await.status, 400);
        let sent = browser.submit(&other, &[("email", "nobody@example.test")]).await;
        assert!(sent.status < 400, "{}", sent.words());
        // The form of another browser is none.
        let foreign = world.stage.visitor().get(&login).await.form("/login");
        assert_eq!(browser.submit(&foreign, &wrong).await.status, 400);
    })
    .await;
}

/// Parts that a script asks for while somebody types lead nowhere: the page and its form stay.
#[tokio::test]
async fn a_check_while_typing_does_not_lead_away_from_the_form() {
    everywhere(async |world| {
        let account = world.ana.account_origin().to_owned();
        end_session(world).await;
        for (stands, asks, leads) in [
            ("/workspaces/new", "/workspaces/available?name=x&slug=", ""),
            ("/workspaces", "/workspaces?page=2", "/login?next=%2Fworkspaces%3Fpage%3D2"),
        ] {
            let url = format!("{account}{asks}");
            let mut request = world.ana.request(axum::http::Method::GET, &url);
            let headers = request.headers_mut();
            headers.insert("hx-request", "true".parse().unwrap());
            headers.insert("hx-current-url", format!("{account}{stands}").parse().unwrap());
            let answer = world.ana.send(request, "").await;
            let to = answer.header("hx-redirect");
            assert!(to.starts_with(leads) && to.is_empty() == leads.is_empty(), "{asks}: {to}");
            assert_eq!((answer.status, &*answer.text), (401, ""));
        }
    })
    .await;
}
