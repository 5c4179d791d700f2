//! The emails about accounts. They say what happened, what to do, and what it means when it was
//! somebody else.

pub mod life;

use std::time::Duration;

use platform::mail::{Branding, Email, Line, Mailbox, Message};

/// To go on with signing up, the address must be proven.
pub fn confirm_address(on: &Branding, to: Mailbox, link: &str, valid: Duration) -> Email {
    let product = on.product();
    Message::new(format!("Confirm your email address for {product}"))
        .heading("Confirm your address")
        .line(
            Line::new("Please confirm ")
                .strong(&to.address)
                .text(format!(" to finish signing up for {product}.")),
        )
        .button("Confirm address", link)
        .small(format!(
            "The link works for {}. If you didn't sign up, you can ignore this email.",
            spoken(valid)
        ))
        .why("You received this email because someone signed up with your address.")
        .email(on, to)
}

/// Somebody signed up with an address that has an account: only its owner learns so.
pub fn already_registered(on: &Branding, to: Mailbox, login: &str, forgot: &str) -> Email {
    let product = on.product();
    Message::new(format!("You already have an account at {product}"))
        .heading("You already have an account")
        .line(
            Line::new("Someone, probably you, tried to sign up with ")
                .strong(&to.address)
                .text(". You already have an account with this address, so log in instead."),
        )
        .button("Log in", login)
        .small(format!("Forgot your password? Choose a new one: {forgot}"))
        .small(
            "If this wasn't you, you can ignore this email. Nobody got in and nothing has \
                changed.",
        )
        .why("You received this email because someone signed up with your address.")
        .email(on, to)
}

/// To choose a new password.
pub fn reset_password(on: &Branding, to: Mailbox, link: &str, valid: Duration) -> Email {
    let product = on.product();
    Message::new(format!("Choose a new password for {product}"))
        .heading("Choose a new password")
        .line(
            Line::new("Someone, probably you, asked for a new password for ")
                .strong(&to.address)
                .text(". Your current password works until you choose a new one."),
        )
        .button("Choose a password", link)
        .small(format!(
            "The link works once, for {}. If this wasn't you, you can ignore this email.",
            spoken(valid)
        ))
        .why("You received this email because someone asked for a new password for your account.")
        .email(on, to)
}

/// To log in without a password.
pub fn log_in(on: &Branding, to: Mailbox, link: &str, code: &str, valid: Duration) -> Email {
    let product = on.product();
    Message::new(format!("Log in to {product}: {code}"))
        .heading("Log in")
        .line(
            Line::new("Someone, probably you, wants to log in as ")
                .strong(&to.address)
                .text(". Enter this code where you asked for it: ")
                .strong(code)
                .text("."),
        )
        .button("Log in", link)
        .small(format!(
            "The code and the link work once, for {}. If this wasn't you, you can ignore this email: without it \
             nobody gets in.",
            spoken(valid)
        ))
        .why("You received this email because someone asked to log in with your address.")
        .email(on, to)
}

/// Somebody asked for a new password for an address without an account: only its owner learns so.
pub fn no_account(on: &Branding, to: Mailbox, signup: &str) -> Email {
    let product = on.product();
    Message::new(format!("There is no account for this address at {product}"))
        .heading("There is no account for this address")
        .line(
            Line::new("Someone, probably you, asked for a new password for ")
                .strong(&to.address)
                .text(
                    ", but there is no account with that address. You may have signed up with a \
                     different one.",
                ),
        )
        .button("Sign up", signup)
        .small("If this wasn't you, you can ignore this email.")
        .why("You received this email because someone asked for a new password with your address.")
        .email(on, to)
}

/// The second step at log-in was switched on or off.
pub fn two_step(on: &Branding, to: Mailbox, forgot: &str, is_on: bool) -> Email {
    let (product, word) = (on.product(), if is_on { "on" } else { "off" });
    let rest = match is_on {
        true => ". From now on, logging in takes a code from the authenticator app too.",
        false => ". From now on, logging in asks for no code from the app.",
    };
    Message::new(format!("Two-step verification for {product} was turned {word}"))
        .heading(format!("Two-step verification was turned {word}"))
        .line(
            Line::new("Two-step verification of ")
                .strong(&to.address)
                .text(format!(" was turned {word}, and all other devices were logged out{rest}")),
        )
        .line("If this was you, there is nothing to do. If not, choose a new password now.")
        .button("It wasn't me", forgot)
        .why("You received this email because the security of your account was changed.")
        .email(on, to)
}

/// To make an address somebody's, it must be proven.
pub fn confirm_new_address(on: &Branding, to: Mailbox, link: &str) -> Email {
    let product = on.product();
    Message::new(format!("Confirm your new email address for {product}"))
        .heading("Confirm your new address")
        .line(
            Line::new("Please confirm ")
                .strong(&to.address)
                .text(format!(" to log in to {product} with it from now on.")),
        )
        .button("Confirm address", link)
        .small(
            "The link works for 24 hours. If you didn't ask for this, you can ignore this email.",
        )
        .why("You received this email because someone wants to use your address for their account.")
        .email(on, to)
}

/// Somebody wanted an address that has an account: only its owner learns so.
pub fn address_in_use(on: &Branding, to: Mailbox, login: &str) -> Email {
    let product = on.product();
    Message::new(format!("You already have an account at {product}"))
        .heading("You already have an account")
        .line(
            Line::new("Someone, probably you, wanted to change the address of another account to ")
                .strong(&to.address)
                .text(". This address has an account already, so nothing was changed."),
        )
        .button("Log in", login)
        .small("If this wasn't you, you can ignore this email.")
        .why("You received this email because someone wants to use your address for their account.")
        .email(on, to)
}

/// The address of an account is another one now; whoever did not do that must learn of it, and can undo it.
pub fn email_changed(on: &Branding, to: Mailbox, undo: &str, new: &str) -> Email {
    let product = on.product();
    Message::new(format!("Your email address for {product} was changed"))
        .heading("Your email address was changed")
        .line(
            Line::new("Your account no longer uses ")
                .strong(&to.address)
                .text(". From now on it uses ")
                .strong(new)
                .text(", and all other devices were logged out."),
        )
        .line(
            "If this was you, there is nothing to do. If not, take your account back now: that works for 7 days.",
        )
        .button("It wasn't me", undo)
        .why("You received this email because the address of your account was changed.")
        .email(on, to)
}

/// Somebody logged in with a browser that is new for them.
pub fn new_device(
    on: &Branding,
    to: Mailbox,
    not_me: &str,
    (device, address): (&str, &str),
) -> Email {
    let product = on.product();
    Message::new(format!("New login to {product}"))
        .heading("You logged in on a new device")
        .line(
            Line::new("Someone, probably you, logged in as ")
                .strong(&to.address)
                .text(" with ")
                .strong(device)
                .text(", from the address ")
                .strong(address)
                .text("."),
        )
        .line("If this was you, there is nothing to do. If not, end it now and choose a new password.")
        .button("It wasn't me", not_me)
        .why("You received this email because a new device was used to log in to your account.")
        .email(on, to)
}

/// A workspace asks for two-step verification, and its reader lacks it.
pub fn two_step_required(
    on: &Branding,
    to: Mailbox,
    link: &str,
    (workspace, day): (&str, chrono::NaiveDate),
) -> Email {
    let day = day.format("%-d %B %Y");
    Message::new(format!("Two-step verification for {}", platform::ui::isolated(workspace)))
        .heading("Set up two-step verification")
        .line(
            Line::new("From ")
                .strong(&day.to_string())
                .text(" on, you need it to open the workspace ")
                .strong(workspace)
                .text(" as ")
                .strong(&to.address)
                .text(": a code from an authenticator app, a security key or a passkey."),
        )
        .button("Set it up", link)
        .why("You received this email because you are a member of this workspace.")
        .email(on, to)
}

/// An account at another site was connected or disconnected.
pub fn connection(on: &Branding, to: Mailbox, forgot: &str, label: &str, is_on: bool) -> Email {
    let product = on.product();
    let (word, rest) = match is_on {
        true => ("connected to", ". It can now be used to log in."),
        false => ("disconnected from", ". It can no longer be used to log in."),
    };
    Message::new(format!("A {label} account was {word} {product}"))
        .heading(format!("A {label} account was {word} your account"))
        .line(
            Line::new(format!("A {label} account was {word} the account of "))
                .strong(&to.address)
                .text(rest)
                .text(" All other devices were logged out."),
        )
        .line(
            "If this was you, there is nothing to do. If not, choose a new password now, then look at your \
             connected accounts.",
        )
        .button("It wasn't me", forgot)
        .why("You received this email because the security of your account was changed.")
        .email(on, to)
}

/// A passkey or a security key was added or removed.
pub fn key(on: &Branding, to: Mailbox, forgot: &str, key: &str, is_on: bool) -> Email {
    let product = on.product();
    let (word, rest) = match is_on {
        true => ("added to", ". It can be used to log in from now on."),
        false => ("removed from", ". It can no longer be used to log in."),
    };
    Message::new(format!("A passkey or security key was {word} your account at {product}"))
        .heading(format!("A passkey or security key was {word} your account"))
        .line(
            Line::new("The key ")
                .strong(key)
                .text(format!(" was {word} the account of "))
                .strong(&to.address)
                .text(rest)
                .text(" All other devices were logged out."),
        )
        .line(
            "If this was you, there is nothing to do. If not, choose a new password now, then look at your \
             passkeys.",
        )
        .button("It wasn't me", forgot)
        .why("You received this email because the security of your account was changed.")
        .email(on, to)
}

/// The password is another one now; whoever did not do that must learn of it.
pub fn password_changed(on: &Branding, to: Mailbox, forgot: &str) -> Email {
    let product = on.product();
    Message::new(format!("Your password for {product} was changed"))
        .heading("Your password was changed")
        .line(
            Line::new("The password of ")
                .strong(&to.address)
                .text(" was changed, and all other devices were logged out."),
        )
        .line("If this was you, there is nothing to do. If not, choose a new password now.")
        .button("It wasn't me", forgot)
        .why("You received this email because your password was changed.")
        .email(on, to)
}

/// “30 minutes”, “24 hours”, “7 days”.
fn spoken(time: Duration) -> String {
    let minutes = time.as_secs() / 60;
    let (many, unit) = match minutes {
        0..120 => (minutes, "minute"),
        120..2880 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{many} {unit}{}", if many == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "http://localhost:8000/x/0123abcd";
    const OTHER: &str = "http://localhost:8000/forgot";

    fn all() -> Vec<Email> {
        let on = Branding::plain();
        let to = || Mailbox::new("Maya", "maya@acme.example");
        vec![
            confirm_address(&on, to(), LINK, Duration::from_hours(24)),
            already_registered(&on, to(), LINK, OTHER),
            reset_password(&on, to(), LINK, Duration::from_mins(30)),
            no_account(&on, to(), LINK),
            log_in(&on, to(), LINK, "123 456", Duration::from_mins(15)),
            confirm_new_address(&on, to(), LINK),
            address_in_use(&on, to(), LINK),
            email_changed(&on, to(), LINK, "new@acme.example"),
            two_step_required(&on, to(), LINK, ("Groundwork fans", Default::default())),
            new_device(&on, to(), LINK, ("Firefox on Linux", "192.0.2.1")),
            password_changed(&on, to(), LINK),
            life::account_leaves(&on, to(), LINK, Default::default()),
            life::account_stays(&on, to(), LINK),
            life::account_waits(&on, to(), LINK, ("Acme", Default::default())),
            life::account_deleted(&on, to(), LINK),
            life::reset_asked(&on, to(), LINK, Default::default()),
            two_step(&on, to(), LINK, true),
            two_step(&on, to(), LINK, false),
            key(&on, to(), LINK, "Maya's phone", true),
            key(&on, to(), LINK, "Maya's phone", false),
            connection(&on, to(), LINK, "GitHub", true),
            connection(&on, to(), LINK, "GitHub", false),
        ]
    }

    #[test]
    fn each_email_names_the_address_the_product_and_the_way_on_in_both_parts() {
        for email in all() {
            let subject = &email.subject;
            assert!(subject.contains("Groundwork"), "{subject}");
            assert_eq!(email.links()[0], LINK, "{subject}");
            for part in ["maya@acme.example", LINK, "You received this email because"] {
                assert!(email.text.contains(part), "{subject}: {part}");
                assert!(email.html.contains(part), "{subject}: {part}");
            }
        }
    }

    #[test]
    fn links_say_how_long_they_work() {
        let emails = all();
        assert!(emails[0].text.contains("works for 24 hours"));
        assert!(emails[2].text.contains("for 30 minutes"));
        assert_eq!(spoken(Duration::from_hours(7 * 24)), "7 days");
        assert_eq!(emails[1].links(), [LINK, OTHER]);
    }
}
