//! The account site before sign-in: one column, narrow but for the few pages that need room.

use askama::Template;

use super::{Frame, draw};

/// The shell of sign-in and its neighbours.
#[derive(Template)]
#[template(path = "shell/auth.html")]
pub struct AuthShell<'a> {
    /// Page, product and request.
    pub frame: Frame<'a>,
    /// What stands in the corner: a quiet question and a link, as in “New here?”, “Create an
    /// account”, `/signup`.
    pub corner: Option<(&'a str, &'a str, &'a str)>,
    /// Links at the foot, as label and address.
    pub foot: &'a [(&'a str, &'a str)],
    /// A column wide enough for more than a form.
    pub wide: bool,
}

impl AuthShell<'_> {
    /// The whole page.
    pub fn render(&self) -> askama::Result<String> {
        draw(self, &self.frame)
    }
}
