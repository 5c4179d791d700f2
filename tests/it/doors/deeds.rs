//! What was sent and can't be drawn again by its handler, or whose page is an answer to another form, is not
//! lost either: a page says that nothing has happened, and asks whether to send it.

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
async fn a_choice_made_in_a_list_is_asked_about_after_logging_in() {
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
        let list = world.ana.get("/settings/members").await;
        assert!(list.form(&action).value("role") == Some("member"), "it was sent by itself");
        let sent = world.ana.submit(&page.form(&action), &[]).await;
        assert_eq!(sent.status, 303, "{}", sent.words());
        let list = world.ana.get("/settings/members").await;
        assert_eq!(list.form(&action).value("role"), Some("viewer"));
    })
    .await;
}

#[tokio::test]
async fn a_deed_without_a_field_is_asked_about_too() {
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
        assert_eq!(world.ana.submit(&page.form(&action), &[]).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_question_is_a_page_of_the_list_it_was_asked_from() {
    everywhere(async |world| {
        let path = project(world, "Rocket").await;
        let id = path.rsplit('/').next().unwrap();
        let chosen = [("id", id), ("action", "assign")];
        let asked = send(world, "/projects", "/projects/bulk", &chosen).await;
        assert_eq!(asked.status, 303, "{}", asked.words());
        let question = asked.location().to_owned();
        assert!(question.starts_with("/projects?kept="), "{question}");
        let page = world.ana.get(&question).await;
        assert!(page.has_text("Choose an owner"), "{}", page.words());
        // Somebody chosen who is gone by now: refused on the same address, where a GET is answered.
        let gone = core_base::MemberId::new().to_string();
        let token = page.form("/projects/bulk").value("_csrf").unwrap().to_owned();
        let sure = [
            ("id", id),
            ("action", "assign"),
            ("sure", "true"),
            ("count", "1"),
            ("owner", &*gone),
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
