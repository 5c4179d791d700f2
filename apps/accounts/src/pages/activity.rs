//! The security log of one's own account: each way in, and each change of how one gets in.

use askama::Template;
use platform::{Extension, Query, Result, SignedIn, Ui, process::Platform, ui};
use serde::Deserialize;
use uuid::Uuid;

use super::devices::describe;
use crate::{
    method,
    providers::Providers,
    security_log::{self, Model, What},
};

/// So many on a page.
const MANY: u64 = 50;

#[derive(Template)]
#[template(path = "accounts/activity.html")]
struct Activity {
    rows: Vec<Row>,
    /// The page of what was before.
    older: Option<String>,
}

struct Row {
    icon: &'static str,
    title: String,
    /// A name or an address that somebody typed.
    detail: String,
    device: String,
    address: String,
    when: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Before {
    before: Option<Uuid>,
}

pub(crate) async fn show(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    providers: Extension<Providers>,
    Query(Before { before }): Query<Before>,
    ui: Ui,
) -> Result {
    let catalog = core.store.catalog();
    let mut all = security_log::newest(catalog, session.user, before, MANY).await?;
    let is_more = all.len() as u64 > MANY;
    all.truncate(MANY as usize);
    let last = all.last().filter(|_| is_more);
    let older = last.map(|last| format!("/account/security/activity?before={}", last.id));
    let calendar = ui.calendar();
    let rows = all.into_iter().map(|one| row(one, &providers, calendar)).collect();
    let ui = ui.under("Your account", "/account").under("Security", super::security::PATH);
    ui.page("Security activity", &Activity { rows, older })
}

fn row(one: Model, providers: &Providers, calendar: ui::Calendar) -> Row {
    let (icon, title) = match one.what {
        What::LoggedIn => ("log-in", format!("Logged in {}", how(&one.detail, providers))),
        What::LoggedOutDevice => ("log-out", "Logged out another device".to_owned()),
        What::DataDownloaded => ("download", "Downloaded the account's data".to_owned()),
        What::LoggedOutElsewhere => ("log-out", "Logged out all other devices".to_owned()),
        What::PasswordChanged => ("lock", "Changed the password".to_owned()),
        What::PasswordReset => ("lock", "Chose a new password by email".to_owned()),
        What::EmailChanged => ("mail", "Changed the email address".to_owned()),
        What::EmailTakenBack => ("mail", "Took the account back by email".to_owned()),
        What::LockedOut => ("shield-check", "Said “It wasn't me” to a login".to_owned()),
        What::AppAdded => ("smartphone", "Added an authenticator app".to_owned()),
        What::AppRemoved => ("smartphone", "Removed the authenticator app".to_owned()),
        What::CodesMade => ("key-round", "Made new recovery codes".to_owned()),
        What::KeyAdded => ("fingerprint", "Added a passkey or security key".to_owned()),
        What::KeyRenamed => ("fingerprint", "Renamed a passkey or security key".to_owned()),
        What::KeyRemoved => ("fingerprint", "Removed a passkey or security key".to_owned()),
        What::Connected => ("log-in", format!("Connected {}", one.detail)),
        What::Disconnected => ("log-in", format!("Disconnected {}", one.detail)),
        What::DeviceTrusted => ("monitor", "Trusted a device for 30 days".to_owned()),
        What::TrustEnded => ("monitor", "Ended the trust in a device".to_owned()),
        What::DeletionAsked => ("trash-2", "Deleted the account".to_owned()),
        What::DeletionUndone => ("undo-2", "Kept the account after all".to_owned()),
        What::ResetAsked => ("hourglass", "Support began to turn two-step verification off".into()),
        What::ResetStopped => ("undo-2", "Kept two-step verification on".to_owned()),
        What::TwoStepReset => ("shield-check", "Support turned two-step verification off".into()),
    };
    let is_named = matches!(
        one.what,
        What::EmailChanged
            | What::EmailTakenBack
            | What::KeyAdded
            | What::KeyRenamed
            | What::KeyRemoved
    );
    let (device, address) = match one.user_agent.is_empty() && one.address.is_empty() {
        true => (String::new(), String::new()),
        false => (describe(&one.user_agent).0, one.address),
    };
    let detail = if is_named { one.detail } else { String::new() };
    Row { icon, title, detail, device, address, when: calendar.ago(one.at).to_string() }
}

/// How a session was opened, in words: “with a password and an authenticator app”.
fn how(method: &str, providers: &Providers) -> String {
    let word = |step: &str| match method::word(step) {
        Some(word) => word.to_owned(),
        None => providers.label_of(step).to_owned(),
    };
    match method.split_once('+') {
        None if method == "sign_up" => "for the first time".to_owned(),
        None => format!("with {}", word(method)),
        Some((first, second)) => format!("with {} and {}", word(first), word(second)),
    }
}
