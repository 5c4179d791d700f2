//! Signing out of this browser: the account site and every workspace opened from it.

use platform::{
    Form, Public, Result, Submitted,
    process::Platform,
    request::{CurrentSession, SESSION_COOKIE, SetCookie, safe_next},
    see_other, see_other_with,
    ui::{Errors, Toast},
};
use serde::Deserialize;

/// Where to go on as somebody else; nothing: to the page for signing in.
#[derive(Default, Deserialize)]
pub(crate) struct Switch {
    #[serde(default)]
    next: String,
}

impl Form for Switch {
    fn check(&self, _: &mut Errors) {}
}

pub(crate) async fn sign_out(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    Submitted(form): Submitted<Switch>,
) -> Result {
    if let Some(session) = session {
        core.sessions.end(session.user, session.id).await?;
    }
    let Switch { next } = form.unwrap_or_default();
    let mut response = match safe_next(&next) {
        Some(next) => see_other(next)?,
        None => see_other_with("/login", &Toast::success("You are logged out"))?,
    };
    SetCookie::removal(SESSION_COOKIE).put(&mut response);
    Ok(response)
}
