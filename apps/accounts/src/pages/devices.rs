//! The browsers that a person is signed in with: which, and the end of them.

use std::time::Duration;

use askama::Template;
use chrono::{DateTime, Utc};
use platform::{
    Error, Path, Public, Query, Result, SignedIn, Submitted, Ui, UserId, encode_query,
    people::{NewSession, Session, SessionId, Sessions},
    process::{Platform, Services},
    request::{Client, Cookies, UserAgent},
    see_other_with,
    ui::{self, Calendar, Toast},
    workspaces::entity,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    account::browser,
    arrive::hold,
    confirm::{WithToken, gone},
};
use crate::{
    sealed::Sealed,
    security_log::{self, Place, What},
    trusted_device::{self, Held},
    user,
};

const PATH: &str = "/account/sessions";

/// A row of the list.
pub(super) struct Device {
    pub(super) id: Uuid,
    pub(super) name: String,
    pub(super) icon: &'static str,
    pub(super) address: String,
    pub(super) seen: String,
    pub(super) here: bool,
}

/// All of a person's.
pub(super) async fn devices(
    core: &Services,
    session: &Session,
    calendar: Calendar,
) -> Result<Vec<Device>> {
    let rows = core.sessions.of_user(session.user).await?;
    Ok(rows.into_iter().map(|row| device(row, session.id, calendar)).collect())
}

#[derive(Template)]
#[template(path = "accounts/sessions.html")]
struct Devices<'a> {
    devices: Vec<Device>,
    trusted: Vec<Device>,
    csrf: &'a str,
}

/// In the link of an email about a new device.
pub(super) const NOT_ME: Sealed = Sealed { name: "not me", age: Duration::from_hours(7 * 24) };

/// A log-in that somebody was told of.
#[derive(Serialize, Deserialize)]
pub(super) struct NewDevice {
    pub(super) user: UserId,
    /// Where they were told.
    pub(super) email: String,
    pub(super) at: DateTime<Utc>,
}

/// The page behind that link: for whoever did not log in.
#[derive(Template)]
#[template(path = "accounts/not_me.html")]
struct NotMe<'a> {
    token: &'a str,
    csrf: &'a str,
}

pub(crate) async fn not_me_page(
    _: Public,
    Platform(core): Platform,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    match NOT_ME.open::<NewDevice>(&core, &token) {
        Some(_) => ui.page("It wasn't you", &NotMe { token: &token, csrf: ui.csrf() }),
        None => gone(&ui, "/forgot"),
    }
}

/// Ends every session of theirs; they choose a new password next.
pub(crate) async fn not_me(
    _: Public,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let Some(one) = NOT_ME.open::<NewDevice>(&core, &token) else { return gone(&ui, "/forgot") };
    let place = Place::of(client, &user_agent);
    if !user::lock_out(&core, (one.user, &one.email), one.at, &token, &place).await? {
        return gone(&ui, "/forgot");
    }
    let forgot = format!("/forgot?{}", encode_query(&[("email", &one.email)]));
    let toast = Toast::success("All devices are logged out");
    see_other_with(forgot, &toast.text("Now choose a new password."))
}

/// All of one's own.
pub(crate) async fn show(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    cookies: Cookies,
    ui: Ui,
) -> Result {
    let (calendar, held) = (ui.calendar(), Held::of(&cookies));
    let devices = devices(&core, &session, calendar).await?;
    let trusted = trusted_device::of_user(core.store.catalog(), session.user, &held).await?;
    let trusted = trusted.into_iter().map(|(row, here)| {
        let (name, icon) = describe(&row.user_agent);
        let seen = calendar.ago(row.used_at).to_string();
        Device { id: row.id, name, icon, address: row.address, seen, here }
    });
    let ui = ui.under("Your account", "/account");
    let page = Devices { devices, trusted: trusted.collect(), csrf: ui.csrf() };
    ui.page("Where you're logged in", &page)
}

/// Ends one of one's own; somebody else's does not exist.
pub(crate) async fn end(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Path(id): Path<Uuid>,
) -> Result {
    session.proven()?;
    let tx = core.store.catalog().begin().await?;
    let ended = core.sessions.end_within(&tx, session.user, SessionId(id)).await?;
    let ended = ended.ok_or(Error::NotFound)?;
    let place = Place::of(client, &user_agent);
    security_log::note(&tx, session.user, (What::LoggedOutDevice, ""), &place).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    see_other_with(PATH, &Toast::success("That device is logged out"))
}

/// A device of one's own is asked for the second step again; somebody else's does not exist.
pub(crate) async fn end_trust(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    Path(id): Path<Uuid>,
) -> Result {
    let place = Place::of(client, &user_agent);
    if !trusted_device::end(&core, session.user, id, &place).await? {
        return Err(Error::NotFound);
    }
    let toast = Toast::success("That device is no longer trusted");
    see_other_with(PATH, &toast.text("You'll be asked for the second step there again."))
}

/// Ends all, and goes on here with a new one: whoever copied this browser's cookie is out too.
pub(crate) async fn end_others(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    (client, UserAgent(user_agent)): (Client, UserAgent),
) -> Result {
    session.proven()?;
    let here =
        NewSession { born: Some(session.created_at), ..browser(&session, client, user_agent) };
    let tx = core.store.catalog().begin().await?;
    let did = (What::LoggedOutElsewhere, "");
    security_log::note(&tx, session.user, did, &Place::from(&here)).await?;
    let ended = user::end_everywhere(&core.sessions, &tx, session.user).await?;
    let token = Sessions::open_within(&tx, here).await?;
    tx.commit().await?;
    core.sessions.publish(ended);
    let toast = Toast::success("All other devices are logged out");
    let mut response = see_other_with(PATH, &toast)?;
    hold(&token, &mut response);
    Ok(response)
}

fn device(row: entity::session::Model, here: SessionId, calendar: Calendar) -> Device {
    let (name, icon) = describe(&row.user_agent);
    Device {
        id: row.id.0,
        name,
        icon,
        address: row.address,
        seen: calendar.ago(row.seen_at).to_string(),
        here: row.id == here,
    }
}

/// `Firefox on Windows`, as far as the browser's words tell.
pub(super) fn describe(agent: &str) -> (String, &'static str) {
    let first = |words: &[(&str, &'static str)]| {
        words.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    let browser = first(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]);
    let icon = match system {
        Some("iPhone" | "Android") => "smartphone",
        _ => "monitor",
    };
    let name = match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown browser".to_owned(),
    };
    (name, icon)
}

#[cfg(test)]
mod tests {
    use super::describe;

    #[test]
    fn browsers_are_told_apart() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(describe(chrome).0, "Chrome on Linux");
        assert_eq!(
            describe("Mozilla/5.0 (iPhone) Version/18.0 Safari/604.1").0,
            "Safari on iPhone"
        );
        assert_eq!(describe("curl/8.0").0, "Unknown browser");
    }
}
