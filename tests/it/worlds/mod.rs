//! The two-tenant world: one workspace full of canaries, every route recorded in it, and every
//! recording replayed by everybody who has no business there, on every kind of store.

mod account;
mod attack;
mod book;
pub(crate) mod canary;
mod cast;
mod log;
mod places;
mod scene;
mod untouched;

use std::collections::BTreeSet;

use core_http::Access;
use core_testing::{StoreKind, core_stores};

use crate::{
    forms::rows::{Look, changed},
    operator::scrape::Scrape,
};
use attack::Attack;
use book::Book;
use canary::{VICTIM, canaries};
use log::Log;
use scene::{Scene, done, leave};

/// Columns whose canaries no page shows, even to those who may see everything.
const UNSEEN: [&str; 3] =
    ["acanary-roles-permissions", "acanary-outbox-payload", "acanary-outbox-unique_key"];

#[tokio::test]
async fn nobody_reads_or_changes_anothers_workspace_in_files() {
    world(StoreKind::Sqlite).await;
}

#[tokio::test]
async fn nobody_reads_or_changes_anothers_workspace_on_a_server() {
    world(StoreKind::Postgres).await;
}

#[tokio::test]
async fn nobody_reads_or_changes_anothers_workspace_behind_a_pooler() {
    world(StoreKind::Pooled).await;
}

async fn world(kind: StoreKind) {
    if core_stores(&[kind]).is_empty() {
        return;
    }
    let (log, guard) = Log::open();
    let mut scene = Scene::set(kind).await;
    let book = Book::write(&scene).await;
    let mut wrong = owner_sees_all(&scene, &book).await;
    scene.stage.run_jobs().await;
    leave(&scene.stage, &scene.a.workspace, VICTIM).await;
    let emails = scene.stage.mailbox().emails().len();
    let mut attack = Attack::prepare(&scene, &book).await;
    attack.run().await;
    eprintln!("{} tries, {} times at home", attack.tries, attack.own);
    wrong.append(&mut attack.wrong);
    let enough = attack.tries > 500 && attack.own > 10;
    wrong.extend((!enough).then(|| "too little was tried to prove anything".to_owned()));
    let tries = attack.tries;
    attack.close().await;
    wrong.extend(left_behind(&mut scene, emails).await);
    wrong.extend(recordings_are_good(&scene, &book).await);
    wrong.extend(logged(&log.text(), tries));
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
    drop((book, guard));
    scene.close().await;
}

/// What is spent is sent; then whoever owns the workspace looks at every page and must read every
/// canary on one of them: else nothing is proven by others not reading them.
async fn owner_sees_all(scene: &Scene, book: &Book) -> Vec<String> {
    let (mut wrong, mut seen) = (vec![], BTreeSet::new());
    for one in book.all.iter().filter(|one| one.spent || !one.changes()) {
        let answer = book.play(scene, one).await;
        if answer.status >= 400 {
            wrong.push(format!("{} is not good: {} {}", one.name(), answer.status, answer.words()));
        }
        seen.extend(canaries(&answer.text, VICTIM).into_iter().map(str::to_ascii_lowercase));
    }
    eprintln!("{} canaries on the owner's pages", seen.len());
    let seen: Vec<_> = seen.into_iter().collect();
    for column in scene.a.planted.iter().filter(|column| !UNSEEN.contains(&&***column)) {
        if !seen.iter().any(|canary| canary.starts_with(&**column)) {
            wrong.push(format!("no page shows {column}, not even to an owner"));
        }
    }
    wrong
}

/// What others' attempts left where it is read later: emails, the queue, the numbers.
async fn left_behind(scene: &mut Scene, emails: usize) -> Vec<String> {
    let Scene { stage, sql, a, .. } = scene;
    let mut wrong = vec![];
    let jobs = sql.jobs_of_others(VICTIM).await;
    wrong.extend((jobs > 0).then(|| format!("{jobs} jobs of others know canaries")));
    stage.run_jobs().await;
    let all = stage.mailbox().emails();
    for letter in &all[..all.len() - emails] {
        let text = format!("{} {} {} {}", letter.to.name, letter.subject, letter.text, letter.html);
        // Whoever was removed is told where from.
        let told = |canary: &&str| {
            letter.to.address.starts_with("admin") && canary.starts_with("acanary-tenants-name")
        };
        for canary in canaries(&text, VICTIM).into_iter().filter(|canary| !told(canary)) {
            wrong.push(format!("a letter to {} says {canary}", letter.to.address));
        }
    }
    let scrape = Scrape::of_stage(stage).await;
    wrong.extend(canaries(&scrape.0, VICTIM).iter().map(|what| format!("/metrics says {what}")));
    for (path, words) in [("/readyz", "ready\n"), ("/healthz", "ok\n")] {
        let answer = stage.visitor_at(&a.workspace).get(path).await;
        if answer.text != words {
            wrong.push(format!("{path} says {:?}", answer.text));
        }
    }
    wrong
}

/// What no line may say, whoever was at work.
fn logged(lines: &str, tries: usize) -> Vec<String> {
    let requests = lines.lines().filter(|line| line.contains("\"status\":")).count();
    assert!(requests > tries, "the log has {requests} requests of {tries}:\n{lines}");
    canaries(lines, VICTIM).iter().map(|what| format!("the log says {what}")).collect()
}

/// What these change is at Stripe, or nothing before the next page.
const AT_STRIPE: [&str; 4] = [
    "/settings/billing/plan",
    "/settings/billing/portal",
    "/settings/billing/details",
    "/workspaces/plan",
];

/// What it brings back stands in the audit trail, and there stand canaries: core/resource/tests/it/past.rs.
const BY_THE_TRAIL: &str = "/{id}/restore";

/// Each form that others sent in vain is good in the right hands: it changes something.
async fn recordings_are_good(scene: &Scene, book: &Book) -> Vec<String> {
    let (mut wrong, home) = (vec![], &scene.stage.home);
    let mut look = Look::at(home).await;
    for one in book.all.iter().filter(|one| one.changes() && !one.spent) {
        let before = look.rows(home, &scene.a.workspace).await;
        let answer = book.play(scene, one).await;
        let after = look.rows(home, &scene.a.workspace).await;
        // What anybody may send, the others have sent already.
        let may_rest = one.route.access == Access::Public || AT_STRIPE.contains(&one.route.path);
        let idle = !may_rest && changed(&before, &after).is_empty();
        let is_refused = answer.status >= 400 && !one.route.path.ends_with(BY_THE_TRAIL);
        if is_refused || idle && answer.status < 400 {
            wrong.push(format!("{} is not good: {} {}", one.name(), answer.status, answer.words()));
        }
        if one.route.path == "/account/sessions/end" {
            scene.stage.log_in_again(&scene.a.owner, &scene.a.workspace).await;
        }
        if one.route.path == "/settings/general/delete" {
            let a = &scene.a;
            let keep =
                format!("{}/workspaces/{}/keep", a.owner.account_origin(), a.workspace.tenant.id);
            done(&a.owner, &keep, &[]).await;
        }
    }
    look.close().await;
    wrong
}

#[tokio::test]
#[should_panic(expected = "no recording of [\"workspace POST /fresh\"]")]
async fn a_route_without_a_recording_is_named() {
    async fn fresh(_: platform::Public) -> platform::Result {
        platform::see_other("/")
    }
    let fresh =
        platform::App::new("fresh").workspace(platform::Routes::new().post("/fresh", fresh));
    Book::write(&Scene::set_with(StoreKind::Sqlite, vec![fresh]).await).await;
}

#[tokio::test]
async fn a_column_without_a_canary_is_named() {
    let mut scene = Scene::set(StoreKind::Sqlite).await;
    let schema = scene.a.workspace.tenant.id.schema();
    scene.sql.run(&schema, "CREATE TABLE zz_probe (id text PRIMARY KEY, body varchar)").await;
    scene.sql.run(&schema, "ALTER TABLE projects ADD COLUMN zz_probe json_text").await;
    let mut bare = scene.sql.bare(&schema, VICTIM).await;
    bare.retain(|column| !column.starts_with("outbox."));
    assert_eq!(bare, ["projects.zz_probe", "zz_probe.body", "zz_probe.id"]);
    scene.close().await;
}
