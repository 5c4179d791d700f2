//! A resource whole, on both stores: every kind of field is written, read, found, ordered and refused.
#![expect(clippy::unwrap_used, reason = "tests")]

mod acts;
mod described;
mod exported;
mod found;
mod imported;
mod pages;
mod past;
mod together;
mod undone;
mod written;

use test_things as thing;

use core_base::clock;
use core_db::TenantDb;
use core_resource::{Draft, NotCreated, Resource, Row, Saved};
use core_testing::{
    Actor, Answer, Role, Stage, Workspace, assert_resources, for_each_store, migrate_too,
};
use core_ui::{Calendar, Errors, Locale};
use platform::App;

fn apps() -> Vec<App> {
    migrate_too(thing::LIST);
    vec![thing::app()]
}

/// On each store, with a workspace and its owner.
async fn with_things(test: impl AsyncFn(&Stage, &Workspace, &Actor)) {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        test(stage, &acme, &ana).await;
    })
    .await;
}

#[tokio::test]
async fn resources_hold_whole() {
    assert_resources(apps).await;
}

/// Somebody in Vienna.
fn vienna() -> Calendar {
    Calendar::new(clock::now(), "Europe/Vienna", Locale::default())
}

fn form(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn draft(of: &Resource, pairs: &[(&str, &str)]) -> (Draft, Errors) {
    let mut errors = Errors::default();
    (of.draft_of_form(&form(pairs), &vienna(), &mut errors), errors)
}

/// A new thing, or what is wrong with it.
async fn create(
    stage: &Stage,
    acme: &Workspace,
    pairs: &[(&str, &str)],
) -> Result<Row, Vec<(String, String)>> {
    let of = thing::resource();
    let (draft, errors) = draft(&of, pairs);
    let made = |db: TenantDb| async move { of.create(&db, draft, errors).await };
    stage.write_in(acme, made).await.map_err(|why| match why {
        NotCreated::Wrong(errors) => told(errors),
        NotCreated::Full(full) => panic!("{full:?}"),
    })
}

async fn save(
    stage: &Stage,
    acme: &Workspace,
    row: &Row,
    seen: Option<i64>,
    pairs: &[(&str, &str)],
) -> Saved {
    let (of, id) = (thing::resource(), row.id);
    let (draft, errors) = draft(&of, pairs);
    stage.write_in(acme, |db| async move { of.save(&db, id, seen, draft, errors).await }).await
}

fn told(errors: Errors) -> Vec<(String, String)> {
    errors.iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// The row as the store has it.
async fn read(stage: &Stage, acme: &Workspace, row: &Row) -> Option<Row> {
    let (of, id) = (thing::resource(), row.id);
    stage.write_in(acme, |db| async move { of.find(&db, id).await }).await
}

/// Where a page leads to undo what was done at a place.
fn undo_path(page: &Answer, place: &str) -> String {
    let start = format!("{place}/undo/");
    let link = page.text.split("href=\"").find(|rest| rest.starts_with(&start));
    let link = link.unwrap_or_else(|| panic!("no way to undo it: {}", page.words()));
    link.split('"').next().unwrap().to_owned()
}
