//! The example identity provider of development, which lets anybody be one of three people.

mod keys;
mod pages;
#[cfg(test)]
mod tests;

use platform::App;

/// What this app brings. For development alone: whoever reaches it is whoever they like.
pub fn app() -> App {
    App::new("example_id").account(pages::routes())
}

/// Somebody there.
pub(crate) struct Person {
    pub(crate) subject: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    pub(crate) is_verified: bool,
    /// What happens with them.
    pub(crate) about: &'static str,
}

pub(crate) const PEOPLE: [Person; 3] = [
    Person {
        subject: "maya",
        name: "Maya Chen",
        email: "maya@acme.example",
        is_verified: true,
        about: "Connected to the demo account of Maya",
    },
    Person {
        subject: "noor",
        name: "Noor Haddad",
        email: "noor@new.example",
        is_verified: true,
        about: "New here: makes an account",
    },
    Person {
        subject: "uma",
        name: "Uma Berg",
        email: "uma@new.example",
        is_verified: false,
        about: "New here, with an address that nobody has confirmed",
    },
];
