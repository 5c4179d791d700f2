//! The page that shows what was tried and what was answered.

use askama::Template;
use platform::{
    Result, TenantId, Ui, WorkspaceMember, process::Platform, request::CurrentTenant, ui,
    workspaces::Status,
};

use crate::attempt::{self, Attempt};

#[derive(Template)]
#[template(path = "isolation/show.html")]
struct Show<'a> {
    here: &'a str,
    store: &'static str,
    attempts: Vec<Attempt>,
}

pub(crate) async fn show(
    _: WorkspaceMember,
    Platform(core): Platform,
    CurrentTenant(here): CurrentTenant,
    ui: Ui,
) -> Result {
    let others = core.store.tenants().await?;
    let mut others = others.into_iter().filter(|row| row.status == Status::Active);
    let there = others.find(|row| row.id != here.id);
    let there = there.map_or_else(TenantId::new, |row| row.id);
    let attempts = attempt::all(&core.store, here.clone(), there).await?;
    let store = match core.store.backend() {
        sea_orm::DbBackend::Postgres => "PostgreSQL",
        _ => "SQLite",
    };
    ui.page("Isolation", &Show { here: &here.name, store, attempts })
}
