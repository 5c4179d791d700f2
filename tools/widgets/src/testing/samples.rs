//! Two widgets, the pages about them, and what can be sent: for whatever looks at all routes.

use core_testing::{Actor, Things};

/// Table and column of texts that are the program's own words, such as a status.
pub const WORDS: &[(&str, &str)] = &[];

/// Makes them. Forms stand in an order in which each changes something.
pub async fn samples(owner: &Actor, things: &mut Things) {
    let (first, second) = (make(owner, "Rocket").await, make(owner, "Falcon").await);
    let id = second.trim_start_matches("/widgets/");

    things.page("/widgets", "/widgets?q=a");
    things.after("/widgets/bulk", &[("id", id), ("action", "delete")]);
    things.page("/widgets/{id}", &first);
    things.page("/widgets/{id}/edit", format!("{first}/edit"));
    things.page("/widgets/{id}/delete", format!("{second}/delete"));

    let edit = [("name", "Comet"), ("notes", "Down"), ("version", "1")];
    things.form("/widgets", "/widgets", &[("name", "Planted"), ("notes", "")]);
    things.form("/widgets/{id}", &first, &edit);
    things.form("/widgets/{id}/delete", format!("{first}/delete"), &[]);
    let bulk = [("sure", "true"), ("id", id), ("action", "delete")];
    things.form("/widgets/bulk", "/widgets/bulk", &bulk);
}

/// Gives its path.
async fn make(owner: &Actor, name: &str) -> String {
    let made = owner.post("/widgets", &[("name", name), ("notes", "Up")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    made.location().to_owned()
}
