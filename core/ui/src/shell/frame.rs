//! What every shell needs to know: the page in it, the product, and the request.

use askama::DynTemplate;

use crate::{Brand, Locale, Theme, Toast, fragment::Content};

/// What all shells have in common.
pub struct Frame<'a> {
    /// The page's title.
    pub title: &'a str,
    /// One sentence for search engines and previews; empty: the title says it all.
    pub description: &'a str,
    /// The product.
    pub brand: &'a Brand,
    /// The reader's.
    pub locale: Locale,
    /// The theme a person chose, from [`Theme::from_cookies`].
    pub theme: Option<Theme>,
    /// The browser's token against forged requests: letters, digits, `-` and `_`. May be empty.
    pub csrf: &'a str,
    /// What just happened.
    pub flash: Option<&'a Toast>,
    /// The page.
    pub content: &'a dyn DynTemplate,
}

impl<'a> Frame<'a> {
    pub(super) fn is_theme(&self, theme: &Theme) -> bool {
        self.theme.unwrap_or_default() == *theme
    }

    pub(super) fn content(&self) -> Content<'a> {
        Content(self.content)
    }
}
