//! `jobs`: what waits, what runs, what failed for good.

use std::process::ExitCode;

use anyhow::Context;
use clap::{
    Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use core_db::{Status, Store};
use core_jobs::job_entity::State;
use sea_orm::prelude::Uuid;

use super::plain;
use platform::out::print_json;
use platform::say;

use crate::program::Program;

#[derive(Subcommand)]
pub(crate) enum Jobs {
    /// Count jobs by state, and list the latest in one state.
    List {
        /// State of the jobs to list.
        #[arg(long, value_parser = states(), default_value = State::Dead.as_str())]
        state: State,
        /// Maximum number to list.
        #[arg(long, default_value_t = 20)]
        limit: u64,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Queue a scheduled job now; a worker or `serve` runs it.
    Run {
        /// Job name; an unknown one lists all names.
        name: String,
        /// Only for this workspace.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Retry a dead job.
    Retry {
        /// Job id, or `all`.
        id: String,
    },
    /// Delete a dead job.
    Discard {
        /// Job id.
        id: Uuid,
    },
    /// Cancel a job and roll back its transaction.
    Cancel {
        /// Job id.
        id: Uuid,
    },
}

/// The states that can be asked for, by the words that are stored.
fn states() -> impl TypedValueParser<Value = State> {
    PossibleValuesParser::new(State::ALL.map(State::as_str)).map(|word| {
        State::ALL.into_iter().find(|state| state.as_str() == word).expect("a possible value")
    })
}

#[derive(serde::Serialize)]
struct Line {
    id: Uuid,
    name: String,
    tenant: Option<core_base::TenantId>,
    state: String,
    attempts: i32,
    due_at: String,
    error: String,
}

impl Jobs {
    pub(crate) async fn run(self, program: &Program) -> anyhow::Result<ExitCode> {
        let store = program.open().await?;
        let catalog = store.catalog();
        let done = match self {
            Self::List { state, limit, json } => {
                let rows = core_jobs::list(catalog, state, limit).await.map_err(plain)?;
                let lines: Vec<_> = rows.into_iter().map(Line::of).collect();
                if json {
                    print_json(&lines)?;
                    return Ok(ExitCode::SUCCESS);
                }
                for count in core_jobs::counts(catalog).await.map_err(plain)? {
                    say!("{:10} {}", count.state.as_str(), count.count);
                }
                lines.iter().for_each(Line::print);
                true
            }
            Self::Run { name, tenant } => {
                let count = run_now(program, &store, &name, tenant.as_deref()).await?;
                let left = if count == 1 { "1 job was" } else { &format!("{count} jobs were") };
                say!("{left} left for a worker or `serve`; `jobs list` says what became of it");
                true
            }
            Self::Retry { id } if id == "all" => {
                let dead = core_jobs::list(catalog, State::Dead, 10_000).await.map_err(plain)?;
                for job in &dead {
                    core_jobs::retry(catalog, job.id).await.map_err(plain)?;
                }
                say!("{} jobs are tried again", dead.len());
                true
            }
            Self::Retry { id } => core_jobs::retry(catalog, id.parse()?).await.map_err(plain)?,
            Self::Discard { id } => core_jobs::discard(catalog, id).await.map_err(plain)?,
            Self::Cancel { id } => core_jobs::cancel(catalog, id).await.map_err(plain)?,
        };
        anyhow::ensure!(done, "there is no such job in a state in which this can be done");
        Ok(ExitCode::SUCCESS)
    }
}

async fn run_now(
    program: &Program,
    store: &Store,
    name: &str,
    slug: Option<&str>,
) -> anyhow::Result<usize> {
    let registry = program.registry()?;
    let jobs = registry.jobs(&program.config);
    let mut names: Vec<_> = jobs.schedules().iter().map(|one| one.name).collect();
    names.sort_unstable();
    names.dedup();
    let mine: Vec<_> = jobs.schedules().iter().filter(|one| one.name == name).collect();
    anyhow::ensure!(!mine.is_empty(), "nothing repeats {name}; there are: {}", names.join(", "));
    let tenant = match slug {
        Some(slug) => {
            let found = store.directory().by_slug(slug).await?;
            let found = found.filter(|tenant| tenant.status == Status::Active);
            Some(found.with_context(|| format!("there is no open workspace {slug}"))?.id)
        }
        None => None,
    };
    let mut count = 0;
    for schedule in mine {
        let fits = tenant.is_none() || schedule.each_tenant;
        anyhow::ensure!(fits, "{name} is not done for one workspace: leave --tenant away");
        count += core_jobs::run_now(store, schedule, tenant).await.map_err(plain)?;
    }
    Ok(count)
}

impl Line {
    fn of(job: core_jobs::Entry) -> Self {
        Self {
            id: job.id,
            name: job.name,
            tenant: job.tenant_id,
            state: job.state.as_str().to_owned(),
            attempts: job.attempts,
            due_at: job.due_at.to_rfc3339(),
            error: job.error,
        }
    }

    fn print(&self) {
        say!("{} {:30} attempts {:2} {}", self.id, self.name, self.attempts, self.error);
    }
}
