//! What an answer to a form must be.

use core_testing::{Answer, Control, Form};

use super::values::{MARKUP, Value};

/// How a page says after a redirect that nothing came of it.
const ERROR_TOAST: &str = r#"<div class="toast-item t-error"#;

/// What was sent, and what came of it.
pub(super) struct Case<'a> {
    pub(super) form: &'a Form,
    pub(super) control: &'a Control,
    pub(super) value: Value,
    pub(super) sent: &'a [(String, String)],
    /// Must it be refused?
    pub(super) bad: bool,
    pub(super) answer: &'a Answer,
    /// The page where it led.
    pub(super) seen: &'a Answer,
    /// The tables that are different now.
    pub(super) changed: &'a [String],
}

impl Case<'_> {
    /// Everything that is wrong with the answer.
    pub(super) fn problems(&self) -> Vec<String> {
        let mut wrong = vec![];
        let status = self.answer.status;
        let mut ensure = |ok: bool, what: String| {
            if !ok {
                wrong.push(what);
            }
        };
        ensure(self.is_raw().is_none(), format!("{:?} stands in the page as it is", self.is_raw()));
        let refused = (400..500).contains(&status);
        ensure(refused || (200..400).contains(&status), format!("status {status}"));
        if refused {
            ensure(self.changed.is_empty(), format!("refused, but {:?} changed", self.changed));
            ensure(self.says_why(), "says nothing".to_owned());
        } else if self.bad {
            ensure(self.changed.is_empty(), format!("taken: {status}, changed {:?}", self.changed));
            let is_said = self.seen.status >= 400 || self.seen.text.contains(ERROR_TOAST);
            ensure(is_said, format!("ignored: {status}"));
        } else if let Some(value) = self.shown() {
            let typed = self.seen.forms().into_iter().flat_map(|form| form.controls);
            let is_there =
                self.seen.has_text(value) || typed.into_iter().any(|one| one.value == value);
            ensure(is_there, "taken, but not to be seen afterwards".to_owned());
        }
        if status == 422 {
            wrong.extend(self.lost());
        }
        wrong
    }

    /// What no page may hold, whoever typed it.
    fn is_raw(&self) -> Option<&'static str> {
        let page = |text: &str| self.answer.text.contains(text) || self.seen.text.contains(text);
        [MARKUP, "<img src=x", "\0"].into_iter().find(|text| page(text))
    }

    /// What a page must show after it was taken.
    fn shown(&self) -> Option<&str> {
        let special = matches!(self.value, Value::Markup | Value::RightToLeft);
        let is_text = matches!(&*self.control.kind, "text" | "textarea")
            // Whoever runs the product reads it at Stripe.
            && self.control.name != "comment";
        let sent = self.sent.iter().find(|(name, _)| *name == self.control.name);
        sent.filter(|_| special && is_text).map(|(_, value)| value.as_str())
    }

    fn says_why(&self) -> bool {
        let page = &self.answer;
        let said = [r#"class="err""#, "alert-error", "alert-warning"];
        let is_said = said.iter().any(|sign| page.text.contains(sign));
        page.text.contains("<h1") && (is_said || page.status != 422)
    }

    /// Fields that a person fills in and that are no longer as they were sent.
    fn lost(&self) -> Vec<String> {
        let forms = self.answer.forms();
        let there =
            |form: &&Form| form.action.split('?').next() == self.form.action.split('?').next();
        let Some(form) = forms.iter().find(there) else {
            return vec!["the form is gone".to_owned()];
        };
        let typed = |name: &str| {
            let control = self.form.controls.iter().find(|control| control.name == name);
            control.is_some_and(|one| {
                matches!(&*one.kind, "" | "text" | "email" | "textarea" | "date" | "select")
            })
        };
        let mut lost = vec![];
        for (name, value) in self.sent.iter().filter(|(name, _)| typed(name)) {
            let Some(control) = form.controls.iter().find(|control| control.name == *name) else {
                lost.push(format!("{name} is gone"));
                continue;
            };
            // A list shows nothing that it does not offer.
            let offered = control.kind != "select" || *name != self.control.name;
            if offered
                && control.value != visible(value)
                && form.value(name) != Some(visible(value).as_str())
            {
                lost.push(format!("{name} says {:?} now", shorten(&control.value)));
            }
        }
        lost
    }
}

/// What a page can send back of a text.
fn visible(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\0' | '\u{202e}')).collect()
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}
