//! The palette: everything that somebody may open is in it, and nothing else.

use std::collections::BTreeSet;

use core_testing::{Actor, Answer, Role, Stage, Workspace};
use platform::{Member, PermissionDef, resource::admin::UseAdmin};

use crate::world::everywhere;

/// Where its lines lead.
fn links(page: &Answer) -> BTreeSet<String> {
    let (_, found) = page.text.split_once("data-palette-results").expect("a page of the palette");
    let found = found.split("</main>").next().unwrap();
    let links = found.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    links.map(str::to_owned).collect()
}

async fn search(who: &Actor, words: &str) -> BTreeSet<String> {
    links(&who.get(&format!("/search?q={words}")).await)
}

async fn read(stage: &Stage, acme: &Workspace, who: &Actor) -> Member {
    let id = who.member_id();
    let found = |db| async move { core_access::get_member(&db, id).await };
    stage.write_in(acme, found).await
}

#[tokio::test]
async fn whatever_is_registered_is_reached_and_nothing_that_is_refused() {
    everywhere(async |world| {
        world.project("Depot").await;
        for role in [Role::Owner, Role::Admin, Role::Member, Role::Viewer] {
            let who = world.stage.member(&world.acme, role).await;
            let mut all = links(&who.get("/search").await);
            for words in ["new", "import", "export", "undo", "dep", "a", "e"] {
                all.extend(search(&who, words).await);
            }
            for path in &all {
                let status = who.get(path).await.status;
                assert!(matches!(status, 200 | 303), "{role:?} is led to {path}: {status}");
            }
            let mut wanted: Vec<String> = vec![];
            let member = read(&world.stage, &world.acme, &who).await;
            let (nav, settings) = (&world.stage.core.nav, &world.stage.core.settings);
            let entries = nav.iter().chain(settings).filter(|entry| entry.is_for(&member));
            wanted.extend(entries.map(|entry| entry.path.to_owned()));
            for one in &world.stage.registry.resources {
                let is_in_admin = one.path == one.admin_path;
                if !member.may(&one.sees)
                    || (is_in_admin && !member.may(&PermissionDef::of::<UseAdmin>()))
                {
                    continue;
                }
                wanted.extend([one.path.to_owned(), format!("{}/export", one.path)]);
                if member.may(&one.manages) && !one.resource.is_read_only() {
                    let under =
                        ["new", "import", "undo"].map(|deed| format!("{}/{deed}", one.path));
                    wanted.extend(under);
                }
            }
            for path in wanted {
                assert!(all.contains(&path), "{role:?} does not find {path} in {all:#?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn records_are_found_by_their_words_and_those_of_other_workspaces_are_not() {
    everywhere(async |world| {
        let depot = world.project("Depot <b>north</b>").await;
        let theirs = world.bo.post("/projects", &[("name", "Depot of Bo")]).await;
        let theirs = theirs.location().to_owned();
        let found = search(&world.ana, "depot").await;
        assert!(found.contains(&depot) && !found.contains(&theirs), "{found:#?}");
        let page = world.ana.get("/search?q=DEPOT").await;
        assert!(page.text.contains("Depot &#60;b&#62;north&#60;/b&#62;"), "{}", page.text);
        // A letter is in too much; what nothing has, and what no text can have, finds nothing.
        assert!(!search(&world.ana, "d").await.contains(&depot));
        for words in ["%00", "depot%00", "%25", "nobody%20has%20this"] {
            let page = world.ana.get(&format!("/search?q={words}")).await;
            assert_eq!(page.status, 200);
            assert!(!links(&page).contains(&depot), "{words}");
        }
        let page = world.ana.get("/search?q=zzz").await;
        assert!(page.has_text("Nothing matches “zzz”"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn what_can_be_done_to_the_open_record_is_offered_to_whoever_may_do_it() {
    everywhere(async |world| {
        let depot = world.project("Depot").await;
        let from = format!("/search?from={depot}");
        let found = links(&world.ana.get(&from).await);
        assert!(found.contains(&format!("{depot}/edit")), "{found:#?}");
        assert!(found.contains(&format!("{depot}/delete")), "{found:#?}");
        let viewer = world.stage.member(&world.acme, Role::Viewer).await;
        let found = links(&viewer.get(&from).await);
        assert!(!found.iter().any(|path| path.starts_with(&*depot)), "{found:#?}");
        // Nor is a record of another workspace, nor what is no page of a record.
        let found = links(&world.bo.get(&from).await);
        assert!(!found.iter().any(|path| path.starts_with(&*depot)), "{found:#?}");
        for from in ["/projects", "/projects/x", "/projects/", "//evil.test/x", "%00"] {
            assert_eq!(world.ana.get(&format!("/search?from={from}")).await.status, 200, "{from}");
        }
    })
    .await;
}
