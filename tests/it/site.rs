//! The public pages lead nowhere that is not there.

use core_testing::{Actor, Stage};

use crate::world::everywhere_selling;

/// What a page asks for or leads to on its own host, fragments included.
fn addresses(html: &str) -> Vec<String> {
    let after = |mark| html.split(mark).skip(1).filter_map(|rest: &str| rest.split('"').next());
    let all = after(" href=\"").chain(after(" src=\""));
    all.filter(|address| !address.is_empty()).map(|address| address.replace("&#38;", "&")).collect()
}

/// What is wrong with an address on the page at `path`.
async fn problem(stage: &Stage, actor: &Actor, path: &str, address: &str) -> Option<String> {
    let (target, fragment) = address.split_once('#').unwrap_or((address, ""));
    let target = if target.is_empty() { path } else { target };
    // Followed like any other as soon as an app brings it.
    if target == site::SIGN_UP && stage.routes.iter().all(|route| route.path != site::SIGN_UP) {
        return None;
    }
    let answer = actor.go(&format!("{}{target}", actor.account_origin())).await;
    let there = fragment.is_empty() || answer.text.contains(&format!(r#"id="{fragment}""#));
    let good = answer.status == 200 && there;
    (!good).then(|| format!("{path}: {address} answered {}, {fragment}: {there}", answer.status))
}

#[tokio::test]
async fn every_address_on_the_public_pages_is_there() {
    everywhere_selling(async |world| {
        let stranger = world.stage.visitor();
        let mut wrong = vec![];
        for actor in [&stranger, &world.ana] {
            for path in ["/", "/pricing"] {
                let page = actor.get(&format!("{}{path}", actor.account_origin())).await;
                assert_eq!(page.status, 200, "{path}");
                let found = addresses(&page.text);
                assert!(found.len() > 20, "{path} has links and files: {found:?}");
                for address in found {
                    wrong.extend(problem(&world.stage, actor, path, &address).await);
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    })
    .await;
}

#[tokio::test]
async fn the_front_door_is_open_and_leads_in() {
    everywhere_selling(async |world| {
        let stranger = world.stage.visitor();
        assert_eq!(stranger.get("/").await.status, 200);
        let page = world.ana.get(&format!("{}/", world.ana.account_origin())).await;
        assert!(page.text.contains(r#"href="/workspaces">Workspaces</a>"#));
        let acme = world.stage.visitor_at(&world.acme);
        assert_eq!(acme.get("/pricing").await.status, 404, "workspaces have no such pages");
    })
    .await;
}
