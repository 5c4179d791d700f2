//! The one binary: which apps this site is made of, and what it can be told to do.

pub mod cli;
mod commands;
mod logs;
mod seed;
mod serve;

use core_base::Config;
use platform::App;

/// The apps, in the order of the navigation. Adding one is a line here and one in `Cargo.toml`.
pub fn apps(_: &Config) -> Vec<App> {
    vec![projects::app(), tenants::app(), permissions::app(), accounts::app()]
}
