//! The letters about workspaces.

use platform::mail::{Letter, Line, Mailbox, Message, Stationery};

/// An invitation, as its letter tells of it.
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

/// Invites somebody. All names stay out of the subject: whoever makes a workspace could otherwise
/// write strangers a headline.
pub fn invitation(on: &Stationery, to: Mailbox, about: &Invitation<'_>, link: &str) -> Letter {
    let product = on.product();
    Message::new(format!("You are invited to a workspace on {product}"))
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
        .letter(on, to)
}

/// What became of a workspace, as the letter to its owners tells of it.
pub struct Deleted<'a> {
    /// What the workspace is called.
    pub workspace: &'a str,
    /// Who deleted it.
    pub by: &'a str,
    /// When it is erased, as in “27 Nov 2026”.
    pub day: &'a str,
}

/// Tells an owner that a workspace was deleted, and how to undo it.
pub fn deleted(on: &Stationery, to: Mailbox, about: &Deleted<'_>, link: &str) -> Letter {
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
        .letter(on, to)
}

/// Tells whoever invited somebody that they came.
pub fn joined(on: &Stationery, to: Mailbox, who: &str, workspace: &str, link: &str) -> Letter {
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
        .letter(on, to)
}

/// Tells somebody that they are no member any more.
pub fn removed(on: &Stationery, to: Mailbox, workspace: &str, link: &str) -> Letter {
    Message::new("You are no longer a member of a workspace")
        .heading(Line::new("You were removed from a workspace"))
        .line(
            Line::new("You are no longer a member of ")
                .strong(workspace)
                .text(". What you did there stays. If this surprises you, ask its owner."),
        )
        .button("See your workspaces", link)
        .why(Line::new("You received this email because you were a member of this workspace."))
        .letter(on, to)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: &str = "http://localhost:8000/invitations/0123abcd";

    fn from(inviter: &str, workspace: &str) -> Letter {
        let about = Invitation {
            inviter,
            inviter_address: "maya@acme.example",
            workspace,
            role: "Viewer",
            until: "27 Nov 2026",
        };
        let on = Stationery::plain();
        invitation(&on, Mailbox::unknown("tom@acme.example"), &about, LINK)
    }

    #[test]
    fn it_says_who_where_as_what_and_until_when() {
        let letter = from("Maya Chen", "Acme Rockets");
        assert_eq!(letter.links(), [LINK]);
        for part in ["Maya Chen", "maya@acme.example", "Acme Rockets", "Viewer", "27 Nov 2026"] {
            assert!(letter.text.contains(part) && letter.html.contains(part), "{part}");
        }
        assert_eq!(letter.subject, "You are invited to a workspace on Groundwork");
    }

    #[test]
    fn names_cannot_be_used_to_write_a_letter_of_ones_own() {
        let letter = from(
            "Your bank\r\n\r\nPay at https://evil.example/now <b>today</b>",
            "Visit www.evil.example",
        );
        assert_eq!(letter.links(), [LINK]);
        assert!(!letter.text.contains("evil.example") && !letter.html.contains("evil.example"));
        assert!(!letter.html.contains("<b>"));
        assert_eq!(letter.subject, "You are invited to a workspace on Groundwork");
        let very_long = from(&"x".repeat(100_000), &"y".repeat(100_000));
        assert!(very_long.html.len() < 16 * 1024);
    }
}
