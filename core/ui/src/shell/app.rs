//! The workspace site: sidebar with switcher and navigation, top bar, content.

use askama::{DynTemplate, Template};

use super::{NavLink, Person, draw};
use crate::{Brand, Crumb, Theme, Toast, fragment::Content};

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
pub struct AppShell<'a> {
    /// The page's title.
    pub title: &'a str,
    /// The product.
    pub brand: &'a Brand,
    /// The theme a person chose, from [`Theme::from_cookies`].
    pub theme: Option<Theme>,
    /// The session's token against forged requests: letters, digits, `-` and `_`.
    pub csrf: &'a str,
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
    /// The way to this page.
    pub crumbs: &'a [Crumb<'a>],
    /// What just happened.
    pub flash: Option<&'a Toast>,
    /// The page.
    pub content: &'a dyn DynTemplate,
}

#[derive(Template)]
#[template(path = "shell/app.html")]
struct Drawn<'a> {
    title: &'a str,
    brand: &'a Brand,
    theme: Option<Theme>,
    csrf: &'a str,
    flash: Option<&'a Toast>,
    shell: &'a AppShell<'a>,
    content: Content<'a>,
}

impl AppShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        let &Self { title, brand, theme, csrf, flash, content, .. } = self;
        let drawn =
            Drawn { title, brand, theme, csrf, flash, shell: self, content: Content(content) };
        draw(&drawn, content)
    }
}
