//! What the tests of the whole site need to try every route of this app.

use core_testing::{Actor, Things};

/// Table and column of texts that are the program's own words, such as a status.
pub const WORDS: &[(&str, &str)] = &[];

/// A line for each page and each form: `things.page(route, address)`, `things.form(route, address, fields)`.
pub async fn samples(_owner: &Actor, things: &mut Things) {
    things.page("/blank_widgets", "/blank_widgets");
}
