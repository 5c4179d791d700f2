//! A session is good on one host.

use core_access::{NewSession, entity::session};
use core_base::SiteKey;
use core_http::SESSION_COOKIE;
use core_testing::Role;
use sea_orm::sea_query::Expr;

use crate::world::everywhere;

#[tokio::test]
async fn a_foreign_id_does_not_exist() {
    everywhere(async |world| {
        let path = world.project("Rocket").await;
        assert_eq!(world.ana.get(&path).await.status, 200);
        let nobody = path.replace(|c: char| c.is_ascii_digit(), "7");
        let (theirs, none) = (world.bo.get(&path).await, world.bo.get(&nobody).await);
        assert_eq!((theirs.status, none.status), (404, 404));
        // Nothing but the number of the request may tell the two apart.
        // Tokens are new on each page.
        let is_token =
            |part: &&str| part.len() != 80 || !part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let strip = |text: &str, id: &str| {
            let text = text.replace(id, "").replace("&quot;", "\"").replace("&#34;", "\"");
            text.split('"').filter(is_token).collect::<Vec<_>>().join("\"")
        };
        let theirs = strip(&theirs.text, theirs.header("x-request-id"));
        assert_eq!(theirs, strip(&none.text, none.header("x-request-id")));
    })
    .await;
}

#[tokio::test]
async fn the_cookie_of_one_workspace_is_nothing_on_another() {
    everywhere(async |world| {
        let account = world.stage.config().account_origin();
        let of_acme = world.ana.cookie(&world.acme.origin, SESSION_COOKIE).unwrap();
        let of_account = world.ana.cookie(&account, SESSION_COOKIE).unwrap();
        for (cookie, origin, path, door) in [
            (&of_acme, &world.globex.origin, "/projects", "/enter"),
            (&of_account, &world.globex.origin, "/projects", "/enter"),
            (&of_account, &world.acme.origin, "/projects", "/enter"),
            (&of_acme, &account, "/account", "/login"),
        ] {
            let thief = world.stage.visitor();
            thief.set_cookie(origin, SESSION_COOKIE, cookie);
            let answer = thief.get(&format!("{origin}{path}")).await;
            assert_eq!(answer.status, 303, "{origin}{path}");
            assert!(answer.location().starts_with(door), "{}", answer.location());
        }
    })
    .await;
}

/// A site without workspaces is not every site without workspaces: a session of one opens no other.
#[tokio::test]
async fn the_cookie_of_another_site_is_nothing_on_this_one() {
    everywhere(async |world| {
        let account = world.stage.config().account_origin();
        let new = |site| NewSession {
            user: world.ana.user,
            parent: None,
            site,
            tenant: None,
            born: None,
            method: "password".into(),
            proved_at: None,
            user_agent: "test".into(),
            address: "127.0.0.1".into(),
        };
        for (site, status) in [(SiteKey::ACCOUNT, 200), (SiteKey::new("console"), 303)] {
            let opened = world.stage.core.sessions.open(new(site)).await;
            let token = opened.map_err(core_base::Error::into_anyhow).unwrap();
            let browser = world.stage.visitor();
            browser.set_cookie(&account, SESSION_COOKIE, token.expose());
            let answer = browser.get(&format!("{account}/account")).await;
            assert_eq!(answer.status, status, "{site}");
        }
        // And it is none of the devices that a person logs out there.
        let listed = world.stage.core.sessions.of_user(world.ana.user).await;
        let listed = listed.map_err(core_base::Error::into_anyhow).unwrap();
        assert!(listed.iter().all(|session| session.site != "console"));
        // One of the release before says nothing of its site, and is told by its workspace.
        let db = world.stage.store.catalog();
        let old = world.stage.member(&world.acme, Role::Owner).await;
        db.update_many::<session::Entity>()
            .col_expr(session::Column::Site, Expr::value(""))
            .exec(db)
            .await
            .unwrap();
        assert_eq!(old.get("/projects").await.status, 200);
        assert_eq!(old.get(&format!("{account}/account")).await.status, 200);
        let copy = world.stage.visitor();
        let of_acme = old.cookie(&world.acme.origin, SESSION_COOKIE).unwrap();
        copy.set_cookie(&account, SESSION_COOKIE, &of_acme);
        assert_eq!(copy.get(&format!("{account}/account")).await.status, 303);
    })
    .await;
}

#[tokio::test]
async fn a_session_is_over_everywhere_as_soon_as_it_is_ended() {
    everywhere(async |world| {
        assert_eq!(world.ana.get("/projects").await.status, 200);
        let out = world.ana.post("/logout", &[]).await;
        assert_eq!(out.status, 303);
        let account = world.stage.config().account_origin();
        assert_eq!(world.ana.get("/projects").await.status, 303);
        assert_eq!(world.ana.get(&format!("{account}/account")).await.status, 303);
        assert_eq!(world.bo.get("/projects").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_script_without_a_session_is_told_where_to_sign_in() {
    everywhere(async |world| {
        let visitor = world.stage.visitor_at(&world.acme);
        let mut request = visitor.request(axum::http::Method::GET, "/projects?page=2");
        request.headers_mut().insert("hx-request", axum::http::HeaderValue::from_static("true"));
        let answer = visitor.send(request, "").await;
        let to = answer.header("hx-redirect");
        assert_eq!((answer.status, to), (401, "/enter?next=%2Fprojects%3Fpage%3D2"));
        assert!(answer.text.is_empty(), "it would be swapped into a corner:\n{}", answer.text);
    })
    .await;
}
