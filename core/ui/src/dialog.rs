//! Dialogs and menus. Pieces that enclose something come as a beginning and an end.

use askama::{Template, filters::HtmlSafe};

use crate::Tone;

/// The beginning of a dialog, up to the end of its head.
#[derive(Debug, Clone, Template)]
#[template(path = "dialog.html")]
pub struct Dialog<'a> {
    id: &'a str,
    title: &'a str,
    text: &'a str,
    icon: &'a str,
    tone: Tone,
}

impl HtmlSafe for Dialog<'_> {}

/// Begins a dialog; `<button command="show-modal" commandfor="id">` opens it.
///
/// A form with `dialog-body` and `dialog-foot` follows, then [`dialog_end`].
pub fn dialog<'a>(id: &'a str, title: &'a str) -> Dialog<'a> {
    Dialog { id, title, text: "", icon: "", tone: Tone::Neutral }
}

impl<'a> Dialog<'a> {
    /// A sentence under the title: what goes, and for how long it can be restored.
    #[must_use]
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// A tile beside the title.
    #[must_use]
    pub fn icon(mut self, icon: &'a str, tone: Tone) -> Self {
        (self.icon, self.tone) = (icon, tone);
        self
    }
}

/// The end of a dialog, with its close button: last, so that the focus starts in the form.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "dialog_end.html")]
pub struct DialogEnd<'a> {
    id: &'a str,
}

impl HtmlSafe for DialogEnd<'_> {}

/// Ends the dialog `id`.
pub fn dialog_end(id: &str) -> DialogEnd<'_> {
    DialogEnd { id }
}

/// The button that leaves a dialog.
#[derive(Debug, Clone, Copy, Template)]
#[template(
    ext = "html",
    source = r#"<button type="button" class="btn" command="close" commandfor="{{ id }}">{{ text }}</button>"#
)]
pub struct Cancel<'a> {
    id: &'a str,
    text: &'a str,
}

impl HtmlSafe for Cancel<'_> {}

/// “Cancel” in the dialog `id`.
pub fn cancel(id: &str) -> Cancel<'_> {
    Cancel { id, text: "Cancel" }
}

impl<'a> Cancel<'a> {
    /// Another word, where leaving is the safe choice: “Keep workspace”.
    #[must_use]
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }
}

/// The beginning of a menu that opens from a button, without script.
#[derive(Debug, Clone, Template)]
#[template(path = "dropdown.html")]
pub struct Dropdown<'a> {
    label: &'a str,
    icon: &'a str,
    class: &'a str,
    /// Only the icon shows; the label is for screen readers.
    bare: bool,
    at_start: bool,
}

impl HtmlSafe for Dropdown<'_> {}

/// Begins a menu; `<li>` entries follow, then [`dropdown_end`].
pub fn dropdown(label: &str) -> Dropdown<'_> {
    Dropdown { label, icon: "", class: "btn btn-sm", bare: false, at_start: false }
}

impl<'a> Dropdown<'a> {
    /// An icon before the label.
    #[must_use]
    pub fn icon(mut self, icon: &'a str) -> Self {
        self.icon = icon;
        self
    }

    /// Other classes for the button.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }

    /// Opens along the left edge of the button instead of the right one.
    #[must_use]
    pub fn at_start(mut self) -> Self {
        self.at_start = true;
        self
    }

    /// Shows the icon alone.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }
}

/// The end of a menu.
#[derive(Debug, Clone, Copy, Template)]
#[template(ext = "html", source = "</ul></div></details>")]
pub struct DropdownEnd;

impl HtmlSafe for DropdownEnd {}

/// Ends a menu.
pub fn dropdown_end() -> DropdownEnd {
    DropdownEnd
}
