//! `seed`: many workspaces full of rows, for benchmarks and tests.

use std::process::ExitCode;

use clap::Args;
use core_base::{Slug, config::Environment};
use platform::{Demo, Registry, Role};
use tenants::workspace;

use super::plain;
use crate::program::Program;

/// Workspaces `t0001` and on, each with "Member N of tNNNN" and rows of every app, such as "tNNNN
/// project NNNN".
#[derive(Args)]
pub(crate) struct Seed {
    /// Number of workspaces.
    #[arg(long, default_value_t = 10)]
    tenants: usize,
    /// Rows that each app makes in each, such as projects.
    #[arg(long, alias = "projects", default_value_t = 100)]
    rows: usize,
    /// Members per workspace.
    #[arg(long, default_value_t = 5)]
    members: usize,
}

/// As many cells as it takes.
async fn make_room(store: &core_db::Store, wanted: u64) -> anyhow::Result<()> {
    let room = |cells: Vec<core_db::CellReport>| {
        cells.iter().map(|cell| u64::try_from(cell.capacity).unwrap_or_default()).sum::<u64>()
    };
    while room(store.cells().await?) < wanted {
        store.add_cell().await?;
    }
    Ok(())
}

impl Seed {
    pub(crate) async fn run(self, program: &Program) -> anyhow::Result<ExitCode> {
        anyhow::ensure!(program.config.environment != Environment::Production, "not in production");
        core_db::prepare(&program.config, &program.migrations).await?;
        let store = program.open().await?;
        let registry = program.registry()?;
        let hash = accounts::user::hash("seeded-password-for-tests".into()).await.map_err(plain)?;
        make_room(&store, self.tenants as u64).await?;
        for number in 1..=self.tenants {
            let name = format!("t{number:04}");
            if store.directory().by_slug(&name).await?.is_some() {
                continue;
            }
            self.one(&store, registry, (&name, &hash)).await.map_err(plain)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn one(
        &self,
        store: &core_db::Store,
        registry: &Registry,
        (name, hash): (&str, &str),
    ) -> core_base::Result<()> {
        let mut people = vec![];
        for number in 1..=self.members.max(1) {
            let email = format!("user{number}@{name}.example");
            let title = format!("Member {number} of {name}");
            people.push(accounts::user::insert(store.catalog(), &email, &title, hash).await?);
        }
        let slug = Slug::parse(name).map_err(|why| anyhow::anyhow!(why))?;
        let tenant = workspace::create(store, slug, name, &people[0]).await?;
        for person in &people[1..] {
            workspace::add(store, tenant.clone(), person, Role::Member).await?;
        }
        let people = people.iter().map(|person| person.id).collect();
        let demo = Demo { slug: name.to_owned(), people, rows: Some(self.rows) };
        match registry.fill(store, &tenant, &demo).await.pop() {
            Some((app, error)) => {
                Err(error.into_anyhow().context(format!("the rows of {app} in {name}")).into())
            }
            None => Ok(()),
        }
    }
}
