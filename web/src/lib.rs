//! The one binary: which apps this site is made of, and what it can be told to do.

#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod cli;
mod commands;
mod logs;
mod program;
mod seed;
mod serve;
pub mod stripe_sandbox;

use core_base::config::Environment;
use platform::App;

/// The apps, in the order of the navigation. Adding one is a line here and one in `Cargo.toml`.
pub fn apps(environment: Environment) -> Vec<App> {
    #[cfg(feature = "example")]
    let mut apps = vec![projects::app()];
    #[cfg(not(feature = "example"))]
    let mut apps = vec![];
    apps.extend([
        tenants::app(),
        permissions::app(),
        audit::app(),
        admin::app(),
        palette::app(),
        accounts::app(),
        billing::app(),
        site::app(),
    ]);
    if environment != Environment::Production {
        apps.extend([mailbox::app(), isolation::app(), components::app()]);
    }
    if environment == Environment::Development {
        apps.extend([example_id::app(), ::stripe_sandbox::app()]);
    }
    apps
}
