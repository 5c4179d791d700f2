//! What is typed: something good into every field, and into one of them something else.

use core_testing::Control;

use super::{
    scene::{PASSWORD, Scene},
    walk::Found,
};

/// Nothing that a page sends back may look like this.
pub(super) const MARKUP: &str = "<script>alert(1)</script><img src=x onerror=\"alert('2')\">";

/// One thing to do to one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Empty,
    Long,
    Nul,
    RightToLeft,
    Override,
    Markup,
    WrongType,
    Missing,
    Doubled,
}

impl Value {
    pub(super) const ALL: [Self; 9] = [
        Self::Empty,
        Self::Long,
        Self::Nul,
        Self::RightToLeft,
        Self::Override,
        Self::Markup,
        Self::WrongType,
        Self::Missing,
        Self::Doubled,
    ];

    /// All that is sent for the field instead of `good`.
    pub(super) fn instead_of(self, good: &str, control: &Control) -> Vec<String> {
        vec![match self {
            Self::Empty => String::new(),
            Self::Long => "x".repeat(10_000),
            Self::Nul => format!("a\0{good}"),
            Self::RightToLeft => "שלום עולם".to_owned(),
            Self::Override => format!("a\u{202e}{good}"),
            Self::Markup => MARKUP.to_owned(),
            Self::WrongType => wrong_type(control).to_owned(),
            Self::Missing => return vec![],
            Self::Doubled => return vec![good.to_owned(), good.to_owned()],
        }]
    }

    /// Must it be refused in such a field?
    pub(super) fn is_bad_in(self, control: &Control) -> bool {
        let free = matches!(&*control.kind, "" | "text" | "textarea" | "password");
        match self {
            Self::Long | Self::Nul | Self::Override => true,
            Self::Empty | Self::Missing => control.required,
            // A select takes one of its options, a hidden field what the page wrote into it.
            Self::RightToLeft | Self::Markup | Self::WrongType => !free,
            Self::Doubled => false,
        }
    }
}

fn wrong_type(control: &Control) -> &'static str {
    match &*control.kind {
        "date" => "2026-13-45",
        "email" => "not an address",
        "" | "text" | "textarea" | "password" => "[1, {\"a\": null}]",
        _ => "no such thing",
    }
}

/// What makes a form good where its page leaves something to be typed.
pub(super) fn good(found: &Found, scene: &Scene, control: &Control) -> String {
    let number = scene.number;
    match (found.to, &*control.name) {
        ("/login", "email") => scene.known.clone(),
        ("/login" | "/account/prove", "password") | ("/account/password", "current") => {
            PASSWORD.to_owned()
        }
        ("/signup" | "/forgot" | "/account/email" | "/login/link", "email") | (_, "emails") => {
            format!("fresh{number}@example.test")
        }
        ("/settings/general/delete", "slug") => scene.workspace.tenant.slug.clone(),
        ("/settings/members/{id}/owner" | "/account/delete", "email") => scene.member.clone(),
        ("/settings/members/{id}/role", "role") => "viewer".to_owned(),
        ("/settings/roles/{id}/delete", "instead") => "member".to_owned(),
        ("/account/security/totp", "code") => scene.code.clone(),
        // Whoever lacks a second step asks nobody for one.
        ("/settings/security", "two_step") => String::new(),
        ("/settings/security", "hours") => "720".to_owned(),
        ("/settings/billing/plan" | "/workspaces/plan", "plan") => "team".to_owned(),
        ("/settings/billing/plan", "way") => "pay".to_owned(),
        (_, "slug") => format!("fresh-{number}"),
        (_, "password") => format!("seven boats below bridge {number}"),
        (_, "name") => format!("Falcon {number}"),
        // What can be typed is changed, or saving would keep nothing; the rest stays as the page has it.
        _ if control.value.is_empty() || control.kind == "text" => {
            sample(found, scene, control).unwrap_or_else(|| control.value.clone())
        }
        _ => control.value.clone(),
    }
}

/// What the samples of the apps fill in.
fn sample(found: &Found, scene: &Scene, control: &Control) -> Option<String> {
    let fields =
        scene.forms.iter().filter(|sent| sent.route == found.to).flat_map(|sent| &sent.fields);
    fields.into_iter().find(|(name, _)| *name == control.name).map(|(_, value)| value.clone())
}
