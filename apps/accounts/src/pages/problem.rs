//! What is wrong with a form as a whole, above its fields.

use askama::DynTemplate;
use platform::{Result, Ui, limits::LimitExceeded};

/// A problem as people read it.
pub(super) struct Problem {
    pub(super) title: &'static str,
    pub(super) text: String,
    spent: Option<LimitExceeded>,
}

impl Problem {
    /// Something to mend.
    pub(super) fn new(title: &'static str, text: &str) -> Self {
        Self { title, text: text.to_owned(), spent: None }
    }
}

impl From<LimitExceeded> for Problem {
    fn from(spent: LimitExceeded) -> Self {
        Self { title: "Too many attempts", text: spent.to_string(), spent: Some(spent) }
    }
}

/// The page with the status that a problem has: what is typed wrong is 422, too much is 429.
pub(super) fn answer(
    ui: &Ui,
    title: &str,
    page: &dyn DynTemplate,
    problem: Option<&Problem>,
) -> Result {
    match problem.and_then(|problem| problem.spent) {
        Some(spent) => ui.too_many(title, page, spent),
        None => ui.invalid(title, page),
    }
}
