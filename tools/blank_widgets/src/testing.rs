//! What the tests of the whole site need to try every route of this app.

use core_testing::{Actor, Things};

/// A line for each page and each form: `things.page(route, address)`, `things.form(route, address, fields)`.
pub async fn samples(_owner: &Actor, things: &mut Things) {
    things.page("/blank_widgets", "/blank_widgets");
}
