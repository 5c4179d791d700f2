//! `tenant`: workspaces.

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use platform::{
    CommandLine, Result, Table,
    clap::{self, Parser, Subcommand},
    entitlements::{self, Setting, Source, Usage},
    out::print_json,
    people::{normalise_email, user_by_email},
    say,
    workspaces::{Slug, ValidateRows, archives},
};

use super::certificate;
use crate::workspace;

/// Manage workspaces.
#[derive(Parser)]
#[command(name = "tenant")]
pub(crate) struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
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
    /// Show what a workspace may have and has, or set one limit or feature.
    Limit {
        /// Workspace address.
        slug: String,
        /// Which one, as the list names it.
        #[arg(requires = "to")]
        key: Option<String>,
        /// A number, `off` (no limit), `on` (a feature) or `default`.
        to: Option<String>,
        /// Until the beginning of this day, UTC (2027-01-31); then the plan and the app decide again.
        #[arg(long, requires = "to", value_name = "DAY")]
        until: Option<NaiveDate>,
    },
    /// Permanently delete a workspace, with the key of its encrypted values, and certify it. Its address stays
    /// taken.
    Delete {
        /// Workspace address.
        slug: String,
        /// Address again, to confirm.
        #[arg(long)]
        confirm: String,
        /// Where the certificate goes, a new file; otherwise it is printed.
        #[arg(long)]
        certificate: Option<PathBuf>,
    },
    /// Check the certificate of a deleted workspace: that this installation made it, and that nothing came back.
    CheckCertificate {
        /// The file.
        file: PathBuf,
    },
}

pub(crate) async fn run(Command { verb }: Command, line: CommandLine) -> Result<()> {
    let store = &line.store;
    match verb {
        Verb::Create { slug, name, owner } => create(&line, &slug, &name, &owner).await?,
        Verb::List { json } => list(&line, json).await?,
        Verb::Suspend { slug } => workspace::suspend(store, &*line.tenant(&slug).await?).await?,
        Verb::Resume { slug } => workspace::resume(store, &*line.tenant(&slug).await?).await?,
        Verb::Export { slug, file } => {
            let done = archives::export(store, &line.tenant(&slug).await?, &file).await?;
            say!("{}: {} rows of {} tables", file.display(), done.rows, done.tables);
        }
        Verb::Import { file, slug: _, replace: Some(slug) } => {
            let tenant = line.tenant(&slug).await?;
            let rows = archives::restore(store, &tenant, &file, &readable(&line)).await?;
            say!("{slug} is what it was: {rows} rows");
        }
        Verb::Import { file, slug, replace: None } => import(&line, &file, slug.as_deref()).await?,
        Verb::Limit { slug, key, to, until } => {
            let until = until.map(|day| day.and_time(NaiveTime::MIN).and_utc());
            limit(&line, &slug, key.zip(to), until).await?;
        }
        Verb::Delete { slug, confirm, certificate } => {
            if slug != confirm {
                return Err(anyhow::anyhow!("--confirm must repeat the address {slug}").into());
            }
            let tenant = line.tenant(&slug).await?;
            certificate::delete(&line, &tenant, certificate.as_deref()).await?;
        }
        Verb::CheckCertificate { file } => certificate::check(&line, &file).await?,
    }
    Ok(())
}

async fn create(line: &CommandLine, slug: &str, name: &str, owner: &str) -> Result<()> {
    let chosen = Slug::choose(slug, &line.config.product_name);
    let slug = chosen.map_err(|why| anyhow::anyhow!("{slug}: {why}"))?;
    let email = normalise_email(owner).context("--owner is not an email address")?;
    let owner = user_by_email(line.store.catalog(), &email).await?;
    let owner = owner.with_context(|| {
        format!("nobody has the address {email}: `groundwork user create {email} …`")
    })?;
    let tenant = workspace::create(&line.store, slug, name, &owner).await?;
    say!("{}", tenant.origin);
    Ok(())
}

async fn import(line: &CommandLine, file: &Path, slug: Option<&str>) -> Result<()> {
    let choose = |slug: &str| Slug::choose(slug, &line.config.product_name);
    let slug = slug.map(choose).transpose();
    let slug = slug.map_err(|why| anyhow::anyhow!("--slug: {why}"))?;
    let tenant = archives::import(&line.store, file, slug, &readable(line)).await?;
    say!("{}", tenant.origin);
    Ok(())
}

/// Sets one, if one is named, and prints all as they are then.
async fn limit(
    line: &CommandLine,
    slug: &str,
    set: Option<(String, String)>,
    until: Option<DateTime<Utc>>,
) -> Result<()> {
    let (tenant, all) = (line.tenant(slug).await?, line.registry.entitlements());
    if let Some((key, to)) = set {
        let one = all.iter().find(|one| one.key == key).with_context(|| {
            let known: Vec<_> = all.iter().map(|one| one.key).collect();
            format!("there is no limit or feature {key}: there are {}", known.join(", "))
        })?;
        let to = match to.as_str() {
            "on" => Setting::On,
            "off" => Setting::Off,
            "default" => Setting::Default,
            number => Setting::Count(number.parse().with_context(|| {
                format!("{number} is no whole number, nor `on`, `off` or `default`")
            })?),
        };
        let done = one.set(&line.store, &tenant, to, until).await?;
        done.map_err(|why| anyhow::anyhow!("{key}: {why}"))?;
    }
    let read = |db| async move { entitlements::usage(&db, all).await };
    for (one, usage, source) in line.store.read_in(tenant, read).await? {
        let has = match usage {
            Usage::Counted { used, limit: Some(limit) } => format!("{used} of {limit}"),
            Usage::Counted { used, limit: None } => format!("{used}, no limit"),
            Usage::Feature(true) => "on".to_owned(),
            Usage::Feature(false) => "off".to_owned(),
        };
        let said = match source {
            Source::Set(None) => "set by hand".to_owned(),
            Source::Set(Some(until)) => format!("set by hand until {}", until.format("%Y-%m-%d")),
            Source::Plan(name) => format!("plan {name}"),
            Source::Default => "default".to_owned(),
        };
        say!("{}: {has} ({said})", one.key);
    }
    Ok(())
}

/// Every table that the apps and the platform have in a workspace, to be read as a whole.
fn readable(line: &CommandLine) -> Vec<ValidateRows> {
    let own = Table::core();
    own.iter().chain(&line.registry.tables).map(|table| table.validate_rows).collect()
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

async fn list(line: &CommandLine, json: bool) -> Result<()> {
    let lines: Vec<_> = line
        .store
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
        return Ok(());
    }
    for Line { slug, status, cell, name, .. } in lines {
        say!("{slug:24} {status:12} cell {cell:3} {name}");
    }
    Ok(())
}
