//! A page that tries what must not work, for whoever wants to see it.

mod attempt;
mod page;
#[cfg(test)]
mod tests;

use platform::{App, Routes};

/// What this app brings. Only for sites that are not in production.
pub fn app() -> App {
    App::new("isolation").workspace(Routes::new().get("/dev/isolation", page::show))
}
