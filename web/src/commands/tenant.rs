//! `tenant`: workspaces.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Subcommand;
use core_access::archives;
use core_base::{Config, Slug, normalise_email};
use platform::{Registry, Table};
use tenants::workspace;

use super::{open, plain, print_json, relay};
use crate::{apps, out::say};

#[derive(Subcommand)]
pub(crate) enum Tenant {
    /// Create a workspace.
    Create {
        /// Address: the part before the base host.
        slug: String,
        /// Display name.
        #[arg(long)]
        name: String,
        /// Email address of its owner, who must exist: `groundwork user create`.
        #[arg(long)]
        owner: String,
    },
    /// List workspaces.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Suspend a workspace; its data stays.
    Suspend {
        /// Workspace address.
        slug: String,
    },
    /// Resume a suspended workspace.
    Resume {
        /// Workspace address.
        slug: String,
    },
    /// Export a workspace to a new file; people can keep working meanwhile.
    Export {
        /// Workspace address.
        slug: String,
        /// Target file; must not exist.
        file: PathBuf,
    },
    /// Import an exported workspace, from either kind of store, with its ids.
    Import {
        /// Exported file.
        file: PathBuf,
        /// New address, if not the one it had.
        #[arg(long, conflicts_with = "replace")]
        slug: Option<String>,
        /// Roll the workspace at this address back to the exported state. Newer changes in it
        /// are lost.
        #[arg(long, value_name = "SLUG")]
        replace: Option<String>,
    },
    /// Permanently delete a workspace. Its address stays taken.
    Delete {
        /// Workspace address.
        slug: String,
        /// Address again, to confirm.
        #[arg(long)]
        confirm: String,
    },
}

#[derive(serde::Serialize)]
struct Line {
    /// What the log calls it.
    id: String,
    slug: String,
    name: String,
    status: String,
    cell: i32,
    created_at: String,
}

impl Tenant {
    pub(crate) async fn run(self, config: &Config) -> anyhow::Result<ExitCode> {
        let store = open(config).await?;
        let missing = |slug: &str| format!("there is no workspace at {slug}");
        match self {
            Self::Create { slug, name, owner } => {
                let chosen = Slug::choose(&slug, &config.product_name);
                let slug = chosen.map_err(|why| anyhow::anyhow!("{slug}: {why}"))?;
                let email = normalise_email(&owner).context("--owner is not an email address")?;
                let owner =
                    accounts::user::by_email(store.catalog(), &email).await.map_err(plain)?;
                let owner = owner.with_context(|| {
                    format!("nobody has the address {email}: `groundwork user create {email} …`")
                })?;
                let tenant = workspace::create(&store, slug, &name, &owner).await.map_err(plain)?;
                relay(config, &store).await?;
                say!("{}", tenant.origin);
            }
            Self::List { json } => {
                let lines: Vec<_> = store
                    .tenants()
                    .await?
                    .into_iter()
                    .map(|row| Line {
                        id: row.id.to_string(),
                        slug: row.slug,
                        name: row.name,
                        status: row.status.as_str().to_owned(),
                        cell: row.cell_id,
                        created_at: row.created_at.to_rfc3339(),
                    })
                    .collect();
                if json {
                    print_json(&lines)?;
                } else {
                    for line in lines {
                        say!(
                            "{:24} {:12} cell {:3} {}",
                            line.slug,
                            line.status,
                            line.cell,
                            line.name
                        );
                    }
                }
            }
            Self::Suspend { slug } => {
                let tenant = workspace::find(&store, &slug)
                    .await
                    .map_err(plain)
                    .with_context(|| missing(&slug))?;
                workspace::suspend(&store, &tenant).await.map_err(plain)?;
            }
            Self::Resume { slug } => {
                let tenant = workspace::find(&store, &slug)
                    .await
                    .map_err(plain)
                    .with_context(|| missing(&slug))?;
                workspace::resume(&store, &tenant).await.map_err(plain)?;
            }
            Self::Export { slug, file } => {
                let tenant = workspace::find(&store, &slug)
                    .await
                    .map_err(plain)
                    .with_context(|| missing(&slug))?;
                let done = archives::export(&store, &tenant, &file).await.map_err(plain)?;
                say!("{}: {} rows of {} tables", file.display(), done.rows, done.tables);
            }
            Self::Import { file, slug: _, replace: Some(slug) } => {
                let tenant = workspace::find(&store, &slug)
                    .await
                    .map_err(plain)
                    .with_context(|| missing(&slug))?;
                let rows = archives::restore(&store, &tenant, &file, &readable(config)?)
                    .await
                    .map_err(plain)?;
                say!("{slug} is what it was: {rows} rows");
            }
            Self::Import { file, slug, replace: None } => {
                let choose = |slug: &str| Slug::choose(slug, &config.product_name);
                let slug = slug.as_deref().map(choose).transpose();
                let slug = slug.map_err(|why| anyhow::anyhow!("--slug: {why}"))?;
                let tenant = archives::import(&store, &file, slug, &readable(config)?)
                    .await
                    .map_err(plain)?;
                say!("{}", tenant.origin);
            }
            Self::Delete { slug, confirm } => {
                anyhow::ensure!(slug == confirm, "--confirm must repeat the address {slug}");
                let tenant = workspace::find(&store, &slug)
                    .await
                    .map_err(plain)
                    .with_context(|| missing(&slug))?;
                store.delete_tenant(&tenant).await.map_err(plain)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Every table that the apps and the platform have in a workspace, to be read as a whole.
fn readable(config: &Config) -> anyhow::Result<Vec<archives::Readable>> {
    let registry = Registry::new(apps(config)).map_err(|problems| {
        let first = problems.first().map(ToString::to_string).unwrap_or_default();
        anyhow::anyhow!("the apps do not fit together: {first}; see `groundwork check`")
    })?;
    Ok(Table::own().into_iter().chain(registry.tables).map(|table| table.readable).collect())
}
