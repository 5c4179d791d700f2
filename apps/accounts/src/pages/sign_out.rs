//! Signing out of this browser: the account site and every workspace opened from it.

use platform::{
    Public, Result, see_other_with,
    spine::{CurrentSession, SESSION_COOKIE, SetCookie, Spine},
    ui::Toast,
};

pub(crate) async fn sign_out(
    _: Public,
    Spine(core): Spine,
    CurrentSession(session): CurrentSession,
) -> Result {
    if let Some(session) = session {
        core.sessions.end(session.user, session.id).await?;
    }
    let mut response = see_other_with("/login", &Toast::success("You are logged out"))?;
    SetCookie::removal(SESSION_COOKIE).put(&mut response);
    Ok(response)
}
