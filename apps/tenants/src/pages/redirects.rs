//! The way on into the settings, and the way out of the workspace.

use platform::{
    Error, Public, Result, WorkspaceMember,
    process::Platform,
    request::{CurrentSession, SESSION_COOKIE, SetCookie},
    see_other,
};

/// On to the first page of the settings that the member may see.
pub(crate) async fn settings(
    WorkspaceMember(member): WorkspaceMember,
    Platform(core): Platform,
) -> Result {
    let first = core.settings.iter().find(|entry| entry.is_for(&member));
    see_other(first.ok_or(Error::Forbidden)?.path)
}

/// Out of this browser altogether: the account site and every workspace opened from it.
pub(crate) async fn sign_out(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
) -> Result {
    if let Some(session) = session {
        core.sessions.end(session.user, session.parent.unwrap_or(session.id)).await?;
    }
    let mut response = see_other(format!("{}/login", core.config.account_origin()))?;
    SetCookie::removal(SESSION_COOKIE).put(&mut response);
    Ok(response)
}
