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
    /// Run the site and process background jobs.
    Serve {
        /// Leave background jobs to a separate `worker` process.
        #[arg(long)]
        no_worker: bool,
        /// Stop when standard input closes, that is, when the parent process ends.
        #[arg(long)]
        until_eof: bool,
    },
    /// Process background jobs without running the site.
    Worker,
    /// Migrate the catalogue and all workspaces to the current schema.
    Migrate {
        /// Only show the state of migrations.
        #[arg(long)]
        status: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check apps, settings and stores for problems.
    Check {
        /// Also check what a public site needs.
        #[arg(long)]
        deploy: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Ask the running site whether it is ready, for container health checks.
    Health,
    /// List every route and who may call it.
    Routes {
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Back up the embedded store to a new directory, while the site runs.
    Backup {
        /// Target directory; must be empty or not exist.
        to: PathBuf,
    },
    /// Restore a backup where there is no store yet.
    Restore {
        /// Directory of the backup.
        from: PathBuf,
    },
    /// Manage cells, the databases that hold workspaces.
    #[command(subcommand)]
    Cell(commands::cell::Cell),
    /// Manage workspaces.
    #[command(subcommand)]
    Tenant(commands::tenant::Tenant),
    /// Manage user accounts.
    #[command(subcommand)]
    User(commands::user::User),
    /// Manage members of a workspace.
    #[command(subcommand)]
    Member(commands::member::Member),
    /// Manage background jobs.
    #[command(subcommand)]
    Jobs(commands::jobs::Jobs),
    /// Fill the store with sample workspaces for tests and benchmarks. Not for production.
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
