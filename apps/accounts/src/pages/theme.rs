//! Light or dark: kept with the person, and in a cookie for whoever is not signed in.

use platform::{
    Form, Public, Result, Submitted,
    process::Platform,
    request::{Back, CurrentSession, keep_theme},
    see_other,
    ui::{Errors, Theme},
};
use serde::Deserialize;

use crate::user;

/// What the buttons of the menu send; anything else changes nothing.
#[derive(Default, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    theme: String,
}

impl Form for Choice {
    fn check(&self, _: &mut Errors) {}
}

pub(crate) async fn choose(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    Back(back): Back,
    Submitted(form): Submitted<Choice>,
) -> Result {
    let mut response = see_other(back)?;
    if let Some(theme) = form.ok().and_then(|form| Theme::of(&form.theme)) {
        if let Some(session) = session {
            user::save_theme(&core, &session, theme).await?;
        }
        keep_theme(&mut response, theme);
    }
    Ok(response)
}
