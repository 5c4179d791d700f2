//! What people type to describe a workspace, and what is wrong with it.

use platform::{text, ui::Errors, workspaces::Slug};

/// The longest name.
pub(crate) const NAME: usize = 60;

/// Says what is wrong with a name.
pub(crate) fn check_name(name: &str, errors: &mut Errors) {
    if let Err(problem) = name_of(name) {
        errors.add("name", problem);
    }
}

/// A name as it is stored, or what is wrong with it.
pub(super) fn name_of(typed: &str) -> Result<String, &'static str> {
    let name = text::one_line(typed).trim().to_owned();
    match name.chars().count() {
        0 => Err("Give the workspace a name."),
        1..=NAME => Ok(name),
        _ => Err("Use at most 60 characters."),
    }
}

/// The address that was typed, or where none was, the one that the name suggests.
pub(crate) fn slug_of(typed: &str, name: &str) -> String {
    match typed.trim() {
        "" => Slug::suggest(name),
        typed => typed.to_lowercase(),
    }
}
