//! Every component on one page, for whoever builds pages.

mod sheet;
#[cfg(test)]
mod tests;

use platform::{App, Routes};

/// What this app brings. Only for sites that are not in production.
pub fn app() -> App {
    App::new("components").account(
        Routes::new().get("/dev/components", sheet::show).post("/dev/components", sheet::send),
    )
}
