//! Archives of workspaces and backups of the whole store: the ways back.

mod backup;
pub(crate) mod handmade;
mod itself;
mod refused;
mod round;

use std::{io::Read, path::Path, sync::Arc};

use core_access::archives;
use core_base::Error;
use core_db::{Store, Tenant};
use core_testing::{Role, Stage, Workspace};

use platform::Table;

use crate::world::World;

/// Something of each kind in acme: projects with and without a date and an owner, a role of its own
/// and somebody who has it, an invitation.
async fn fill(world: &World) {
    let ana = &world.ana;
    for (name, due) in [("Rocket ⇄ “Größe” <b>", "2030-12-24"), ("No date", "")] {
        let fields = [("name", name), ("due", due), ("owner", &*ana.member_id().to_string())];
        assert_eq!(ana.post("/projects", &fields).await.status, 303);
    }
    assert_eq!(ana.post("/projects", &[("name", "Nobody's"), ("owner", "")]).await.status, 303);
    world.role("Contractor").await;
    world.stage.member(&world.acme, Role::Viewer).await;
    world.invitation("later@example.test").await;
}

/// Every table of a workspace, to be read as a whole.
pub(crate) fn tables() -> Vec<archives::ValidateRows> {
    let registry = crate::world::registry();
    Table::core().into_iter().chain(registry.tables).map(|table| table.validate_rows).collect()
}

async fn export(store: &Store, tenant: &Arc<Tenant>, path: &Path) -> u64 {
    archives::export(store, tenant, path).await.map_err(Error::into_anyhow).unwrap().rows
}

/// All lines between the header and the checksum.
pub(crate) fn lines(path: &Path) -> Vec<String> {
    let mut text = String::new();
    let file = std::fs::File::open(path).unwrap();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let mut lines: Vec<_> = text.lines().skip(1).map(str::to_owned).collect();
    assert!(lines.pop().unwrap().contains("sha256") && lines.len() >= 5, "{text}");
    lines
}

/// The rows of a workspace, by an archive made for the purpose.
pub(crate) async fn rows(stage: &Stage, workspace: &Workspace) -> Vec<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("now.gz");
    export(&stage.store, &workspace.tenant, &path).await;
    lines(&path)
}

fn said<T>(result: core_base::Result<T>) -> String {
    match result {
        Ok(_) => "it was accepted".to_owned(),
        Err(Error::Conflict(text)) => text,
        Err(error) => format!("{:#}", error.into_anyhow()),
    }
}
