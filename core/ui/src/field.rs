//! Fields of a form: label, control, and the help or the error under it.

use std::borrow::Borrow;

use askama::{Template, filters::HtmlSafe};
use chrono::NaiveDate;

use crate::{Calendar, FormState, attrs::Attrs};

/// One field; refine it where it is printed: `text_field(answer, "name", "Name").required()`.
#[derive(Debug, Clone, Template)]
#[template(path = "field.html")]
pub struct Field<'a> {
    name: &'a str,
    label: &'a str,
    value: &'a str,
    help: &'a str,
    error: Option<&'a str>,
    optional: bool,
    link: Option<(&'a str, &'a str)>,
    control: Control<'a>,
    attrs: Attrs<'a>,
    written: Option<String>,
}

#[derive(Debug, Clone)]
enum Control<'a> {
    Input(&'static str),
    Password,
    Text { rows: u8 },
    Select(Vec<(&'a str, &'a str)>),
    File,
    Combobox { options: Vec<&'a str>, search: &'a str },
}

impl HtmlSafe for Field<'_> {}

/// A line of text.
pub fn text_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Input("text"))
}

/// A day, sent as `2026-12-01`. Browsers draw the field as their own language has it, and no attribute
/// changes that: [`Field::written`] adds the day as the reader writes it.
pub fn date_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Input("date"))
}

/// An e-mail address.
pub fn email_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Input("email"))
}

/// A password: required, can be shown, and never sent back with the page.
pub fn password_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    let field = Field { value: "", ..field(answer, name, label, Control::Password) };
    field.autocomplete("current-password").required()
}

/// Several lines of text.
pub fn textarea<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Text { rows: 4 })
}

/// A choice of one; options are pairs of value and label.
pub fn select<'a, V: AsRef<str>, L: AsRef<str>>(
    answer: &'a FormState,
    name: &'a str,
    label: &'a str,
    options: &'a [(V, L)],
) -> Field<'a> {
    let options = options.iter().map(|(value, label)| (value.as_ref(), label.as_ref())).collect();
    field(answer, name, label, Control::Select(options))
}

/// A whole number.
pub fn number_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Input("number")).attr("inputmode", "numeric")
}

/// A day and an hour, sent as `2026-12-01T09:30` without a zone: whoever reads it knows which.
pub fn date_time_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    field(answer, name, label, Control::Input("datetime-local"))
}

/// A file. A page never fills it in: after a mistake elsewhere in the form it is chosen again.
pub fn file_field<'a>(answer: &'a FormState, name: &'a str, label: &'a str) -> Field<'a> {
    Field { value: "", ..field(answer, name, label, Control::File) }
}

/// A line of text that offers what is usual, and takes anything else too. It sends what is written.
pub fn combobox<'a, T: AsRef<str>>(
    answer: &'a FormState,
    name: &'a str,
    label: &'a str,
    options: &'a [T],
) -> Field<'a> {
    let options = options.iter().map(AsRef::as_ref).collect();
    field(answer, name, label, Control::Combobox { options, search: "" })
}

fn field<'a>(
    answer: &'a FormState,
    name: &'a str,
    label: &'a str,
    control: Control<'a>,
) -> Field<'a> {
    Field {
        name,
        label,
        value: answer.value(name),
        help: "",
        error: answer.error(name),
        optional: false,
        link: None,
        control,
        attrs: Attrs::default(),
        written: None,
    }
}

impl<'a> Field<'a> {
    /// The type of the input: `tel`, `url`, `number`…
    #[must_use]
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.control = Control::Input(kind);
        self
    }

    /// A sentence under the field; an error takes its place.
    #[must_use]
    pub fn help(mut self, help: &'a str) -> Self {
        self.help = help;
        self
    }

    /// The browser asks for it before sending.
    #[must_use]
    pub fn required(self) -> Self {
        self.attr("required", "")
    }

    /// [`required`](Self::required) or [`optional`](Self::optional).
    #[must_use]
    pub fn needed(self, is_required: impl Borrow<bool>) -> Self {
        if *is_required.borrow() { self.required() } else { self.optional() }
    }

    /// Says beside the label that it may stay empty.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The greatest number of characters.
    #[must_use]
    pub fn max_length(mut self, characters: usize) -> Self {
        self.attrs.set_number("maxlength", characters);
        self
    }

    /// [`max_length`](Self::max_length); 0: no limit.
    #[must_use]
    pub fn at_most(self, characters: impl Borrow<usize>) -> Self {
        match *characters.borrow() {
            0 => self,
            most => self.max_length(most),
        }
    }

    /// [`written`](Self::written), where this type of input is a day's.
    #[must_use]
    pub fn day(self, input: impl Borrow<&'static str>, calendar: impl Borrow<Calendar>) -> Self {
        if *input.borrow() == "date" { self.written(calendar) } else { self }
    }

    /// What a browser may fill in: `username`, `new-password`, `one-time-code`…
    #[must_use]
    pub fn autocomplete(self, value: &'static str) -> Self {
        self.attr("autocomplete", value)
    }

    /// The height of a text area in lines.
    #[must_use]
    pub fn rows(mut self, rows: u8) -> Self {
        self.control = Control::Text { rows };
        self
    }

    /// Where a [`combobox`] asks for what it offers, with what is written as a parameter of the field's own
    /// name: the answer is `<option>` elements.
    #[must_use]
    pub fn search(mut self, path: &'a str) -> Self {
        if let Control::Combobox { search, .. } = &mut self.control {
            *search = path;
        }
        self
    }

    /// The least and the greatest number.
    #[must_use]
    pub fn between(self, least: &'a str, most: &'a str) -> Self {
        self.attr("min", least).attr("max", most)
    }

    /// A link at the end of the label's line, such as “Forgot password?”.
    #[must_use]
    pub fn link(mut self, text: &'a str, href: &'a str) -> Self {
        self.link = Some((text, href));
        self
    }

    /// Any other attribute of the control, such as `data-slug-to`.
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.attrs.set(name, value);
        self
    }

    /// Says under a day how the reader writes it; script follows what is typed.
    #[must_use]
    pub fn written(mut self, calendar: impl Borrow<Calendar>) -> Self {
        let day = self.value.parse::<NaiveDate>();
        let day = day.map(|day| calendar.borrow().date(day).to_string());
        self.written = Some(day.unwrap_or_default());
        self
    }

    fn has_note(&self) -> bool {
        self.error.is_some() || !self.help.is_empty()
    }
}
