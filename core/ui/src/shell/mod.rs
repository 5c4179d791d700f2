//! The frames around a page's content, one for each kind of visitor.

mod account;
mod app;
mod auth;
mod error;
mod error_words;
mod frame;
mod part;
mod public;

pub use account::AccountShell;
pub use app::{AppShell, WorkspaceLink};
pub use auth::AuthShell;
pub use error::{ErrorContent, ErrorPage, ErrorShell, SendAgain, Typed};
pub use frame::Frame;
pub use part::{Bell, ShellPart};
pub use public::{Front, PublicShell, Strata, strata};

use askama::Template;

/// Who is signed in.
#[derive(Debug, Clone, Copy)]
pub struct Person<'a> {
    /// Their name.
    pub name: &'a str,
    /// Their e-mail address.
    pub email: &'a str,
}

/// An entry of a navigation.
#[derive(Debug, Clone, Copy)]
pub struct NavLink<'a> {
    /// What it is called.
    pub label: &'a str,
    /// Where it leads.
    pub path: &'a str,
    /// Its icon in the sprite.
    pub icon: &'a str,
    /// Whether this page is part of it.
    pub current: bool,
}

impl NavLink<'_> {
    /// Whether `path` lies at or under the entry's path; the home page is only itself.
    pub fn covers(entry: &str, path: &str) -> bool {
        path.strip_prefix(entry)
            .is_some_and(|rest| rest.is_empty() || (entry != "/" && rest.starts_with('/')))
    }
}

/// Writes a shell and the page in it into one buffer that rarely has to grow.
fn draw<S: Template>(shell: &S, frame: &Frame<'_>) -> askama::Result<String> {
    let mut html = String::with_capacity(S::SIZE_HINT + 4 * frame.content.size_hint() + 4096);
    shell.render_into(&mut html)?;
    Ok(html)
}
