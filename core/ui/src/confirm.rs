//! The question before something that is hard to take back, naming the thing and the deed.
//!
//! It is a page of its own. A link to that page with `data-ask` opens it as a dialog over the page it
//! stands on, so the words are the same with and without script.

use askama::{DynTemplate, Template, filters::HtmlSafe};

use crate::{Tone, fragment::Content};

/// A question with one dangerous answer, sent as a form.
#[derive(Clone, Template)]
#[template(path = "confirm.html")]
pub struct Confirm<'a> {
    deed: &'a str,
    thing: &'a str,
    of: Option<(&'a str, &'a str)>,
    text: &'a str,
    action: &'a str,
    csrf: &'a str,
    button: &'a str,
    icon: &'a str,
    tone: Tone,
    keep: &'a str,
    back: &'a str,
    fields: Vec<(&'static str, &'a str)>,
    pieces: Vec<&'a dyn DynTemplate>,
}

impl HtmlSafe for Confirm<'_> {}

/// Asks “Delete Falcon?”, says in `text` what goes, and posts to `action` by a button that says
/// “Delete Falcon”.
pub fn confirm<'a>(
    deed: &'a str,
    thing: &'a str,
    text: &'a str,
    action: &'a str,
    csrf: &'a str,
) -> Confirm<'a> {
    Confirm {
        deed,
        thing,
        of: None,
        text,
        action,
        csrf,
        button: "",
        icon: "trash-2",
        tone: Tone::Error,
        keep: "Cancel",
        back: "/",
        fields: Vec::new(),
        pieces: Vec::new(),
    }
}

impl<'a> Confirm<'a> {
    /// More of the title: `of("from", "Acme")` asks “Remove Kai Tanaka from Acme?”.
    #[must_use]
    pub fn of(mut self, word: &'a str, whole: &'a str) -> Self {
        self.of = Some((word, whole));
        self
    }

    /// Other words on the button than the deed and the thing.
    #[must_use]
    pub fn button(mut self, button: &'a str) -> Self {
        self.button = button;
        self
    }

    /// Another tile than the dustbin.
    #[must_use]
    pub fn icon(mut self, icon: &'a str, tone: Tone) -> Self {
        (self.icon, self.tone) = (icon, tone);
        self
    }

    /// Other words for leaving: “Keep workspace”.
    #[must_use]
    pub fn keep(mut self, keep: &'a str) -> Self {
        self.keep = keep;
        self
    }

    /// Where leaving leads from the page; a dialog closes.
    #[must_use]
    pub fn back(mut self, back: &'a str) -> Self {
        self.back = back;
        self
    }

    /// A hidden field, such as the version that was shown.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    /// Something to fill in, such as a name to type or a choice.
    #[must_use]
    pub fn asking(mut self, piece: &'a dyn DynTemplate) -> Self {
        self.pieces.push(piece);
        self
    }

    fn contents(&self) -> impl Iterator<Item = Content<'a>> {
        self.pieces.iter().map(|piece| Content(*piece))
    }
}
