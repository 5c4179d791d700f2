//! The account site before sign-in: one column, narrow but for the few pages that need room.

use askama::{DynTemplate, Template};

use super::draw;
use crate::{Brand, Theme, Toast, fragment::Content};

/// The shell of sign-in and its neighbours.
pub struct AuthShell<'a> {
    /// The page's title.
    pub title: &'a str,
    /// The product.
    pub brand: &'a Brand,
    /// The theme a person chose, from [`Theme::from_cookies`].
    pub theme: Option<Theme>,
    /// The token against forged requests, for htmx; forms carry their own field. May be empty.
    pub csrf: &'a str,
    /// What stands in the corner: a quiet question and a link, as in “New here?”, “Create an
    /// account”, `/signup`.
    pub corner: Option<(&'a str, &'a str, &'a str)>,
    /// Links at the foot, as label and address.
    pub foot: &'a [(&'a str, &'a str)],
    /// A column wide enough for more than a form.
    pub wide: bool,
    /// What just happened.
    pub flash: Option<&'a Toast>,
    /// The page.
    pub content: &'a dyn DynTemplate,
}

#[derive(Template)]
#[template(path = "shell/auth.html")]
struct Drawn<'a> {
    title: &'a str,
    brand: &'a Brand,
    theme: Option<Theme>,
    csrf: &'a str,
    flash: Option<&'a Toast>,
    corner: Option<(&'a str, &'a str, &'a str)>,
    foot: &'a [(&'a str, &'a str)],
    wide: bool,
    content: Content<'a>,
}

impl AuthShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        let &Self { title, brand, theme, csrf, corner, foot, wide, flash, content: page } = self;
        let content = Content(page);
        draw(&Drawn { title, brand, theme, csrf, flash, corner, foot, wide, content }, page)
    }
}
