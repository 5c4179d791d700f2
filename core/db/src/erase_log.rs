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

    /// All of them.
    pub(crate) fn read(&self) -> anyhow::Result<BTreeSet<TenantId>> {
        let text = match fs::read_to_string(&self.0) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok([].into()),
            text => text.with_context(|| format!("reading {}", self.0.display()))?,
        };
        // A line that a kill cut off names nothing.
        Ok(text.lines().filter_map(|line| line.get(..32)?.parse().ok()).collect())
    }
}
