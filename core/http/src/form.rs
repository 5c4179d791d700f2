//! Forms: what a browser may send to one handler, and the answer when it does not fit.

use axum::extract::{FromRequest, Request};
use core_base::Error;
use core_ui::{Answer, Errors};
use serde::de::DeserializeOwned;

use crate::{Site, csrf::BODY_LIMIT};

/// What a browser may send to one handler.
pub trait Form: DeserializeOwned + Send {
    /// Says everything that is wrong with it, field by field.
    fn check(&self, errors: &mut Errors);
}

/// A submitted form: `Ok(form)` when it is good, otherwise the answer to show again with all that
/// was typed.
pub struct Submitted<F>(pub Result<F, Answer>);

impl<F: Form> FromRequest<Site> for Submitted<F> {
    type Rejection = Error;
    async fn from_request(request: Request, _: &Site) -> Result<Self, Error> {
        let body = axum::body::to_bytes(request.into_body(), BODY_LIMIT)
            .await
            .map_err(|_| crate::error_page::too_large())?;
        let typed: Vec<(String, String)> = serde_urlencoded::from_bytes(&body)
            .map_err(|_| Error::BadRequest("The form could not be read.".into()))?;
        let mut errors = Errors::default();
        for (name, value) in &typed {
            // PostgreSQL's text can't hold it, and no person can type it.
            errors_unless_clean(&mut errors, name, value);
        }
        // A field sent several times (checkboxes) is a list where the form wants one.
        let form = serde_html_form::from_bytes::<F>(&body);
        if let Ok(form) = &form {
            form.check(&mut errors);
        }
        Ok(Self(match form {
            Ok(form) if errors.is_empty() => Ok(form),
            Ok(_) => Err(Answer::new(typed, errors)),
            Err(reason) => {
                if errors.is_empty() {
                    tracing::debug!(%reason, "a form did not fit");
                    errors.unless(
                        false,
                        "",
                        "Something in this form could not be read. Check each field.",
                    );
                }
                Err(Answer::new(typed, errors))
            }
        }))
    }
}

fn errors_unless_clean(errors: &mut Errors, name: &str, value: &str) {
    if value.contains('\0') {
        errors.add(name.to_owned(), "Remove the invisible characters from this text.");
    }
}
