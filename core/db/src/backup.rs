//! Backups of the whole embedded store, made while it runs, and the way back.

use std::{
    fs::{self, File},
    io::Read,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, Utc};
use core_base::{TenantId, clock};
use sea_orm::EntityTrait;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor};

use crate::{
    catalog::tenant::{self, Status},
    cell::file_path,
    setup::{catalog_path, cell_dir},
    sqlite,
    store::{Place, Store},
};

/// Written last: a directory without it is half a backup.
const MANIFEST: &str = "manifest.json";

/// What a backup consists of.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// When it was begun, UTC.
    pub made_at: DateTime<Utc>,
    /// Every file but this one.
    pub files: Vec<Copied>,
}

/// One file of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Copied {
    /// Below the directory.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Of the content, in hex.
    pub sha256: String,
}

impl Store {
    /// Copies the store into a new directory, file by file, each as it is at one moment. The
    /// catalogue comes first: what is made later is not in it, and so not in the backup.
    pub async fn backup(&self, to: &Path) -> anyhow::Result<Manifest> {
        let Place::Embedded { data_dir } = &self.0.place else {
            bail!(
                "the data is on PostgreSQL: back it up with the server's own tools (pg_basebackup \
                 or pg_dump), and single workspaces with `groundwork tenant export`"
            )
        };
        let made_at = clock::now();
        let there = to.read_dir().is_ok_and(|mut entries| entries.next().is_some());
        ensure!(!there, "{} is not empty", to.display());
        fs::DirBuilder::new().recursive(true).mode(0o700).create(cell_dir(to))?;
        copy(&catalog_path(data_dir), &catalog_path(to)).await?;
        let key = data_dir.join("secret_key");
        if key.exists() {
            fs::copy(&key, to.join("secret_key"))?;
        }
        let tenants = copied_tenants(&catalog_path(to)).await?;
        for id in tenants {
            let (from, to) = (file_path(&cell_dir(data_dir), id), file_path(&cell_dir(to), id));
            if let Err(error) = copy(&from, &to).await {
                // Erased since the catalogue was copied: its bytes must not come back either.
                let row = tenant::Entity::find_by_id(id).one(self.catalog()).await?;
                let gone =
                    row.is_none_or(|row| matches!(row.status, Status::Deleting | Status::Deleted));
                ensure!(gone, "copying {}: {error:#}", from.display());
                let _ = fs::remove_file(&to);
            }
        }
        let manifest = Manifest { made_at, files: list(to)? };
        let half = to.join("manifest.part");
        fs::write(&half, serde_json::to_vec_pretty(&manifest)?)?;
        File::open(&half)?.sync_all()?;
        fs::rename(&half, to.join(MANIFEST))?;
        File::open(to)?.sync_all()?;
        Ok(manifest)
    }
}

/// Puts a backup in the place of a store that is not there. Nothing may be running on it. What
/// was erased since stays erased, if `data_dir` still says what that was.
pub fn restore(from: &Path, data_dir: &Path) -> anyhow::Result<Manifest> {
    let manifest = verify(from)?;
    let catalog = catalog_path(data_dir);
    ensure!(!catalog.exists(), "{} is there: move the old store away first", catalog.display());
    let cells = cell_dir(data_dir);
    let used = cells.read_dir().is_ok_and(|mut entries| entries.next().is_some());
    ensure!(!used, "{} is not empty: move the old store away first", cells.display());
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&cells)?;
    for file in manifest.files.iter().filter(|file| file.name != "catalog.db") {
        put(&from.join(&file.name), &data_dir.join(&file.name))?;
    }
    // Last, so that a restore that was cut off is not taken for a store.
    let half = data_dir.join("catalog.part");
    put(&from.join("catalog.db"), &half)?;
    fs::rename(&half, &catalog)?;
    File::open(data_dir)?.sync_all()?;
    Ok(manifest)
}

/// Is every file of the backup what it was when it was made?
pub fn verify(from: &Path) -> anyhow::Result<Manifest> {
    let text = fs::read(from.join(MANIFEST)).with_context(|| {
        format!("{} is not a backup, or only half of one: it has no {MANIFEST}", from.display())
    })?;
    let manifest: Manifest = serde_json::from_slice(&text).context(MANIFEST)?;
    ensure!(
        manifest.files.iter().any(|file| file.name == "catalog.db"),
        "the backup has no catalogue"
    );
    for file in &manifest.files {
        let path = from.join(&file.name);
        let now = digest(from, &path).with_context(|| format!("{}", path.display()))?;
        ensure!(now == *file, "{} is damaged: its checksum is wrong", path.display());
    }
    Ok(manifest)
}

async fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    ensure!(from.exists(), "{} is gone", from.display());
    let mut connection = sqlite::connect_copying(from).await?;
    let done =
        connection.execute(sqlx::query("VACUUM INTO ?").bind(to.display().to_string())).await;
    connection.close().await?;
    done?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o600))?;
    File::open(to)?.sync_all()?;
    Ok(())
}

/// The tenants whose data is whole, by the copy of the catalogue.
async fn copied_tenants(catalog: &Path) -> anyhow::Result<Vec<TenantId>> {
    use sqlx::Row;
    let mut connection = sqlite::connect_copying(catalog).await?;
    let sql =
        "SELECT id FROM tenants WHERE status IN ('active', 'suspended', 'leaving') ORDER BY id";
    let rows = connection.fetch_all(sql).await?;
    connection.close().await?;
    rows.iter().map(|row| Ok(TenantId(row.try_get(0)?))).collect()
}

fn put(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(0o600))?;
    File::open(to)?.sync_all()?;
    Ok(())
}

fn list(dir: &Path) -> anyhow::Result<Vec<Copied>> {
    let mut files: Vec<PathBuf> = vec![];
    for folder in [dir.to_owned(), cell_dir(dir)] {
        for entry in folder.read_dir()? {
            let path = entry?.path();
            if path.is_file() {
                files.push(path);
            }
        }
    }
    files.sort();
    files.iter().map(|path| digest(dir, path)).collect()
}

fn digest(dir: &Path, path: &Path) -> anyhow::Result<Copied> {
    let (mut file, mut hash) = (File::open(path)?, Sha256::new());
    let (mut size, mut buffer) = (0, vec![0; 1 << 16]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            break;
        }
        size += read as u64;
        hash.update(&buffer[..read]);
    }
    let name = path.strip_prefix(dir)?.display().to_string();
    Ok(Copied { name, size, sha256: hex::encode(hash.finalize()) })
}
