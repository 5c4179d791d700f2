//! The emails about workspaces.

use platform::{
    mail::{Branding, Email, Line, Mailbox, Message},
    text,
    workspaces::Slug,
};

/// An invitation, as its email tells of it.
pub struct Invitation<'a> {
    /// What the inviter is called.
    pub inviter: &'a str,
    /// Their address, so that one can ask them.
    pub inviter_address: &'a str,
    /// What the workspace is called.
    pub workspace: &'a str,
    /// The role, as people read it.
    pub role: &'a str,
    /// The last day, as in “27 Nov 2026”.
    pub until: &'a str,
}

/// Invites somebody. The subject names who and where, unless a name could pass for more than a name:
/// whoever makes a workspace could otherwise write strangers a headline in our name.
pub fn invitation(on: &Branding, to: Mailbox, about: &Invitation<'_>, link: &str) -> Email {
    let product = on.product();
    let subject = match (plain_name(about.inviter, product), plain_name(about.workspace, product)) {
        (Some(inviter), Some(workspace)) => format!("{inviter} invited you to {workspace}"),
        _ => format!("You are invited to a workspace on {product}"),
    };
    Message::new(subject)
        .heading(Line::default().typed(about.inviter).text(" invited you"))
        .line(
            Line::default()
                .typed(about.inviter)
                .text(" (")
                .typed(about.inviter_address)
                .text(") would like you to join ")
                .strong(about.workspace)
                .text(format!(" on {product}. Your role there: "))
                .typed(about.role)
                .text("."),
        )
        .button("See the invitation", link)
        .small(
            Line::new("It is for ")
                .typed(&to.address)
                .text(format!(" only and expires on {}.", about.until)),
        )
        .small("If you don't know them, you can ignore this email.")
        .why(Line::new("You received this email because ").typed(about.inviter).text(
            " typed \
                        your address.",
        ))
        .email(on, to)
}

/// Longer names are sentences.
const LONGEST: usize = 40;

/// A name that is fit for a subject: short, of letters, digits and a few signs between them. No address,
/// no number to call, no exclamation, nothing that speaks for the product or one of its offices.
fn plain_name(name: &str, product: &str) -> Option<String> {
    let name = text::one_line(name);
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_short = !words.is_empty() && name.chars().count() <= LONGEST;
    let is_word = |word: &&str| {
        let core = word.trim_end_matches(['.', ',']);
        core.chars().all(|c| c.is_alphanumeric() || is_mark(c) || "-'’&()".contains(c))
    };
    let digits = name.chars().filter(|c| c.is_numeric()).count();
    let (product, key) = (text::name_key(product), text::name_key(&name));
    let speaks = key.contains(&product) || words.iter().any(|word| Slug::is_reserved(word));
    (is_short && words.iter().all(is_word) && digits <= 4 && !speaks).then(|| words.join(" "))
}

/// Accents, vowel signs and joiners belong to the letters of many scripts.
fn is_mark(c: char) -> bool {
    text::is_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// What became of a workspace, as the email to its owners tells of it.
pub struct Deleted<'a> {
    /// What the workspace is called.
    pub workspace: &'a str,
    /// Who deleted it.
    pub by: &'a str,
    /// When it is erased, as in “27 Nov 2026”.
    pub day: &'a str,
}

/// Tells an owner that a workspace was deleted, and how to undo it.
pub fn deleted(on: &Branding, to: Mailbox, about: &Deleted<'_>, link: &str) -> Email {
    Message::new("A workspace of yours was deleted")
        .heading(Line::new("A workspace was deleted"))
        .line(Line::default().typed(about.by).text(" deleted ").strong(about.workspace).text(
            format!(
                ". Everyone has lost access, and on {} everything in it is permanently deleted. \
                 Until then, you can undo this in your list of workspaces.",
                about.day
            ),
        ))
        .button("See your workspaces", link)
        .why(Line::new("You received this email because you own this workspace."))
        .email(on, to)
}

/// Tells whoever invited somebody that they came.
pub fn joined(on: &Branding, to: Mailbox, who: &str, workspace: &str, link: &str) -> Email {
    Message::new("Your invitation was accepted")
        .heading(Line::default().typed(who).text(" joined"))
        .line(
            Line::default()
                .typed(who)
                .text(" accepted your invitation and is now a member of ")
                .strong(workspace)
                .text("."),
        )
        .button("See the members", link)
        .why(Line::new("You received this email because you invited them."))
        .email(on, to)
}

/// Tells somebody that they are no member any more.
pub fn removed(on: &Branding, to: Mailbox, workspace: &str, link: &str) -> Email {
    Message::new("You are no longer a member of a workspace")
        .heading(Line::new("You were removed from a workspace"))
        .line(
            Line::new("You are no longer a member of ")
                .strong(workspace)
                .text(". What you did there stays. If this surprises you, ask its owner."),
        )
        .button("See your workspaces", link)
        .why(Line::new("You received this email because you were a member of this workspace."))
        .email(on, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "http://localhost:8000/invitations/0123abcd";

    fn from(inviter: &str, workspace: &str) -> Email {
        let about = Invitation {
            inviter,
            inviter_address: "maya@acme.example",
            workspace,
            role: "Viewer",
            until: "27 Nov 2026",
        };
        let on = Branding::plain();
        invitation(&on, Mailbox::unknown("tom@acme.example"), &about, LINK)
    }

    #[test]
    fn it_says_who_where_as_what_and_until_when() {
        let email = from("Maya Chen", "Acme Rockets");
        assert_eq!(email.links(), [LINK]);
        for part in ["Maya Chen", "maya@acme.example", "Acme Rockets", "Viewer", "27 Nov 2026"] {
            assert!(email.text.contains(part) && email.html.contains(part), "{part}");
        }
        assert_eq!(email.subject, "Maya Chen invited you to Acme Rockets");
    }

    #[test]
    fn the_subject_names_who_and_where_unless_a_name_is_more_than_a_name() {
        for (inviter, workspace) in [
            ("Maya Chen", "Acme Rockets"),
            ("Zo\u{eb} O'Neil-M\u{fc}ller", "M\u{fc}ller & S\u{f6}hne Inc."),
            ("\u{5f20}\u{4f1f}", "\u{938}\u{940}\u{930}\u{93e}"),
        ] {
            let subject = from(inviter, workspace).subject;
            assert_eq!(subject, format!("{inviter} invited you to {workspace}"));
        }
        for bad in [
            "evil.example",
            "https://evil.example",
            "Pay now!",
            "Call +49 30 1234567",
            "Your invoice: overdue",
            "a@evil.example",
            "evil\u{3002}example",
            "Groundwork Team",
            "Security",
            "S3curity",
            "\u{200b}",
            "a very long name that goes on and says something",
            "Maya\r\nBcc: x",
        ] {
            for email in [from(bad, "Acme"), from("Maya", bad)] {
                assert_eq!(email.subject, "You are invited to a workspace on Groundwork", "{bad}");
            }
        }
    }

    #[test]
    fn names_cannot_be_used_to_write_a_letter_of_ones_own() {
        let email = from(
            "Your bank\r\n\r\nPay at https://evil.example/now <b>today</b>",
            "Visit www.evil.example",
        );
        assert_eq!(email.links(), [LINK]);
        assert!(!email.text.contains("evil.example") && !email.html.contains("evil.example"));
        assert!(!email.html.contains("<b>"));
        assert_eq!(email.subject, "You are invited to a workspace on Groundwork");
        let very_long = from(&"x".repeat(100_000), &"y".repeat(100_000));
        assert!(very_long.html.len() < 16 * 1024);
    }
}
