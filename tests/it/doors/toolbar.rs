//! In development each page says what it asked of the databases; elsewhere nothing does.

use axum::{
    http::StatusCode,
    response::{Html, IntoResponse},
};
use core_testing::{Answer, Role, Samples, Stage, StoreKind, assert_owner_sees_every_get};
use platform::{App, Result, Routes, TenantDb, WorkspaceMember};

use crate::world::apps;

async fn again(_: WorkspaceMember, db: TenantDb) -> Result {
    for _ in 0..13 {
        db.find::<platform::member::Entity>().one(&db).await?;
    }
    Ok(Html("<html><body><p>Rows</p></body></html>").into_response())
}

async fn broken(_: WorkspaceMember) -> Result {
    Err(anyhow::anyhow!("no such column: ledger").context("reading the ledger").into())
}

/// All apps, and one that asks again for each row and has a page that fails.
fn with_again() -> Vec<App> {
    let mut all = apps();
    let pages = Routes::new().get("/again", again).get("/broken", broken);
    all.push(App::new("example").workspace(pages));
    all
}

async fn stage(environment: &str) -> Stage {
    Stage::with(StoreKind::Sqlite, with_again(), &[("ENVIRONMENT", environment)]).await
}

fn has_bar(page: &Answer) -> bool {
    page.text.contains("What this page asked") && page.text.contains("dev.js")
}

#[tokio::test]
async fn a_page_in_development_shows_its_queries_under_the_same_policy() {
    let stage = stage("development").await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    let list = ana.get("/projects").await;
    assert!(has_bar(&list), "{}", list.text);
    assert!(list.has_text("queries") && list.text.contains(r#"<code class="font-mono">SELECT"#));
    assert!(list.header("content-security-policy").contains("script-src 'self'; style-src 'self'"));
    let bar = list.text.split("<section class=\"border-t").nth(1).unwrap();
    assert!(!bar.contains("style=") && !bar.contains("<script>"), "{bar}");
    assert!(!list.has_text("repeated"), "{bar}");
    assert!(has_bar(&ana.post("/projects", &[("name", "")]).await), "a form that is refused");
    assert!(has_bar(&ana.get("/nowhere").await), "an error page");
    assert!(!has_bar(&ana.get(&format!("{}/dev/mail.json", ana.account_origin())).await));
    let part = ana.get("/settings/general/available?slug=new-place").await;
    assert!(part.has_text("is available") && !has_bar(&part), "a part of a page: {}", part.text);
    for link in ["/dev/isolation\">isolation", "/dev/mail\">mail"] {
        assert!(list.text.contains(link), "{link}");
    }
    let again = ana.get("/again").await;
    assert!(again.has_text("12 repeated") && again.has_text("13 ×"), "{}", again.words());
    let version = ana.get("/dev/version").await;
    assert_eq!((version.status, version.text.len()), (200, 36));
    stage.close().await;
}

#[tokio::test]
async fn the_page_of_our_own_error_names_its_cause_in_development_alone() {
    for (environment, told) in [("development", true), ("test", false)] {
        let stage = stage(environment).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let page = ana.get("/broken").await;
        assert_eq!(page.status, 500, "{environment}");
        let cause = page.has_text("reading the ledger: no such column: ledger");
        assert_eq!(cause, told, "{environment}: {}", page.words());
        stage.close().await;
    }
}

#[tokio::test]
async fn elsewhere_no_page_has_it() {
    let stage = stage("test").await;
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    assert!(!has_bar(&ana.get("/projects").await));
    assert_eq!(ana.get("/dev/version").await.status, StatusCode::NOT_FOUND);
    stage.close().await;
}

#[tokio::test]
#[should_panic(expected = "GET /again (example): ")]
async fn a_page_that_asks_again_for_each_row_is_over_its_budget() {
    let example = App::new("example").workspace(Routes::new().get("/again", again));
    let stage = Stage::new(vec![example]).await;
    let acme = stage.tenant("acme").await;
    assert_owner_sees_every_get(&stage, &acme, &Samples::new()).await;
}
