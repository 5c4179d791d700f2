//! The account site after sign-in: a bar with the person's menu, and a column.

use askama::Template;

use super::{Frame, NavLink, Person, draw};

/// The shell of what belongs to the person and to no workspace.
#[derive(Template)]
#[template(path = "shell/account.html")]
pub struct AccountShell<'a> {
    /// Page, product and request.
    pub frame: Frame<'a>,
    /// The account's pages, in the person's menu.
    pub nav: &'a [NavLink<'a>],
    /// Who is signed in.
    pub person: Person<'a>,
}

impl AccountShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        draw(self, &self.frame)
    }
}
