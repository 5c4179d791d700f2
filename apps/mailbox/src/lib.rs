//! The mailbox of development: every email that was delivered nowhere else.

mod pages;
#[cfg(test)]
mod tests;

use platform::App;

/// What this app brings. Only for sites that are not in production.
pub fn app() -> App {
    App::new("mailbox").account(pages::routes())
}
