//! What came back: status, headers, and the page as a person reads it.

use axum::{http::HeaderMap, response::Response};

use crate::{
    Form,
    html::{self, Tag},
};

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// All headers.
    pub headers: HeaderMap,
    /// The body as it is.
    pub text: String,
    /// Who answered, without a slash at the end.
    pub origin: String,
    /// Every statement that was sent for it, to the catalogue and to the tenant. What answers through
    /// a socket tells none.
    pub queries: Vec<String>,
}

impl Answer {
    pub(crate) async fn read(response: Response, origin: String) -> Self {
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.expect("the body ends well");
        let text = String::from_utf8_lossy(&body).into_owned();
        Self {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text,
            origin,
            queries: vec![],
        }
    }

    /// The body with one space for any white space: how a template is laid out says nothing.
    pub fn markup(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Fails the test where more was asked of the databases than the page may cost, and shows what.
    pub fn assert_queries_at_most(&self, budget: usize) {
        let asked = self.queries.len();
        assert!(asked <= budget, "{asked} queries, {budget} at most:\n{}", self.queries.join("\n"));
    }

    /// One header; empty: it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// All headers of one name.
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// Where it leads; fails the test when it leads nowhere.
    pub fn location(&self) -> &str {
        let location = self.header("location");
        assert!(!location.is_empty(), "{} is no redirect:\n{}", self.status, self.words());
        location
    }

    /// All that can be read, with single spaces.
    pub fn words(&self) -> String {
        html::words(&html::tags(&self.text))
    }

    /// Does somebody read this?
    pub fn has_text(&self, text: &str) -> bool {
        self.words().contains(text)
    }

    /// The form with this action; fails the test and names those that are there.
    pub fn form(&self, action: &str) -> Form {
        let forms = self.forms();
        let found = forms.iter().find(|form| form.path() == action).cloned();
        found.unwrap_or_else(|| {
            let actions: Vec<_> = forms.iter().map(|form| &form.action).collect();
            panic!("no form leads to {action}, only to {actions:?}; status {}", self.status)
        })
    }

    /// Every form of the page.
    pub fn forms(&self) -> Vec<Form> {
        Form::all(&html::tags(&self.text), &self.origin)
    }

    /// Headings, links, fields and buttons inside `<main>`, a line each: what a test compares, so
    /// that restyling breaks nothing.
    pub fn outline(&self) -> String {
        let tags = html::tags(&self.text);
        let main = html::inside(&tags, "main").unwrap_or(&tags);
        let mut lines = vec![];
        for (at, tag) in main.iter().enumerate() {
            let said = || html::words(html::until_end(&main[at..]));
            match tag.name.as_str() {
                "h1" | "h2" | "h3" | "h4" => {
                    let level = tag.name[1..].parse().unwrap_or(1);
                    lines.push(format!("{} {}", "#".repeat(level), said()));
                }
                "a" => lines.push(format!("[{}]({})", said(), tag.attr("href"))),
                "button" => lines.push(format!("<{}>", said())),
                "input" if tag.attr("type") == "hidden" => {}
                "input" | "textarea" | "select" => lines.push(field(tag, &main[at..])),
                _ => {}
            }
        }
        lines.join("\n")
    }
}

fn field(tag: &Tag, from: &[Tag]) -> String {
    let value = crate::form::value(tag, from);
    let mut line = format!("{} = {value}", tag.attr("name"));
    if tag.attr("type") == "submit" {
        line = format!("<{}>", tag.attr("value"));
    }
    if matches!(tag.attr("type"), "checkbox" | "radio") && tag.has("checked") {
        line.push_str(" (checked)");
    }
    if tag.attr("aria-invalid") == "true" {
        line.push_str(" (invalid)");
    }
    line
}
