//! A form as it stands on a page, with everything that is filled in already.

use crate::html::{Tag, until_end};

/// A form of a page.
#[derive(Clone, Debug)]
pub struct Form {
    /// The whole address it leads to.
    pub action: String,
    /// `get` or `post`.
    pub method: String,
    /// What a browser would send: hidden fields included, buttons not.
    pub fields: Vec<(String, String)>,
    /// Everything with a name, whether a browser would send it now or not: boxes without a tick and
    /// buttons too.
    pub controls: Vec<Control>,
    origin: String,
}

/// Something with a name in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// The type of an input, or `textarea`, `select`, `button`.
    pub kind: String,
    /// What it would send.
    pub value: String,
    /// May it not stay empty?
    pub required: bool,
}

impl Form {
    pub(crate) fn all(tags: &[Tag], origin: &str) -> Vec<Self> {
        let forms = tags.iter().enumerate().filter(|(_, tag)| tag.name == "form");
        forms.map(|(at, tag)| Self::read(tag, &tags[at..], tags, origin)).collect()
    }

    fn read(form: &Tag, from: &[Tag], page: &[Tag], origin: &str) -> Self {
        let action = form.attr("action");
        let action =
            if action.starts_with('/') { format!("{origin}{action}") } else { action.to_owned() };
        let method = if form.attr("method").eq_ignore_ascii_case("post") { "post" } else { "get" };
        let inside = until_end(from);
        let mut fields = read_fields(inside, |tag| !tag.has("form"));
        let mut controls = read_controls(inside, |tag| !tag.has("form"));
        // Fields may stand elsewhere and name the form they belong to.
        if !form.attr("id").is_empty() {
            fields.extend(read_fields(page, |tag| tag.attr("form") == form.attr("id")));
            controls.extend(read_controls(page, |tag| tag.attr("form") == form.attr("id")));
        }
        Self { action, method: method.to_owned(), fields, controls, origin: origin.to_owned() }
    }

    /// The action as a path, where it stays on the host.
    pub fn path(&self) -> &str {
        self.action.strip_prefix(&self.origin).unwrap_or(&self.action)
    }

    /// The value of a field.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn filled(&self, with: &[(&str, &str)]) -> Vec<(String, String)> {
        let mut fields = self.fields.clone();
        fields.retain(|(name, _)| !with.iter().any(|(other, _)| other == name));
        fields.extend(with.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields
    }
}

fn read_fields(tags: &[Tag], belongs: impl Fn(&Tag) -> bool) -> Vec<(String, String)> {
    let is_field = |tag: &Tag| {
        matches!(tag.name.as_str(), "input" | "textarea" | "select")
            && !tag.attr("name").is_empty()
            && !tag.has("disabled")
            && !matches!(tag.attr("type"), "submit" | "button" | "reset" | "image" | "file")
            && (!matches!(tag.attr("type"), "checkbox" | "radio") || tag.has("checked"))
    };
    let fields = tags.iter().enumerate().filter(|(_, tag)| is_field(tag) && belongs(tag));
    fields.map(|(at, tag)| (tag.attr("name").to_owned(), value(tag, &tags[at..]))).collect()
}

fn read_controls(tags: &[Tag], belongs: impl Fn(&Tag) -> bool) -> Vec<Control> {
    let is_control = |tag: &Tag| {
        matches!(tag.name.as_str(), "input" | "textarea" | "select" | "button")
            && !tag.attr("name").is_empty()
    };
    let found = tags.iter().enumerate().filter(|(_, tag)| is_control(tag) && belongs(tag));
    let control = |(at, tag): (usize, &Tag)| Control {
        name: tag.attr("name").to_owned(),
        kind: if tag.name == "input" { tag.attr("type").to_owned() } else { tag.name.clone() },
        value: value(tag, &tags[at..]),
        required: tag.has("required"),
    };
    found.map(control).collect()
}

/// What stands in a field; `from` starts with it.
pub(crate) fn value(tag: &Tag, from: &[Tag]) -> String {
    match tag.name.as_str() {
        // A browser drops one line break at the start.
        "textarea" => tag.after.strip_prefix('\n').unwrap_or(&tag.after).to_owned(),
        "select" => {
            let options = || until_end(from).iter().filter(|tag| tag.name == "option");
            let chosen =
                options().find(|option| option.has("selected")).or_else(|| options().next());
            chosen.map(option_value).unwrap_or_default()
        }
        _ if matches!(tag.attr("type"), "checkbox" | "radio") && !tag.has("value") => {
            "on".to_owned()
        }
        _ => tag.attr("value").to_owned(),
    }
}

fn option_value(option: &Tag) -> String {
    if option.has("value") {
        option.attr("value").to_owned()
    } else {
        option.after.trim().to_owned()
    }
}
