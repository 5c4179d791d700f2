//! Forms: what a browser may send to one handler, and the answer when it does not fit.

use axum::extract::{FromRequest, Request};
use core_base::{Error, text};
use core_ui::{Errors, FormState};
use serde::de::DeserializeOwned;

use crate::{AppState, saved_forms::Refill};

/// What a browser may send to one handler.
pub trait Form: DeserializeOwned + Send {
    /// The fields of several lines (`ui::textarea`). Every other field is one line, without what
    /// nobody sees ([`core_base::text::one_line`]).
    const TEXTS: &'static [&'static str] = &[];
    /// The fields that are taken as they were typed: passwords.
    const SECRETS: &'static [&'static str] = &[];

    /// Is it a field of several lines? A form whose fields are known only while it runs says so itself.
    fn keeps_lines(name: &str) -> bool {
        Self::TEXTS.contains(&name)
    }

    /// Takes back the answer to a question that the form's own handler asks on a page; false: it asks
    /// none. Such a form is given to its handler again after a session had ended, to be asked about: in a
    /// transaction that is not kept.
    fn ask_again(&mut self) -> bool {
        false
    }

    /// Says everything that is wrong with it, field by field.
    fn check(&self, errors: &mut Errors);
}

/// A submitted form: `Ok(form)` when it is good, otherwise the answer to show again with all that
/// was typed.
pub struct Submitted<F>(pub Result<F, FormState>);

impl<F: Form> FromRequest<AppState> for Submitted<F> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &AppState) -> Result<Self, Error> {
        let brought_back = request.extensions().get::<Refill>().map(|refill| refill.why);
        // Its limit was held when it was first read.
        let body = axum::body::to_bytes(request.into_body(), usize::MAX)
            .await
            .map_err(|_| Error::TooLarge)?;
        let mut typed: Vec<(String, String)> = serde_urlencoded::from_bytes(&body)
            .map_err(|_| Error::BadRequest("The form could not be read.".into()))?;
        let mut errors = Errors::default();
        // A field sent several times (checkboxes) is a list where the form wants one.
        let is_another = take_out_invisible(&mut typed, &mut errors) | put_in_form::<F>(&mut typed);
        let mut form = if is_another {
            serde_html_form::from_str::<F>(&serde_urlencoded::to_string(&typed)?)
        } else {
            serde_html_form::from_bytes::<F>(&body)
        };
        match &form {
            Ok(form) => form.check(&mut errors),
            Err(reason) => {
                tracing::debug!(%reason, "a form did not fit");
                errors.ensure(!errors.is_empty(), "", UNREAD);
            }
        }
        let asks = brought_back.is_some() && form.as_mut().is_ok_and(Form::ask_again);
        if let (Some(why), false) = (brought_back, asks) {
            errors = Errors::default();
            let what = if F::SECRETS.is_empty() { "you typed" } else { "but passwords" };
            errors.add(
                "",
                format!(
                    "{} before this was saved. Everything {what} is still here: check it, then save it.",
                    why.words()
                ),
            );
        }
        Ok(Self(match form {
            Ok(form) if errors.is_empty() => Ok(form),
            _ => Err(FormState::new(typed, errors)),
        }))
    }
}

/// Whether a handler with these arguments reads a form. Where this does not see it, a form is only
/// not filled in again; it must never say so of a handler that would act without reading one.
pub(crate) fn is_taken_by<T>() -> bool {
    std::any::type_name::<T>().contains(concat!(module_path!(), "::Submitted<"))
}

const UNREAD: &str = "We couldn't read part of this form. Check each field.";
const INVISIBLE: &str = "We removed invisible characters from what you typed. Check it and send \
                         it again.";

/// PostgreSQL's text can't hold a NUL, a page can't send one back, and what turns the direction of
/// reading makes one name look like another. Says so of the form and of each field, and whether there
/// was any; what is left is what the form shows again.
fn take_out_invisible(typed: &mut [(String, String)], errors: &mut Errors) -> bool {
    for (name, value) in typed.iter_mut().filter(|(_, value)| value.contains(is_invisible)) {
        value.retain(|c| !is_invisible(c));
        if errors.is_empty() {
            errors.add("", INVISIBLE);
        }
        errors.add(name.clone(), "We removed invisible characters here.");
    }
    !errors.is_empty()
}

/// Names of one line and without what nobody sees, whichever form they stand in. Says whether
/// anything was different.
fn put_in_form<F: Form>(typed: &mut [(String, String)]) -> bool {
    let mut is_another = false;
    for (name, value) in typed.iter_mut().filter(|(name, _)| !F::SECRETS.contains(&&**name)) {
        let kept = match F::keeps_lines(name) {
            true => text::many_lines(value),
            false => text::one_line(value),
        };
        is_another |= kept != *value;
        *value = kept;
    }
    is_another
}

pub(crate) fn is_invisible(c: char) -> bool {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || (c.is_control() && !matches!(c, '\t' | '\n' | '\r'))
}

#[cfg(test)]
mod tests {
    use core_ui::{Errors, FormState};

    use super::take_out_invisible;

    #[test]
    fn what_nobody_sees_is_taken_out_and_named() {
        let fields = [("name", "a\0b\u{202e}c"), ("text", "one\r\n\ttwo \u{5e9}\u{200f}")];
        let mut typed = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let mut errors = Errors::default();
        assert!(take_out_invisible(&mut typed, &mut errors));
        assert_eq!((&*typed[0].1, &*typed[1].1), ("abc", fields[1].1));
        let answer = FormState::new(typed.to_vec(), errors);
        assert!(answer.error("name").is_some() && answer.error("").is_some());
        assert!(answer.error("text").is_none());
        assert!(!take_out_invisible(&mut typed, &mut Errors::default()));
    }
}
