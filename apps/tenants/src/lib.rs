//! Workspaces: choosing one, entering it, and their life from creation to deletion.

pub mod letters;
mod pages;
pub mod workspace;

use platform::App;

/// What this app brings.
pub fn app() -> App {
    App::new("tenants").account(pages::account_routes()).workspace(pages::workspace_routes())
}
