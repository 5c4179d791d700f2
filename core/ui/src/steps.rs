//! Where somebody is in a row of pages.

use askama::{Template, filters::HtmlSafe};

/// The steps of a row of pages; the current one is marked, those before it are done.
#[derive(Debug, Clone, Template)]
#[template(path = "steps.html")]
pub struct Steps<'a> {
    names: &'a [&'a str],
    current: usize,
}

impl HtmlSafe for Steps<'_> {}

/// `current` counts from 1.
pub fn steps<'a>(names: &'a [&'a str], current: usize) -> Steps<'a> {
    Steps { names, current }
}
