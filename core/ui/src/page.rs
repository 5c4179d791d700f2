//! Parts of a page that are neither field nor list: breadcrumbs, numbers, hidden form fields.

use askama::{Template, filters::HtmlSafe};

/// A step on the way from the top to this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Crumb<'a> {
    /// What it is called.
    pub label: &'a str,
    /// Where it is; unused for the last one, which is this page.
    pub path: &'a str,
}

impl<'a> Crumb<'a> {
    /// A page above this one.
    pub const fn new(label: &'a str, path: &'a str) -> Self {
        Self { label, path }
    }

    /// This page.
    pub const fn here(label: &'a str) -> Self {
        Self { label, path: "" }
    }

    /// A short one fits beside others on any screen; a longer one is cut before it takes their place.
    fn class(&self) -> &'static str {
        if self.label.chars().count() <= 12 { "shrink-0" } else { "truncate" }
    }
}

/// The way to this page, as entries of a list.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "crumbs.html")]
pub struct Crumbs<'a> {
    crumbs: &'a [Crumb<'a>],
}

impl HtmlSafe for Crumbs<'_> {}

/// Breadcrumbs; the shell prints them in its top bar.
pub fn crumbs<'a>(crumbs: &'a [Crumb<'a>]) -> Crumbs<'a> {
    Crumbs { crumbs }
}

/// One number with its name.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "stat.html")]
pub struct Stat<'a> {
    label: &'a str,
    value: &'a str,
    delta: &'a str,
    good: bool,
    note: &'a str,
}

impl HtmlSafe for Stat<'_> {}

/// A number on an overview page.
pub fn stat<'a>(label: &'a str, value: &'a str) -> Stat<'a> {
    Stat { label, value, delta: "", good: true, note: "" }
}

impl<'a> Stat<'a> {
    /// How it changed, with its sign (`+6.2%`, `−12`), and whether that is good.
    #[must_use]
    pub fn delta(mut self, delta: &'a str, good: bool) -> Self {
        (self.delta, self.good) = (delta, good);
        self
    }

    /// What it is compared with, or a part of.
    #[must_use]
    pub fn note(mut self, note: &'a str) -> Self {
        self.note = note;
        self
    }

    fn arrow(&self) -> &'static str {
        if self.delta.starts_with('+') { "arrow-up-right" } else { "arrow-down-right" }
    }
}

/// The token that proves that a form came from our own page.
#[derive(Debug, Clone, Copy, Template)]
#[template(ext = "html", source = r#"<input type="hidden" name="_csrf" value="{{ token }}">"#)]
pub struct CsrfField<'a> {
    token: &'a str,
}

impl HtmlSafe for CsrfField<'_> {}

/// Belongs in every form that posts.
pub fn csrf_field(token: &str) -> CsrfField<'_> {
    CsrfField { token }
}
