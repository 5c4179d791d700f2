//! People: who they are, and the browsers they are signed in with.

pub mod letters;
mod pages;
pub mod user;

use platform::App;

/// What this app brings.
pub fn app() -> App {
    App::new("accounts").account(pages::routes())
}
