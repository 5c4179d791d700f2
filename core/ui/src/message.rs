//! What the page says to a person: notes, the summary of a form's errors, empty states, toasts.

use askama::{Template, filters::HtmlSafe};

use crate::{FormState, Tone};

/// A message on the page.
#[derive(Debug, Clone, Template)]
#[template(path = "note.html")]
pub struct Note<'a> {
    tone: Tone,
    title: &'a str,
    text: &'a str,
    class: &'a str,
    action: Option<(&'a str, &'a str)>,
    is_urgent: bool,
    facts: &'a [(&'static str, String)],
}

impl HtmlSafe for Note<'_> {}

/// A note; the text may be empty.
pub fn note<'a>(tone: Tone, title: &'a str, text: &'a str) -> Note<'a> {
    Note { tone, title, text, class: "", action: None, is_urgent: false, facts: &[] }
}

impl<'a> Note<'a> {
    /// Classes of its own, such as `mb-6`.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }

    /// Whoever comes to the page is told of it first: it takes the focus.
    #[must_use]
    pub fn urgent(mut self) -> Self {
        self.is_urgent = true;
        self
    }

    /// Names with their values, under the text.
    #[must_use]
    pub fn facts(mut self, facts: &'a [(&'static str, String)]) -> Self {
        self.facts = facts;
        self
    }

    /// The same, where it may lead nowhere: then there is no link.
    #[must_use]
    pub fn leads(self, label: &'a str, href: &'a str) -> Self {
        if href.is_empty() { self } else { self.action(label, href) }
    }

    /// The one thing to do about it.
    #[must_use]
    pub fn action(mut self, label: &'a str, href: &'a str) -> Self {
        self.action = Some((label, href));
        self
    }
}

/// Everything that is wrong with a form, with links to the fields; takes the focus.
///
/// Prints nothing while nothing is wrong.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "error_summary.html")]
pub struct ErrorSummary<'a> {
    answer: &'a FormState,
}

impl HtmlSafe for ErrorSummary<'_> {}

/// The summary above a form.
pub fn error_summary(answer: &FormState) -> ErrorSummary<'_> {
    ErrorSummary { answer }
}

impl ErrorSummary<'_> {
    fn title(&self) -> &'static str {
        match self.answer.problems().len() {
            1 => "One thing needs your attention",
            2 => "Two things need your attention",
            3 => "Three things need your attention",
            _ => "Some things need your attention",
        }
    }
}

/// What is wrong with a form as a whole, above fields that say the rest themselves.
///
/// Prints nothing while nothing is wrong with the whole.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "form_note.html")]
pub struct FormNote<'a> {
    answer: &'a FormState,
}

impl HtmlSafe for FormNote<'_> {}

/// The note above a short form.
pub fn form_note(answer: &FormState) -> FormNote<'_> {
    FormNote { answer }
}

/// What stands where a list would, while there is nothing to list.
#[derive(Debug, Clone, Template)]
#[template(path = "empty.html")]
pub struct Empty<'a> {
    icon: &'a str,
    title: &'a str,
    text: &'a str,
    actions: Vec<Action<'a>>,
}

#[derive(Debug, Clone)]
struct Action<'a> {
    class: &'static str,
    icon: &'a str,
    label: &'a str,
    href: &'a str,
}

impl HtmlSafe for Empty<'_> {}

/// An empty state: what belongs here, and one step to take.
pub fn empty<'a>(icon: &'a str, title: &'a str, text: &'a str) -> Empty<'a> {
    Empty { icon, title, text, actions: Vec::new() }
}

impl<'a> Empty<'a> {
    /// The main step.
    #[must_use]
    pub fn primary(mut self, icon: &'a str, label: &'a str, href: &'a str) -> Self {
        self.actions.push(Action { class: "btn btn-primary", icon, label, href });
        self
    }

    /// Another way on.
    #[must_use]
    pub fn link(mut self, label: &'a str, href: &'a str) -> Self {
        self.actions.push(Action { class: "btn", icon: "", label, href });
        self
    }
}
