//! Something real of each app, for whatever looks at all routes. What it is, each app says in its own
//! `src/testing`.

use core_testing::{Actor, Samples};
pub use core_testing::{Page, Sent, Things};

/// Tables of apps that were removed, until a migration drops them: docs/guides/remove-an-app.md.
pub const LEFT: &[&str] = &[];

/// Makes something of each app.
pub async fn things(owner: &Actor) -> Things {
    let mut things = Things::default();
    projects::testing::samples(owner, &mut things).await;
    things
}

/// Table and column of texts that are the program's own words, and nobody's.
pub fn words() -> Vec<(&'static str, &'static str)> {
    [projects::testing::WORDS].concat()
}

/// The same for the sweeps: one page and one form for each route.
pub async fn samples(owner: &Actor) -> Samples {
    Samples::of(&things(owner).await)
}
