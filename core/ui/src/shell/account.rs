//! The account site after sign-in: a bar with the person's menu, and a column.

use askama::{DynTemplate, Template};

use super::{NavLink, Person, draw};
use crate::{Brand, Theme, Toast, fragment::Content};

/// The shell of what belongs to the person and to no workspace.
pub struct AccountShell<'a> {
    /// The page's title.
    pub title: &'a str,
    /// The product.
    pub brand: &'a Brand,
    /// The theme a person chose, from [`Theme::from_cookies`].
    pub theme: Option<Theme>,
    /// The session's token against forged requests: letters, digits, `-` and `_`.
    pub csrf: &'a str,
    /// The account's pages, in the person's menu.
    pub nav: &'a [NavLink<'a>],
    /// Who is signed in.
    pub person: Person<'a>,
    /// What just happened.
    pub flash: Option<&'a Toast>,
    /// The page.
    pub content: &'a dyn DynTemplate,
}

#[derive(Template)]
#[template(path = "shell/account.html")]
struct Drawn<'a> {
    title: &'a str,
    brand: &'a Brand,
    theme: Option<Theme>,
    csrf: &'a str,
    flash: Option<&'a Toast>,
    nav: &'a [NavLink<'a>],
    person: Person<'a>,
    content: Content<'a>,
}

impl AccountShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        let &Self { title, brand, theme, csrf, nav, person, flash, content } = self;
        let drawn =
            Drawn { title, brand, theme, csrf, flash, nav, person, content: Content(content) };
        draw(&drawn, content)
    }
}
