//! The certificate of a workspace that was deleted: what went, sealed by this installation, and checked again later.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::Path};

use anyhow::Context;
use platform::{
    CommandLine, Result, TenantId, clock, say,
    workspaces::{
        Remains, Tenant,
        entity::data_key::{Column, Entity},
    },
};
use sea_orm::{ColumnTrait, QueryFilter, prelude::DateTimeUtc};
use serde::{Deserialize, Serialize};

/// What is certified.
#[derive(Debug, Serialize, Deserialize)]
struct Deleted {
    /// The installation's address.
    installation: String,
    workspace: TenantId,
    address: String,
    deleted_at: DateTimeUtc,
    /// Where its data was.
    place: String,
    /// The key of its encrypted values; none: it had no such values.
    key: Option<Key>,
    statement: String,
}

#[derive(Debug, Serialize, Deserialize)]
struct Key {
    id: uuid::Uuid,
    made_at: DateTimeUtc,
}

/// The file.
#[derive(Debug, Serialize, Deserialize)]
struct Certificate {
    deleted: Deleted,
    /// By the installation's SECRET_KEY.
    seal: String,
}

const STATEMENT: &str = "The workspace's data, its rows in the catalogue and the key of its encrypted \
    values were deleted, and looked for afterwards: nothing was found. Values that were encrypted with this key \
    can no longer be read in backups that were made before, unless the catalogue as it was then and MASTER_KEY \
    are brought back together.";

/// Deletes a workspace, looks whether anything is left, and writes the certificate.
pub(super) async fn delete(line: &CommandLine, tenant: &Tenant, file: Option<&Path>) -> Result<()> {
    // Before anything goes: a file that cannot be written is found out now.
    let mut file = match file {
        Some(path) => {
            let mut options = std::fs::OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(path);
            Some(file.with_context(|| format!("writing the certificate to {}", path.display()))?)
        }
        None => None,
    };
    let (store, id) = (&line.store, tenant.id);
    let catalog = store.catalog();
    let key = catalog.find::<Entity>().filter(Column::TenantId.eq(id)).one(catalog).await?;
    store.delete_tenant(tenant).await?;
    let left = store.remains(id).await?;
    if left.has_data || left.rows > 0 {
        return Err(anyhow::anyhow!("{}: {}", tenant.slug, found(&left)).into());
    }
    let deleted = Deleted {
        installation: line.config.account_origin(),
        workspace: id,
        address: tenant.slug.clone(),
        deleted_at: clock::now(),
        place: left.place,
        key: key.map(|key| Key { id: key.id, made_at: key.created_at }),
        statement: STATEMENT.to_owned(),
    };
    let seal = seal(line, &deleted)?;
    let text = serde_json::to_string_pretty(&Certificate { deleted, seal })?;
    match &mut file {
        Some(file) => {
            let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
            written.context("the workspace is deleted; writing the certificate")?;
            say!("{} is deleted", tenant.slug);
        }
        None => say!("{text}"),
    }
    Ok(())
}

/// Is it ours, unaltered, and is the workspace still gone?
pub(super) async fn check(line: &CommandLine, path: &Path) -> Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let read: Certificate = serde_json::from_str(&text).context("this is no certificate")?;
    if seal(line, &read.deleted)? != read.seal {
        let why = "it was altered, or made by another installation, or SECRET_KEY was another one";
        return Err(anyhow::anyhow!("{why}").into());
    }
    let left = line.store.remains(read.deleted.workspace).await?;
    if left.has_data || left.rows > 0 {
        let (address, found) = (&read.deleted.address, found(&left));
        let why = "an old backup may have brought it back";
        return Err(anyhow::anyhow!("{address}: {found}; {why}").into());
    }
    let day = read.deleted.deleted_at.format("%F");
    say!("{} was deleted on {day}, and nothing of it is here", read.deleted.address);
    Ok(())
}

/// What is still there, in words.
fn found(left: &Remains) -> String {
    let data = if left.has_data { "is" } else { "is not" };
    format!("{} {data} there, and {} rows of the catalogue are", left.place, left.rows)
}

fn seal(line: &CommandLine, deleted: &Deleted) -> Result<String> {
    let text = serde_json::to_string(deleted)?;
    Ok(line.config.mac_token("deletion certificate", &text).expose().to_owned())
}
