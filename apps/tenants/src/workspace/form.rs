//! What people type to describe a workspace, and what is wrong with it.

use platform::{spine::Slug, ui::Errors};

/// The longest name.
pub(crate) const NAME: usize = 60;

/// Says what is wrong with a name.
pub(crate) fn check_name(name: &str, errors: &mut Errors) {
    let length = name.trim().chars().count();
    errors.ensure(length > 0, "name", "Give the workspace a name.");
    errors.ensure(length <= NAME, "name", "Use at most 60 characters.");
    let is_plain = |c: char| !c.is_control();
    errors.ensure(name.chars().all(is_plain), "name", "Use letters, digits and symbols only.");
}

/// The address that was typed, or where none was, the one that the name suggests.
pub(crate) fn slug_of(typed: &str, name: &str) -> String {
    match typed.trim() {
        "" => Slug::suggest(name),
        typed => typed.to_lowercase(),
    }
}
