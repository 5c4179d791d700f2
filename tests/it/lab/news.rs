//! What happens outside of any workspace reaches the listeners of apps.

use std::sync::{Mutex, PoisonError};

use core_testing::{Answer, Stage, for_each_store};
use platform::{
    App, Result, Run,
    contracts::{LoggedIn, SignedUp, WorkspaceCreated, WorkspaceDeleted},
};

const PASSWORD: &str = "the kettle sings at noon";

static HEARD: Mutex<Vec<String>> = Mutex::new(vec![]);

fn note(run: &Run, what: String) {
    assert!(run.tenant.is_none());
    HEARD.lock().unwrap_or_else(PoisonError::into_inner).push(what);
}

async fn signed_up(event: SignedUp, run: Run) -> Result<()> {
    let person = core_access::user_by_id(run.store.catalog(), event.user).await?.unwrap();
    note(&run, format!("signed up: {} {}", person.name, person.email));
    Ok(())
}

async fn logged_in(event: LoggedIn, run: Run) -> Result<()> {
    note(&run, format!("logged in: {}", event.method));
    Ok(())
}

async fn created(event: WorkspaceCreated, run: Run) -> Result<()> {
    let slug = slug(&run, event.tenant).await;
    note(&run, format!("created: {slug}"));
    Ok(())
}

async fn deleted(event: WorkspaceDeleted, run: Run) -> Result<()> {
    let slug = slug(&run, event.tenant).await;
    note(&run, format!("deleted: {slug}"));
    Ok(())
}

async fn slug(run: &Run, tenant: platform::TenantId) -> String {
    let found = run.store.directory().by_id(tenant).await;
    found.unwrap().unwrap().slug.clone()
}

fn apps() -> Vec<App> {
    let mut apps = crate::world::apps();
    let app = App::new("news").on("news.signed_up", signed_up).on("news.logged_in", logged_in);
    apps.push(app.on("news.created", created).on("news.deleted", deleted));
    apps
}

async fn heard(stage: &Stage) -> Vec<String> {
    stage.run_jobs().await;
    let mut heard = HEARD.lock().unwrap_or_else(PoisonError::into_inner);
    let mut all = std::mem::take(&mut *heard);
    all.sort();
    all
}

fn is_done(answer: &Answer) {
    assert_eq!(answer.status, 303, "{}", answer.words());
}

#[tokio::test]
async fn sign_ups_log_ins_and_the_life_of_workspaces_are_heard_once() {
    for_each_store(apps, async |stage| {
        let browser = stage.visitor();
        let form = browser.get("/signup").await.form("/signup");
        browser.submit(&form, &[("email", "ada@example.test")]).await;
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to("ada@example.test").links()[0].to_owned();
        let page = browser.get(&link).await;
        let fields = [("name", "Ada"), ("password", PASSWORD)];
        is_done(&browser.submit(&page.form("/signup/confirm"), &fields).await);
        let told = heard(stage).await;
        assert_eq!(told, ["logged in: sign_up", "signed up: Ada ada@example.test"]);
        // A used link makes nobody, and nobody hears of it.
        browser.submit(&page.form("/signup/confirm"), &fields).await;
        assert!(heard(stage).await.iter().all(|one| !one.starts_with("signed up")));

        let other = stage.visitor();
        let form = other.get("/login").await.form("/login");
        let wrong = [("email", "ada@example.test"), ("password", "something else entirely")];
        other.submit(&form, &wrong).await;
        assert_eq!(heard(stage).await, [""; 0]);
        is_done(
            &other.submit(&form, &[("email", "ada@example.test"), ("password", PASSWORD)]).await,
        );
        assert_eq!(heard(stage).await, ["logged in: password"]);

        let page = other.get("/workspaces/new").await;
        let form = page.form("/workspaces");
        is_done(&other.submit(&form, &[("name", "Acme"), ("slug", "acme")]).await);
        assert_eq!(heard(stage).await, ["created: acme"]);
        let page = other.get("/workspaces/new").await;
        let form = page.form("/workspaces");
        let taken = other.submit(&form, &[("name", "Rival"), ("slug", "acme")]).await;
        assert_eq!(taken.status, 422);
        assert_eq!(heard(stage).await, [""; 0]);

        let page = other.go("http://acme.localhost:8000/settings/general/delete").await;
        let delete = "/settings/general/delete";
        is_done(&other.submit(&page.form(delete), &[("slug", "acme")]).await);
        assert_eq!(heard(stage).await, ["deleted: acme"]);
    })
    .await;
}
