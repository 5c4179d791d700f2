//! The README of each app names what the app brings, so that it is no memory of an earlier one.

use std::{fs, path::Path};

use crate::world;

/// What must stand in the README of each app, by the app's name.
fn brought() -> Vec<(String, String)> {
    let apps = world::registry();
    let pages = apps.routes.iter().filter(|route| route.method == "GET");
    // In the admin a resource has the pages of its app once more; its list is named by who has no other.
    let is_own = |path: &str| match path.strip_prefix("/admin/") {
        Some(rest) => {
            let path = format!("/{}", rest.split('/').next().unwrap_or_default());
            !rest.contains('/') && !apps.routes.iter().any(|route| route.path == path)
        }
        None => true,
    };
    let pages = pages.filter(|route| is_own(route.path));
    let pages = pages.map(|route| (route.app.to_owned(), route.path.to_owned()));
    let named = |name: &str| name.split_once('.').map(|(app, _)| (app.to_owned(), name.to_owned()));
    let permissions = apps.permissions.iter().filter_map(|grant| named(grant.key));
    let tables = apps.tables.iter().map(|table| (table.app.to_owned(), table.name.clone()));
    // What is not called by its app is one of the platform's own.
    let jobs = apps.jobs(&world::config());
    let jobs = jobs.tallies().keys().filter(|name| !name.contains("::"));
    let jobs: Vec<_> = jobs.filter_map(|name| named(name)).collect();
    pages.chain(permissions).chain(tables).chain(jobs).collect()
}

#[test]
fn a_readme_names_every_page_permission_table_and_job_of_its_app() {
    let apps = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../apps");
    let (brought, mut missing) = (brought(), vec![]);
    assert!(brought.len() > 40, "{brought:?}");
    for (app, name) in brought {
        // One that was moved elsewhere, or a name of the platform's.
        let Ok(text) = fs::read_to_string(apps.join(&app).join("README.md")) else { continue };
        if !text.contains(&format!("`{name}`")) {
            missing.push(format!("apps/{app}/README.md does not name `{name}`"));
        }
    }
    missing.sort();
    assert!(missing.is_empty(), "{missing:#?}");
}
