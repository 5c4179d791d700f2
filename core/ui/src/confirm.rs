//! “Are you sure?”, as a dialog over the page and as a page of its own for those without script.

use askama::{Template, filters::HtmlSafe};

use crate::{Cancel, Tone, dialog};

/// A question with one dangerous answer, sent as a form.
#[derive(Debug, Clone)]
pub struct Confirm<'a> {
    title: &'a str,
    text: &'a str,
    action: &'a str,
    csrf: &'a str,
    button: &'a str,
    icon: &'a str,
    tone: Tone,
    keep: &'a str,
    fields: Vec<(&'static str, &'a str)>,
}

/// Asks `title`, says in `text` what goes, and posts to `action`.
pub fn confirm<'a>(title: &'a str, text: &'a str, action: &'a str, csrf: &'a str) -> Confirm<'a> {
    Confirm {
        title,
        text,
        action,
        csrf,
        button: "Delete",
        icon: "trash-2",
        tone: Tone::Error,
        keep: "Cancel",
        fields: Vec::new(),
    }
}

impl<'a> Confirm<'a> {
    /// The words on the button: what happens, “Delete project”.
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

    /// A hidden field, such as the version that was shown.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: &'a str) -> Self {
        self.fields.push((name, value));
        self
    }

    /// As a dialog; a button with `command="show-modal"` opens it.
    pub fn dialog(self, id: &'a str) -> ConfirmDialog<'a> {
        ConfirmDialog { id, confirm: self }
    }

    /// As the content of a page; leaving goes to `back`.
    pub fn panel(self, back: &'a str) -> ConfirmPanel<'a> {
        ConfirmPanel { back, confirm: self }
    }
}

/// The question as a dialog.
#[derive(Debug, Clone, Template)]
#[template(path = "confirm_dialog.html")]
pub struct ConfirmDialog<'a> {
    id: &'a str,
    confirm: Confirm<'a>,
}

impl HtmlSafe for ConfirmDialog<'_> {}

impl ConfirmDialog<'_> {
    fn head(&self) -> crate::Dialog<'_> {
        let Confirm { title, text, icon, tone, .. } = self.confirm;
        dialog(self.id, title).text(text).icon(icon, tone)
    }

    fn cancel(&self) -> Cancel<'_> {
        crate::cancel(self.id).text(self.confirm.keep)
    }
}

/// The question as a page.
#[derive(Debug, Clone, Template)]
#[template(path = "confirm_panel.html")]
pub struct ConfirmPanel<'a> {
    back: &'a str,
    confirm: Confirm<'a>,
}

impl HtmlSafe for ConfirmPanel<'_> {}
