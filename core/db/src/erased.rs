//! What was erased is written down beside the store, not in it: when an old backup comes back, the
//! workspaces erased since are in it again, and this says that they must go.

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context;
use core_base::{TenantId, clock};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::{
    catalog::tenant::{self, Status},
    store::{Place, Store},
};

/// The list, kept in `DATA_DIR` on either store.
#[derive(Clone, Debug)]
pub(crate) struct Erased(PathBuf);

impl Erased {
    pub(crate) fn of(data_dir: &Path) -> Self {
        Self(data_dir.join("erased.log"))
    }

    /// Before anything goes: a kill in between finishes what this says.
    pub(crate) fn note(&self, tenant: TenantId) -> anyhow::Result<()> {
        let what = || format!("writing to {}", self.0.display());
        if let Some(dir) = self.0.parent() {
            fs::create_dir_all(dir).with_context(what)?;
        }
        let mut options = fs::OpenOptions::new();
        let mut file =
            options.create(true).append(true).mode(0o600).open(&self.0).with_context(what)?;
        let line = format!("{} {}\n", tenant.0.simple(), clock::now().to_rfc3339());
        file.write_all(line.as_bytes()).and_then(|()| file.sync_all()).with_context(what)
    }

    fn read(&self) -> anyhow::Result<BTreeSet<TenantId>> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok([].into()),
            text => text.with_context(|| format!("reading {}", self.0.display()))?,
        };
        // A line that a kill cut off names nothing.
        Ok(text.lines().filter_map(|line| line.get(..32)?.parse().ok()).collect())
    }
}

impl Store {
    /// On PostgreSQL a process may have no directory of its own to write to: then it is said.
    pub(crate) fn note_erased(&self, tenant: TenantId) -> anyhow::Result<()> {
        match (self.0.erased.note(tenant), &self.0.place) {
            (Err(error), Place::Postgres { .. }) => {
                tracing::warn!(%tenant, "an old backup would bring this workspace back: {error:#}");
                Ok(())
            }
            (done, _) => done,
        }
    }

    /// Erases again what was erased before an old backup came back. Returns how many.
    pub async fn erase_again(&self) -> anyhow::Result<usize> {
        let known = self.0.erased.read()?;
        let mut again = 0;
        let back = tenant::Entity::find().filter(tenant::Column::Status.is_in(Status::WHOLE));
        for row in back.all(self.catalog()).await? {
            if known.contains(&row.id) {
                tracing::warn!(slug = row.slug, "erasing a workspace that a backup brought back");
                let tenant = self.tenant(row);
                match self.delete_tenant(&tenant).await.map_err(core_base::Error::into_anyhow) {
                    Ok(()) => again += 1,
                    Err(error) => tracing::error!(slug = tenant.slug, "erasing it: {error:#}"),
                }
            }
        }
        Ok(again)
    }
}
