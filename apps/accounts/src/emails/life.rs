//! The emails about the end of an account.

use chrono::{DateTime, NaiveDate, Utc};
use platform::mail::{Branding, Email, Line, Mailbox, Message};

/// “30 December 2026”.
fn spoken(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// Somebody deleted their account: until when they can keep it.
pub fn account_leaves(on: &Branding, to: Mailbox, link: &str, day: NaiveDate) -> Email {
    let product = on.product();
    Message::new(format!("Your account at {product} will be deleted"))
        .heading("Your account will be deleted")
        .line(
            Line::new("You asked us to delete the account of ")
                .strong(&to.address)
                .text(". It will be deleted for good on ")
                .strong(&spoken(day))
                .text(", and you leave all your workspaces then. All devices were logged out."),
        )
        .line("Until that day you can log in and keep it.")
        .button("Keep my account", link)
        .why("You received this email because your account was deleted.")
        .email(on, to)
}

/// They changed their mind.
pub fn account_stays(on: &Branding, to: Mailbox, link: &str) -> Email {
    let product = on.product();
    Message::new(format!("Your account at {product} stays"))
        .heading("Your account stays")
        .line(
            Line::new("The account of ")
                .strong(&to.address)
                .text(" will not be deleted. Nothing was lost."),
        )
        .button("Your account", link)
        .why("You received this email because the deletion of your account was undone.")
        .email(on, to)
}

/// A workspace needs them.
pub fn account_waits(
    on: &Branding,
    to: Mailbox,
    link: &str,
    (workspace, day): (&str, NaiveDate),
) -> Email {
    let product = on.product();
    Message::new(format!("Your account at {product} could not be deleted yet"))
        .heading("Your account could not be deleted yet")
        .line(
            Line::new("The account of ")
                .strong(&to.address)
                .text(" was to be deleted today, but you are the only owner of ")
                .strong(workspace)
                .text(". Make someone else an owner, or delete that workspace. We try again on ")
                .strong(&spoken(day))
                .text("."),
        )
        .button("See what is in the way", link)
        .why("You received this email because your account was deleted.")
        .email(on, to)
}

/// Support will turn two-step verification off, for whoever said that they lost it.
pub fn reset_asked(on: &Branding, to: Mailbox, link: &str, due: DateTime<Utc>) -> Email {
    let product = on.product();
    let due = due.format("%-d %B %Y, %H:%M UTC").to_string();
    Message::new(format!("Two-step verification for {product} will be turned off"))
        .heading("Two-step verification will be turned off")
        .line(
            Line::new("Someone, probably you, told our support that the authenticator app and the recovery codes of ")
                .strong(&to.address)
                .text(" are lost. Two-step verification will be turned off on ")
                .strong(&due)
                .text("."),
        )
        .line("If you still have them, log in with them now: that stops it.")
        .button("Log in", link)
        .why("You received this email because the security of your account will be changed.")
        .email(on, to)
}

/// Nothing is left.
pub fn account_deleted(on: &Branding, to: Mailbox, link: &str) -> Email {
    let product = on.product();
    Message::new(format!("Your account at {product} is deleted"))
        .heading("Your account is deleted")
        .line(
            Line::new("The account of ")
                .strong(&to.address)
                .text(" and what we kept about you are deleted. This is our last email to you."),
        )
        .button("Sign up again", link)
        .why("You received this email because your account was deleted.")
        .email(on, to)
}
