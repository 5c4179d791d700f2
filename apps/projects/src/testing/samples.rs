//! Two projects, the pages about them, and what can be sent: for whatever looks at all routes.

use core_testing::{Actor, Things};

/// Table and column of texts that are the program's own words, and nobody's.
pub const WORDS: &[(&str, &str)] = &[("projects", "status")];

/// Makes them. Forms stand in an order in which each changes something.
pub async fn samples(owner: &Actor, things: &mut Things) {
    let member = &*owner.member_id().to_string();
    let (first, second) = (make(owner, "Rocket").await, make(owner, "Falcon").await);
    let id = second.trim_start_matches("/projects/");

    things.page("/projects", "/projects?q=a");
    things.page("/projects", format!("/projects?owner={member}"));
    things.after("/projects/bulk", &[("id", id), ("action", "ask-owner")]);
    things.after("/projects/bulk", &[("id", id), ("action", "delete")]);
    things.page("/projects/{id}", &first);
    things.page("/projects/{id}/edit", format!("{first}/edit"));
    things.page("/projects/{id}/delete", format!("{first}/delete"));

    let edit = [("name", "Comet"), ("summary", "Down"), ("status", "done"), ("version", "1")];
    let bulk = [("sure", "true"), ("id", id)];
    things.form("/projects", "/projects", &[("name", "Planted")]);
    things.form("/projects", "/projects", &[("name", "Owned"), ("owner", member)]);
    things.form("/projects/{id}", &first, &edit);
    things.form("/projects/{id}/delete", format!("{first}/delete"), &[]);
    let assign = [("action", "ask-owner"), ("value", member)];
    things.form("/projects/bulk", "/projects/bulk", &[&bulk[..], &assign].concat());
    things.form("/projects/bulk", "/projects/bulk", &[&bulk[..], &[("action", "delete")]].concat());
}

/// Gives its path.
async fn make(owner: &Actor, name: &str) -> String {
    let made = owner.post("/projects", &[("name", name), ("summary", "Up")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    made.location().to_owned()
}
