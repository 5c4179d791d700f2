//! The public site: the front page and the prices, for strangers and for those who are signed in.

mod pages;
#[cfg(test)]
mod tests;
mod words;

use platform::App;

/// Where strangers become customers; another app brings it.
pub const SIGN_UP: &str = "/signup";

/// What this app brings.
pub fn app() -> App {
    App::new("site").account(pages::routes())
}
