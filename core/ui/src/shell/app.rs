//! The workspace site: sidebar with switcher and navigation, top bar, content.

use askama::Template;

use super::{Frame, NavLink, Person, ShellPart, draw};
use crate::Crumb;

/// A workspace that a person can go to.
#[derive(Debug, Clone, Copy)]
pub struct WorkspaceLink<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where its site is entered.
    pub url: &'a str,
    /// Whether it is the one that is open.
    pub current: bool,
}

/// The shell of the workspace site.
#[derive(Template)]
#[template(path = "shell/app.html")]
pub struct AppShell<'a> {
    /// Page, product and request.
    pub frame: Frame<'a>,
    /// The name of the open workspace.
    pub workspace: &'a str,
    /// A quiet line under it, such as the person's role; may be empty.
    pub workspace_note: &'a str,
    /// Where the person can switch to, the open workspace included.
    pub workspaces: &'a [WorkspaceLink<'a>],
    /// The account site, without a slash at the end.
    pub account_url: &'a str,
    /// What the apps bring.
    pub nav: &'a [NavLink<'a>],
    /// The settings' own navigation, on a page of the settings; empty elsewhere.
    pub settings: &'a [NavLink<'a>],
    /// Who is signed in.
    pub person: Person<'a>,
    /// What apps bring to the frame.
    pub part: &'a ShellPart,
    /// Where things of the workspace are searched for; empty: nowhere.
    pub search: &'a str,
    /// The way to this page.
    pub crumbs: &'a [Crumb<'a>],
}

impl AppShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        draw(self, &self.frame)
    }
}
