//! One's own account: who one is, and where one is signed in.

use askama::Template;
use platform::{
    Error, Path, Result, SignedIn, Ui, clock, see_other_with,
    spine::{SessionId, Spine, entity},
    ui::{self, Toast},
};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct Account<'a> {
    name: &'a str,
    email: &'a str,
    devices: Vec<Device>,
    csrf: &'a str,
}

struct Device {
    id: Uuid,
    name: String,
    icon: &'static str,
    address: String,
    seen: String,
    here: bool,
}

pub(crate) async fn show(SignedIn(session): SignedIn, Spine(core): Spine, ui: Ui) -> Result {
    let rows = core.sessions.of_user(session.user).await?;
    let devices = rows.into_iter().map(|row| device(row, session.id)).collect();
    let (name, email) = (&session.name, &session.email);
    ui.page("Your account", &Account { name, email, devices, csrf: ui.csrf() })
}

/// Ends one of one's own; somebody else's does not exist.
pub(crate) async fn end(
    SignedIn(session): SignedIn,
    Spine(core): Spine,
    Path(id): Path<Uuid>,
) -> Result {
    if !core.sessions.end(session.user, SessionId(id)).await? {
        return Err(Error::NotFound);
    }
    see_other_with("/account", &Toast::success("That device is logged out"))
}

pub(crate) async fn end_others(SignedIn(session): SignedIn, Spine(core): Spine) -> Result {
    core.sessions.end_all(session.user, Some(session.id)).await?;
    see_other_with("/account", &Toast::success("All other devices are logged out"))
}

fn device(row: entity::session::Model, here: SessionId) -> Device {
    let (name, icon) = describe(&row.user_agent);
    Device {
        id: row.id,
        name,
        icon,
        address: row.address,
        seen: ui::ago(row.seen_at, clock::now()).to_string(),
        here: row.id == here.0,
    }
}

/// `Firefox on Windows`, as far as the browser's words tell.
fn describe(agent: &str) -> (String, &'static str) {
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
