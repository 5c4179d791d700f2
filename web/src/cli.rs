//! The command line: what can be typed after `groundwork`.

use std::{path::PathBuf, process::ExitCode};

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, Subcommand};
use core_base::{
    Actor,
    config::{Environment, Reader},
};
use core_db::{Acting, Migrations, Origin};
use platform::{App, CommandLine};

use crate::{commands, logs, program::Program, serve};

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
    /// List every setting, what holds and which app asks for it. Secrets are not shown.
    Settings {
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
    /// Manage the keys of encrypted columns.
    #[command(subcommand)]
    Keys(commands::keys::Keys),
    /// Manage background jobs.
    #[command(subcommand)]
    Jobs(commands::jobs::Jobs),
    /// Run a Stripe for development and tests by itself.
    StripeSandbox {
        /// Where it listens.
        #[arg(long, default_value = "127.0.0.1:12111")]
        listen: std::net::SocketAddr,
        /// A file in which it is kept; none: it begins empty and forgets.
        #[arg(long)]
        data: Option<PathBuf>,
    },
    /// Fill the store with sample workspaces for tests and benchmarks. Not for production.
    Seed(commands::seed::Seed),
}

/// What the program is made of.
#[derive(Clone, Copy)]
pub struct Product {
    /// The apps, in the order of the navigation.
    pub apps: fn(Environment) -> Vec<App>,
    /// Their tables.
    pub migrations: Migrations,
}

/// The product itself.
pub const PRODUCT: Product = Product { apps: crate::apps, migrations: migrations::ALL };

/// Reads the command line and the settings, and does what they say.
pub fn run(product: Product) -> anyhow::Result<ExitCode> {
    // What is wrong with the settings is told after what is wrong with the command line.
    let (mut env, unreadable) = match Reader::from_env() {
        Ok(env) => (env, None),
        Err(error) => (Reader::from_vars([]), Some(error)),
    };
    let apps = (product.apps)(env.environment());
    let typed = command(&apps).get_matches();
    if let Some(error) = unreadable {
        return Err(error);
    }
    let program = Program::read(env, apps, product.migrations)?;
    logs::start(&program.config);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(obey(&program, &typed));
    // Threads that still wait for a file or a lock must not keep the process.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    done
}

/// The platform's commands and those of the apps.
fn command(apps: &[App]) -> clap::Command {
    let own = apps.iter().flat_map(App::commands).map(|one| one.command.clone());
    Cli::command().subcommands(own)
}

async fn obey(program: &Program, typed: &ArgMatches) -> anyhow::Result<ExitCode> {
    let Ok(Cli { command }) = Cli::from_arg_matches(typed) else {
        return of_app(program, typed).await;
    };
    match command {
        Command::Serve { no_worker, until_eof } => {
            serve::serve(program, !no_worker, until_eof).await
        }
        Command::Worker => serve::worker(program).await,
        Command::Migrate { status: true, json } => commands::migrate::status(program, json).await,
        Command::Migrate { status: false, json } => commands::migrate::migrate(program, json).await,
        Command::Check { deploy, json } => commands::check::check(program, deploy, json).await,
        Command::Health => commands::health::ask(&program.config),
        Command::Routes { json } => commands::routes::print(program, json),
        Command::Settings { json } => commands::settings::print(program, json),
        Command::Backup { to } => commands::backup::backup(program, &to).await,
        Command::Restore { from } => commands::backup::restore(program, &from).await,
        Command::Cell(cell) => cell.run(program).await,
        Command::Keys(keys) => keys.run(program).await,
        Command::Jobs(jobs) => jobs.run(program).await,
        Command::StripeSandbox { listen, data } => crate::stripe_sandbox::run(listen, data).await,
        Command::Seed(seed) => seed.run(program).await,
    }
}

/// A command that an app brings.
async fn of_app(program: &Program, typed: &ArgMatches) -> anyhow::Result<ExitCode> {
    let registry = program.registry()?;
    let (name, typed) = typed.subcommand().unwrap_or(("", typed));
    let command = registry.commands.iter().find(|one| one.name() == name);
    let command = command.ok_or_else(|| anyhow::anyhow!("there is no command {name}"))?;
    let words: Vec<_> = [Some(name), typed.subcommand_name()].into_iter().flatten().collect();
    let operator = Actor::Command { words: words.join(" ") };
    let store = program.open().await?;
    let (config, registry) = (program.config.clone(), registry.clone());
    let line = CommandLine { store: store.clone(), config, registry };
    let done = async {
        command.run(typed.clone(), line).await?;
        program.relay(&store).await
    };
    let done = Acting::new(operator, Origin::default()).scope(done).await;
    done.map_err(core_base::Error::into_anyhow)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn every_command_can_be_told_apart_and_says_what_it_is_for() {
        let command = super::command(&crate::apps(Environment::Development));
        command.clone().debug_assert();
        let silent = command.get_subcommands().filter(|one| one.get_about().is_none());
        assert_eq!(silent.map(clap::Command::get_name).collect::<Vec<_>>(), [""; 0]);
    }
}
