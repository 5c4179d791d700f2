//! `Extension`: what an app made for itself at start-up, in its handlers.

use std::{ops::Deref, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use core_base::Error;

use crate::AppState;

/// What an app brings with `App::extension`: a client of another service, its own settings.
pub struct Extension<T>(pub Arc<T>);

impl<T> Deref for Extension<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Send + Sync + 'static> FromRequestParts<AppState> for Extension<T> {
    type Rejection = Error;
    async fn from_request_parts(_: &mut Parts, state: &AppState) -> Result<Self, Error> {
        state.core.extensions.find().map(Self)
    }
}

/// The types that a handler with these arguments takes by [`Extension`], by the language's own names.
pub(crate) fn taken_by<Args>() -> Vec<&'static str> {
    let (all, own) = (std::any::type_name::<Args>(), concat!(module_path!(), "::Extension<"));
    let mut taken = vec![];
    let mut rest = all;
    while let Some(at) = rest.find(own) {
        rest = &rest[at + own.len()..];
        let mut depth = 1;
        let end = rest.find(|letter| {
            depth += i32::from(letter == '<') - i32::from(letter == '>');
            depth == 0
        });
        taken.extend(end.map(|end| &rest[..end]));
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::{Extension, taken_by};

    #[test]
    fn types_are_found_among_the_arguments() {
        type Args = (u8, Extension<Vec<Option<String>>>, Extension<u8>, u8);
        let taken = [std::any::type_name::<Vec<Option<String>>>(), "u8"];
        assert_eq!(taken_by::<Args>(), taken);
        assert!(taken_by::<(u8, u16)>().is_empty());
    }
}
