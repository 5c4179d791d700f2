//! A project, and the pages about it.

use core_testing::Actor;

use super::{Form, Page, Pages};

pub(super) const FORMS: &[Form] = &[
    ("/projects", &[("name", "Planted")]),
    ("/projects/bulk", &[("action", "delete"), ("sure", "true")]),
    ("/projects/{id}", &[("name", "Stolen"), ("version", "1")]),
];

pub(super) async fn pages(owner: &Actor, pages: &mut Pages) {
    let made = owner.post("/projects", &[("name", "Rocket")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let path = made.location().to_owned();
    let id = path.trim_start_matches("/projects/").to_owned();
    let ask = |action: &str| {
        Page::After("/projects/bulk".into(), vec![("id", id.clone()), ("action", action.into())])
    };
    pages.extend([
        ("/projects", ask("assign")),
        ("/projects", ask("delete")),
        ("/projects/{id}", Page::At(path.clone())),
        ("/projects/{id}/edit", Page::At(format!("{path}/edit"))),
        ("/projects/{id}/delete", Page::At(format!("{path}/delete"))),
    ]);
}
