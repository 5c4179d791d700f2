//! The palette: every page, action and record that somebody may open, found by words, at the keyboard alone.

mod entries;
mod pages;
mod records;

use platform::{App, Routes};

/// Where it is.
const PATH: &str = "/search";

/// What this app brings. What it finds follows from the navigation and the resources of all apps.
pub fn app() -> App {
    App::new("palette")
        .workspace(Routes::new().get(PATH, pages::search).get("/search/keys", pages::keys))
        .searched_at(PATH)
}
