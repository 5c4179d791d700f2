//! The command line: what can be typed after `groundwork`.

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use core_base::Config;

use crate::{commands, logs, serve};

/// A multi-tenant SaaS platform. Settings come from the environment and `.env`: see `.env.example`.
#[derive(Parser)]
#[command(name = "groundwork", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the site and works on the queue.
    Serve {
        /// Leaves the queue to `worker`, a process of its own.
        #[arg(long)]
        no_worker: bool,
        /// Ends when its standard input does, which is when whoever started it is gone.
        #[arg(long)]
        until_eof: bool,
    },
    /// Works on the queue and serves nothing.
    Worker,
    /// Brings the catalogue and all workspaces to the current schema.
    Migrate {
        /// Only tells how far they are.
        #[arg(long)]
        status: bool,
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// Looks for what would go wrong: apps, settings, stores.
    Check {
        /// Also for what a public site must not be.
        #[arg(long)]
        deploy: bool,
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// Asks the site that runs beside it whether it is ready: for containers.
    Health,
    /// Prints every route and who may call it.
    Routes {
        /// For machines.
        #[arg(long)]
        json: bool,
    },
    /// Copies the whole embedded store into a new directory, while it runs.
    Backup {
        /// The directory; it must be empty or not there.
        to: PathBuf,
    },
    /// Puts such a copy in the place of a store that is not there.
    Restore {
        /// The directory of the backup.
        from: PathBuf,
    },
    /// Places where workspaces live.
    #[command(subcommand)]
    Cell(commands::cell::Cell),
    /// Workspaces.
    #[command(subcommand)]
    Tenant(commands::tenant::Tenant),
    /// People.
    #[command(subcommand)]
    User(commands::user::User),
    /// Who belongs to a workspace.
    #[command(subcommand)]
    Member(commands::member::Member),
    /// The queue.
    #[command(subcommand)]
    Jobs(commands::jobs::Jobs),
    /// Fills the store with workspaces for benchmarks and tests. Not in production.
    Seed(commands::seed::Seed),
}

/// Reads the command line and the settings, and does what they say.
pub fn run() -> anyhow::Result<ExitCode> {
    let Cli { command } = Cli::parse();
    let config = Config::from_env()?;
    logs::start(&config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        match command {
            Command::Serve { no_worker, until_eof } => {
                serve::serve(config, !no_worker, until_eof).await
            }
            Command::Worker => serve::worker(config).await,
            Command::Migrate { status: true, json } => {
                commands::migrate::status(&config, json).await
            }
            Command::Migrate { status: false, json } => {
                commands::migrate::migrate(&config, json).await
            }
            Command::Check { deploy, json } => commands::check::check(&config, deploy, json).await,
            Command::Health => commands::health::ask(&config),
            Command::Routes { json } => commands::routes::print(&config, json),
            Command::Backup { to } => commands::backup::backup(&config, &to).await,
            Command::Restore { from } => commands::backup::restore(&config, &from).await,
            Command::Cell(cell) => cell.run(&config).await,
            Command::Tenant(tenant) => tenant.run(&config).await,
            Command::User(user) => user.run(&config).await,
            Command::Member(member) => member.run(&config).await,
            Command::Jobs(jobs) => jobs.run(&config).await,
            Command::Seed(seed) => seed.run(&config).await,
        }
    });
    // Threads that still wait for a file or a lock must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}
