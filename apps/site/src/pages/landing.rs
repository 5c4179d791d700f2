//! The front page: what this is, shown rather than praised.

use askama::Template;
use platform::{Public, Result, Ui, process::Platform, request::CurrentSession, ui};

use super::{first_step, front};

/// The two lines above all else.
pub(crate) const HEADLINE: [&str; 2] = ["Lay the groundwork.", "Ship the rest."];
const TITLE: &str = "Projects, people and permissions in one place";
const DESCRIPTION: &str = "Projects, people and permissions in one calm workspace, at an address of \
                           its own, with data that the database itself keeps apart.";

/// What stands in each workspace, as icon and words.
const INCLUDED: [(&str, &str); 5] = [
    ("globe", "Own address"),
    ("database", "Own data"),
    ("users", "Members"),
    ("user-cog", "Roles"),
    ("mail", "Invitations"),
];

/// Who may do what: admins, members, viewers.
const MATRIX: [(&str, [bool; 3]); 3] = [
    ("See projects", [true, true, true]),
    ("Change projects", [true, true, false]),
    ("Invite members", [true, false, false]),
];

/// What comes with it, as icon, title and text.
const MORE: [(&str, &str, &str); 3] = [
    (
        "database",
        "Data in a place of its own",
        "A SQLite file or a PostgreSQL schema for each workspace. No two workspaces’ projects lie \
         in one table.",
    ),
    (
        "mail-check",
        "Mail and jobs that hold",
        "What follows a change is kept with the change: done once it is saved, tried again while a \
         server is down, never for what was undone.",
    ),
    (
        "shield-check",
        "A door that gives nothing away",
        "Known address or not, the answer is the same. Tries are counted, and passwords are kept \
         as Argon2id hashes.",
    ),
];

/// What the separation comes down to, as figure and meaning.
const FACTS: [(&str, &str); 3] = [
    ("1 place", "for each workspace’s data"),
    ("404", "for whatever is somebody else’s"),
    ("1 s", "until a changed role counts everywhere"),
];

#[derive(Template)]
#[template(path = "site/landing.html")]
struct Landing<'a> {
    product: &'a str,
    person: Option<&'a str>,
    /// Two workspaces’ hosts, as they would be on this very site.
    hosts: [String; 2],
    step: (&'static str, &'static str),
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    ui: Ui,
) -> Result {
    let host = |slug| {
        let origin = core.config.workspace_origin(slug);
        origin.split_once("//").map_or("", |(_, host)| host).to_owned()
    };
    let page = Landing {
        product: &core.brand.name,
        person: session.as_ref().map(|session| session.name.as_str()),
        hosts: [host("acme-rockets"), host("globex")],
        step: first_step(session.is_some()),
    };
    ui.public(front(core.store.plans()), TITLE, DESCRIPTION, &page)
}
