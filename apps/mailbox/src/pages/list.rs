//! All emails, for people and for scripts.

use askama::Template;
use platform::{
    Public, Result, Ui,
    process::{KeptEmail, Platform},
    request::IntoResponse,
    ui::{self, Calendar},
};
use serde::Serialize;

#[derive(Template)]
#[template(path = "mailbox/list.html")]
struct List {
    emails: Vec<Row>,
    /// Emails leave by a mail server, so none is added here.
    sent_elsewhere: bool,
}

struct Row {
    path: String,
    subject: String,
    to: String,
    at: String,
}

/// What scripts may rely on.
#[derive(Serialize)]
struct Entry<'a> {
    to: &'a str,
    subject: &'a str,
    text: &'a str,
    links: Vec<&'a str>,
}

pub(crate) async fn list(_: Public, Platform(core): Platform, ui: Ui) -> Result {
    let calendar = ui.calendar();
    let emails = super::emails(&core).await?.into_iter().map(|kept| row(kept, calendar)).collect();
    let sent_elsewhere = core.config.mail.server.is_some();
    ui.wide().page("Mailbox", &List { emails, sent_elsewhere })
}

pub(crate) async fn json(_: Public, Platform(core): Platform) -> Result {
    let kept = super::emails(&core).await?;
    let entries: Vec<_> = kept.iter().map(entry).collect();
    Ok(([("content-type", "application/json")], serde_json::to_string(&entries)?).into_response())
}

fn row(kept: KeptEmail, calendar: Calendar) -> Row {
    Row {
        path: format!("/dev/mail/{}", kept.id),
        at: calendar.ago(kept.at).to_string(),
        subject: kept.email.subject,
        to: kept.email.to.address,
    }
}

fn entry(kept: &KeptEmail) -> Entry<'_> {
    let email = &kept.email;
    Entry {
        to: &email.to.address,
        subject: &email.subject,
        text: &email.text,
        links: email.links(),
    }
}
