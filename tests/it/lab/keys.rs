//! Keys: a program acts for a member, in one workspace, with no more than the key was given.

use axum::http::Method;
use core_base::Secret;
use core_testing::{Actor, Answer, Role, Stage, Workspace};

use super::{
    app::{Use, give_key},
    in_the_lab, json, member, problem,
};
use platform::Permission;

/// Calls as a program does: no cookie, no token, and no word of what it reads.
pub(super) async fn call(who: &Actor, method: Method, url: &str, key: &str, body: &str) -> Answer {
    let mut request = who.request(method, url);
    let headers = request.headers_mut();
    headers.remove("cookie");
    headers.insert("authorization", format!("Bearer {key}").parse().unwrap());
    headers.insert("content-type", "application/json".parse().unwrap());
    who.send(request, body).await
}

async fn put(stage: &Stage, at: &Workspace, key: &Secret) -> Answer {
    let program = stage.visitor_at(at);
    call(&program, Method::PUT, "/api/lab/7", key.expose(), r#"{"name":"Rocket"}"#).await
}

fn key(at: &Workspace, who: &Actor, scope: &[&str]) -> Secret {
    Secret::new(give_key(at.tenant.id, who.user, scope).expose())
}

#[tokio::test]
async fn a_program_acts_for_its_member() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let good = key(acme, &ana, &[Use::KEY]);
        let answer = put(stage, acme, &good).await;
        let said = json(&answer, "application/json");
        assert_eq!((answer.status, &said["name"]), (200, &"Rocket".into()));
        let actor = said["actor"].as_str().unwrap();
        assert!(actor.contains(&ana.user.0.to_string()) && actor.contains("Key("), "{actor}");
        // Whatever the method.
        let program = stage.visitor_at(acme);
        let gone = call(&program, Method::DELETE, "/api/lab/7", good.expose(), "").await;
        assert_eq!((gone.status, &*gone.text), (204, ""));
        assert_eq!(
            call(&program, Method::PATCH, "/api/lab/7", good.expose(), "").await.status,
            405
        );
    })
    .await;
}

#[tokio::test]
async fn a_key_is_good_in_one_workspace_for_what_it_was_given() {
    in_the_lab(async |stage, acme| {
        let globex = stage.tenant("globex").await;
        let (ana, vic) = (member(stage, acme).await, stage.member(acme, Role::Viewer).await);
        for (what, at, key, status) in [
            ("none there is", acme, Secret::new("0".repeat(64)), 401),
            ("no key at all", acme, Secret::new("x y"), 401),
            ("of another workspace", &globex, key(acme, &ana, &[Use::KEY]), 401),
            ("of nobody there", &globex, key(&globex, &ana, &[Use::KEY]), 403),
            ("without the permission", acme, key(acme, &ana, &["projects.view"]), 403),
            ("more than its member may", acme, key(acme, &vic, &[Use::KEY]), 403),
        ] {
            let answer = put(stage, at, &key).await;
            let told = problem(&answer);
            assert_eq!(answer.status, status, "{what}");
            assert!(!told["detail"].as_str().unwrap().is_empty(), "{what}");
            let asked = answer.header("www-authenticate");
            assert_eq!(asked, if status == 401 { "Bearer" } else { "" }, "{what}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_ends_with_its_member_and_opens_no_page() {
    in_the_lab(async |stage, acme| {
        let (owner, ana) = (stage.member(acme, Role::Owner).await, member(stage, acme).await);
        let good = key(acme, &ana, &[Use::KEY, "projects.view", "projects.manage"]);
        // Pages are for browsers: there a key is not looked at.
        let program = stage.visitor_at(acme);
        let page = call(&program, Method::GET, "/projects", good.expose(), "").await;
        assert_eq!(page.status, 303);
        assert_eq!(put(stage, acme, &good).await.status, 200);
        let removed = format!("/settings/members/{}/remove", ana.member_id());
        assert_eq!(owner.post(&removed, &[]).await.status, 303);
        assert_eq!(put(stage, acme, &good).await.status, 403);
    })
    .await;
}

/// A workspace that is paused is no different from one that is not there, for whoever shows a key.
#[tokio::test]
async fn a_paused_workspace_is_shut_for_programs() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let good = key(acme, &ana, &[Use::KEY]);
        let paused = stage.store.set_status(&acme.tenant, core_db::Status::Suspended).await;
        paused.map_err(core_base::Error::into_anyhow).unwrap();
        let begin = std::time::Instant::now();
        loop {
            let status = put(stage, acme, &good).await.status;
            if status == 404 {
                break;
            }
            assert!(status == 200 && begin.elapsed().as_secs() < 2, "{status}");
        }
    })
    .await;
}
