//! Choices in a form: a box to tick, a switch, one of several.

use askama::{Template, filters::HtmlSafe};

use crate::{FormState, attrs::Attrs};

/// Yes or no: a box to tick, or a switch. On it sends `true`, off it sends nothing.
#[derive(Debug, Clone, Template)]
#[template(path = "choice.html")]
pub struct Choice<'a> {
    name: &'a str,
    label: &'a str,
    help: &'a str,
    error: Option<&'a str>,
    is_on: bool,
    is_switch: bool,
    attrs: Attrs<'a>,
}

impl HtmlSafe for Choice<'_> {}

/// A box to tick: for what holds once the form is sent.
pub fn checkbox<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Choice<'a> {
    choice(answer, name, label, false)
}

/// A switch: for a setting that is on or off.
pub fn switch<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Choice<'a> {
    choice(answer, name, label, true)
}

fn choice<'a>(answer: &'a FormState, name: &'a str, label: &'a str, is_switch: bool) -> Choice<'a> {
    let (is_on, error) = (answer.value(name) == "true", answer.error(name));
    Choice { name, label, help: "", error, is_on, is_switch, attrs: Attrs::default() }
}

impl<'a> Choice<'a> {
    /// A sentence under the label; an error takes its place.
    #[must_use]
    pub fn help(mut self, help: &'a str) -> Self {
        self.help = help;
        self
    }

    /// Any other attribute of the control, such as `disabled`.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.attrs.set(name, value);
        self
    }

    fn has_note(&self) -> bool {
        self.error.is_some() || !self.help.is_empty()
    }
}

/// One of several, all in view.
#[derive(Debug, Clone, Template)]
#[template(path = "radios.html")]
pub struct Radios<'a> {
    name: &'a str,
    legend: &'a str,
    chosen: &'a str,
    error: Option<&'a str>,
    options: Vec<(&'a str, &'a str, &'a str)>,
}

impl HtmlSafe for Radios<'_> {}

/// One of several: add each with [`Radios::option`].
pub fn radios<'a>(answer: &'a FormState, name: &'a str, legend: &'a str) -> Radios<'a> {
    let (chosen, error) = (answer.value(name), answer.error(name));
    Radios { name, legend, chosen, error, options: vec![] }
}

impl<'a> Radios<'a> {
    /// A choice: its value, its label, and a sentence about it, which may be empty.
    #[must_use]
    pub fn option(mut self, value: &'a str, label: &'a str, help: &'a str) -> Self {
        self.options.push((value, label, help));
        self
    }

    fn is_chosen(&self, value: &str) -> bool {
        self.chosen == value
    }
}
