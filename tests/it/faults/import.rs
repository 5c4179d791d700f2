//! `kill -9` of `tenant import`: of a new workspace, and in place of one that is there.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use core_access::archives;
use core_base::Error;
use core_db::{Store, Tenant};
use core_testing::{Home, Role, Stage, StoreKind, Workspace, core_stores};
use tempfile::TempDir;

use super::{
    agreement::assert_all_agrees,
    program::{groundwork, kill_after, run, wait_for_the_dead},
    site::start_once,
};
use crate::{archives::lines, random::Random, world::apps};

const RUNS: usize = 20;
/// Enough for a kill to come between two of them.
const PROJECTS: usize = 400;

#[tokio::test]
async fn twenty_kills_while_workspaces_are_imported_leave_all_or_nothing() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let (dir, slugs) = archived(kind, RUNS + 2).await;
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        let mut random = Random::new();
        let import = |slug: &String| import(dir.path(), slug);
        run(groundwork(), &home, &words(&import(&slugs[0])));
        let usual = run(groundwork(), &home, &words(&import(&slugs[1])));
        let mut finished = 0;
        for (number, slug) in slugs.iter().enumerate().skip(2) {
            let wait = random.while_below(usual);
            kill_after(groundwork(), &home, &words(&import(slug)), wait);
            wait_for_the_dead(&home).await;
            start_once(&home);
            wait_for_the_dead(&home).await;
            let when = format!("{slug}, killed after {wait:?} of {usual:?}");
            if assert_all_agrees(&home, &when).await.contains(slug) {
                finished += 1;
            } else {
                run(groundwork(), &home, &words(&import(slug)));
            }
            assert_eq!(assert_all_agrees(&home, &when).await.len(), number + 1, "{when}");
            assert_holds(&home, slug, &[&dir.path().join(slug)], &when).await;
        }
        eprintln!("{finished} of {RUNS} were there in spite of the kill");
        assert!(finished < RUNS, "no kill came in time");
        home.close().await.unwrap();
    }
}

#[tokio::test]
async fn twenty_kills_while_a_workspace_is_replaced_leave_the_one_or_the_other() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let stage = Stage::on(kind, apps()).await;
        let acme = stage.tenant("acme").await;
        stage.member(&acme, Role::Owner).await;
        let dir = tempfile::tempdir().unwrap();
        let [before, after] = ["before", "after"].map(|name| dir.path().join(name));
        add_projects(&stage, &acme, "Old").await;
        export(&stage.store, &acme.tenant, &before).await;
        // A member more, and other projects.
        stage.member(&acme, Role::Viewer).await;
        add_projects(&stage, &acme, "New").await;
        export(&stage.store, &acme.tenant, &after).await;
        let mut random = Random::new();
        let replace = |path: &Path| {
            ["tenant", "import", path.to_str().unwrap(), "--replace", "acme"].map(str::to_owned)
        };
        run(groundwork(), &stage.home, &words(&replace(&before)));
        let usual = run(groundwork(), &stage.home, &words(&replace(&after)));
        let mut changed = 0;
        for number in 0..RUNS {
            let to = if number % 2 == 0 { &before } else { &after };
            let wait = random.while_below(usual);
            kill_after(groundwork(), &stage.home, &words(&replace(to)), wait);
            start_once(&stage.home);
            let when = format!("{number}, killed after {wait:?} of {usual:?}");
            let now = assert_holds(&stage.home, "acme", &[&before, &after], &when).await;
            assert_all_agrees(&stage.home, &when).await;
            changed += usize::from(now == number % 2);
            run(groundwork(), &stage.home, &words(&replace(to)));
            assert_holds(&stage.home, "acme", &[to], &when).await;
        }
        eprintln!("{changed} of {RUNS} were replaced in spite of the kill");
        assert!(changed < RUNS, "no kill came in time");
        stage.close().await;
    }
}

/// Archives of so many workspaces of another installation, by their addresses.
async fn archived(kind: StoreKind, count: usize) -> (TempDir, Vec<String>) {
    let (stage, dir) = (Stage::on(kind, apps()).await, tempfile::tempdir().unwrap());
    let mut slugs = vec![];
    for number in 0..count {
        let slug = format!("moved-{number}");
        let workspace = stage.tenant(&slug).await;
        stage.member(&workspace, Role::Owner).await;
        add_projects(&stage, &workspace, "Moved").await;
        export(&stage.store, &workspace.tenant, &dir.path().join(&slug)).await;
        slugs.push(slug);
    }
    stage.close().await;
    (dir, slugs)
}

async fn add_projects(stage: &Stage, workspace: &Workspace, name: &'static str) {
    let add = |db| async move { projects::testing::many(&db, &[], name, PROJECTS).await };
    stage.write_in(workspace, add).await;
}

fn import(dir: &Path, slug: &str) -> [String; 3] {
    ["tenant", "import", dir.join(slug).to_str().unwrap()].map(str::to_owned)
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

async fn export(store: &Store, tenant: &Arc<Tenant>, path: &Path) {
    archives::export(store, tenant, path).await.map_err(Error::into_anyhow).unwrap();
}

/// The workspace is, row for row, that of one of these archives; says which.
async fn assert_holds(home: &Home, slug: &str, archives: &[&PathBuf], when: &str) -> usize {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let tenant = store.directory().by_slug(slug).await.unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("now");
    export(&store, &tenant.unwrap(), &path).await;
    let rows = lines(&path);
    let place = archives.iter().position(|archive| lines(archive) == rows);
    place.unwrap_or_else(|| panic!("{when}: {} rows that are of no archive", rows.len()))
}
