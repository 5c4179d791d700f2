//! Commands of apps: what can be typed after the program's name besides its own.

use std::sync::Arc;

use clap::{ArgMatches, Parser};
use core_base::{Config, Error, Result};
use core_db::{Store, Tenant};
use futures_util::{FutureExt, future::BoxFuture};

use crate::{App, Registry};

/// What a command of an app works with.
pub struct CommandLine {
    /// The store. Its migrations may not all have run.
    pub store: Store,
    /// The platform's settings.
    pub config: Config,
    /// What the program is made of.
    pub registry: Arc<Registry>,
}

impl CommandLine {
    /// The workspace at this address.
    pub async fn tenant(&self, slug: &str) -> Result<Arc<Tenant>> {
        let found = self.store.directory().by_slug(slug).await?;
        Ok(found.ok_or_else(|| anyhow::anyhow!("there is no workspace at {slug}"))?)
    }

    /// What an app brings with [`App::extension`].
    pub fn extension<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        self.registry.extensions().find()
    }
}

type Work = Arc<dyn Fn(ArgMatches, CommandLine) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// A command as the registry keeps it.
#[derive(Clone)]
pub struct AppCommand {
    /// Its words and what they are for.
    pub command: clap::Command,
    work: Work,
}

impl AppCommand {
    /// By the function that does it.
    pub(crate) fn of<C, F, Fut>(run: F) -> Self
    where
        C: Parser + Send + 'static,
        F: Fn(C, CommandLine) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        let work: Work = Arc::new(move |matches, line| match C::from_arg_matches(&matches) {
            Ok(typed) => run(typed, line).boxed(),
            Err(error) => {
                let error = anyhow::Error::new(error);
                async move { Err(Error::Internal(error)) }.boxed()
            }
        });
        Self { command: C::command(), work }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.command.get_name()
    }

    /// Does what was typed.
    pub async fn run(&self, typed: ArgMatches, line: CommandLine) -> Result<()> {
        (self.work)(typed, line).await
    }
}

impl App {
    /// The commands it brings.
    pub fn commands(&self) -> &[AppCommand] {
        &self.commands
    }

    /// A command: `async fn(C, CommandLine) -> Result<()>`, where `C` derives [`clap::Parser`] and has
    /// `#[command(name = "…")]`. What it leaves to be done later is in the queue when it ends.
    #[must_use]
    pub fn command<C, F, Fut>(mut self, run: F) -> Self
    where
        C: Parser + Send + 'static,
        F: Fn(C, CommandLine) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.commands.push(AppCommand::of(run));
        self
    }
}
