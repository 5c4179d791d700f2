//! The parts that most pages are made of: the head, a panel with a form, facts, tabs.

use std::borrow::Borrow;

use askama::{Template, filters::HtmlSafe};

use crate::{Fragment, NavLink};

/// The head of a page: its title, a line about it, and what can be done here.
#[derive(Debug, Clone, Template)]
#[template(path = "page_head.html")]
pub struct PageHead<'a> {
    title: &'a str,
    text: &'a str,
    status: Option<(&'a str, &'a Fragment)>,
    actions: Vec<(&'static str, &'a str, &'a str, &'a str)>,
}

impl HtmlSafe for PageHead<'_> {}

/// The head of a page.
pub fn page_head(title: &str) -> PageHead<'_> {
    PageHead { title, text: "", status: None, actions: vec![] }
}

impl<'a> PageHead<'a> {
    /// A line under the title.
    #[must_use]
    pub fn text(mut self, text: &'a str) -> Self {
        self.text = text;
        self
    }

    /// A line under the title that scripts replace and screen readers are told of, by its id.
    #[must_use]
    pub fn status(mut self, id: &'a str, text: &'a Fragment) -> Self {
        self.status = Some((id, text));
        self
    }

    /// The one thing that most people come to do here, where `may` says that they may: icon, label and
    /// address.
    #[must_use]
    pub fn primary(
        self,
        may: impl Borrow<bool>,
        icon: &'a str,
        label: &'a str,
        href: &'a str,
    ) -> Self {
        self.action(*may.borrow(), "btn btn-primary", icon, label, href)
    }

    /// Something else that can be done here.
    #[must_use]
    pub fn secondary(
        self,
        may: impl Borrow<bool>,
        icon: &'a str,
        label: &'a str,
        href: &'a str,
    ) -> Self {
        self.action(*may.borrow(), "btn", icon, label, href)
    }

    fn action(
        mut self,
        may: bool,
        class: &'static str,
        icon: &'a str,
        label: &'a str,
        href: &'a str,
    ) -> Self {
        if may {
            self.actions.push((class, icon, label, href));
        }
        self
    }
}

/// The start of a panel that is a form; its fields follow, and [`form_panel_end`].
#[derive(Debug, Clone, Template)]
#[template(path = "form_panel.html")]
pub struct FormPanel<'a> {
    action: &'a str,
    csrf: &'a str,
    title: &'a str,
    text: &'a str,
    class: &'a str,
    hidden: Vec<(&'a str, &'a str)>,
}

impl HtmlSafe for FormPanel<'_> {}

/// A panel that posts its fields to `action`.
pub fn form_panel<'a>(action: &'a str, csrf: &'a str) -> FormPanel<'a> {
    FormPanel { action, csrf, title: "", text: "", class: "grid gap-5", hidden: vec![] }
}

impl<'a> FormPanel<'a> {
    /// A title, and a line under it that may be empty.
    #[must_use]
    pub fn title(mut self, title: &'a str, text: &'a str) -> Self {
        (self.title, self.text) = (title, text);
        self
    }

    /// Fields in two columns, where there is room; `<div class="wide">` goes over both.
    #[must_use]
    pub fn two_columns(mut self) -> Self {
        self.class = "form-grid";
        self
    }

    /// A field that nobody sees, such as the version of what is edited; none where it has no value.
    #[must_use]
    pub fn hidden(mut self, name: &'a str, value: &'a str) -> Self {
        if !value.is_empty() {
            self.hidden.push((name, value));
        }
        self
    }
}

/// The end of a [`form_panel`]: its button, and the way back without sending it.
#[derive(Debug, Clone, Template)]
#[template(path = "form_panel_end.html")]
pub struct FormPanelEnd<'a> {
    button: &'a str,
    cancel: &'a str,
}

impl HtmlSafe for FormPanelEnd<'_> {}

/// `button` says what it does; `cancel` is where people go who don't want to, and may be empty.
pub fn form_panel_end<'a>(button: &'a str, cancel: &'a str) -> FormPanelEnd<'a> {
    FormPanelEnd { button, cancel }
}

/// Names with their values, one below the other.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "facts.html")]
pub struct Facts<'a> {
    rows: Vec<(&'a str, Fact<'a>)>,
}

#[derive(Debug, Clone)]
enum Fact<'a> {
    Text(&'a str),
    Html(&'a Fragment),
    Missing(&'a str),
}

impl HtmlSafe for Facts<'_> {}

/// A list of facts: add each with [`Facts::text`] or [`Facts::html`].
pub fn facts<'a>() -> Facts<'a> {
    Facts::default()
}

impl<'a> Facts<'a> {
    /// A fact in words.
    #[must_use]
    pub fn text(mut self, name: &'a str, value: &'a str) -> Self {
        self.rows.push((name, Fact::Text(value)));
        self
    }

    /// A fact with a component in it.
    #[must_use]
    pub fn html(mut self, name: &'a str, value: &'a Fragment) -> Self {
        self.rows.push((name, Fact::Html(value)));
        self
    }

    /// A fact that is not there, and the words for that: “Nobody”, “No date”.
    #[must_use]
    pub fn missing(mut self, name: &'a str, words: &'a str) -> Self {
        self.rows.push((name, Fact::Missing(words)));
        self
    }
}

/// Pages that belong together, as links in a line; the current one is marked.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "tabs.html")]
pub struct Tabs<'a> {
    label: &'a str,
    links: &'a [NavLink<'a>],
}

impl HtmlSafe for Tabs<'_> {}

/// `label` says what they are tabs of.
pub fn tabs<'a>(label: &'a str, links: &'a [NavLink<'a>]) -> Tabs<'a> {
    Tabs { label, links }
}
