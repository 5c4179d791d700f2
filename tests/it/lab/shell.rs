//! What apps bring to the frame around every page: for whom, and that nothing of it is a danger to a page.

use std::sync::atomic::{AtomicU8, Ordering};

use core_testing::{Role, Stage, for_each_store};
use platform::{
    App, Permission, Result, Visit,
    ui::{Bell, ShellPart, Tone},
};
use sea_orm::{ConnectionTrait, Statement};

use super::{app, in_the_lab, own::Greeter};

/// A notice, a count of members and a line in the menu.
pub(super) async fn part(visit: Visit) -> Result<ShellPart> {
    let text = visit.extension::<Greeter>()?.to(&visit.member.name);
    let bell = Bell { icon: "bell", label: "Experiments".into(), count: 3, path: "/lab".into() };
    let part = ShellPart::new().bell(bell).menu("The lab", "user", "/lab");
    Ok(part.banner(Tone::Info, text, Some(("Answer", "/lab"))))
}

#[tokio::test]
async fn it_stands_on_every_page_for_those_who_may_see_it() {
    in_the_lab(async |stage, acme| {
        let (mia, vic) =
            (stage.member(acme, Role::Member).await, stage.member(acme, Role::Viewer).await);
        for path in ["/", "/projects", "/settings/members"] {
            let page = mia.get(path).await;
            assert_eq!(page.status, 200, "{path}");
            for text in [format!("Hello, {}.", mia.name), "The lab".into(), "Answer".into()] {
                assert!(page.has_text(&text), "{text} on {path}: {}", page.words());
            }
            assert!(page.text.contains("Experiments: 3 new"), "{path}");
            assert!(!vic.get(path).await.has_text("The lab"), "{path} for a viewer");
        }
        let mut request = mia.request(axum::http::Method::GET, "/projects");
        request.headers_mut().insert("hx-request", axum::http::HeaderValue::from_static("true"));
        let part = mia.send(request, "").await;
        assert!(!part.text.contains("Hello, "), "a part of a page has no frame to put it into");
    })
    .await;
}

/// Which way the app beside the lab misbehaves.
static WAY: AtomicU8 = AtomicU8::new(0);

struct See;

impl Permission for See {
    const KEY: &'static str = "unruly.see";
    const LABEL: &'static str = "See it";
    const FROM: Role = Role::Viewer;
}

async fn unruly(visit: Visit) -> Result<ShellPart> {
    let ask = |sql: &'static str| {
        let db = visit.db.clone();
        async move { db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await }
    };
    match WAY.load(Ordering::Relaxed) {
        0 => {
            ask("SELECT nonsense FROM \"tenant\".\"members\"").await?;
        }
        1 => panic!("it panics"),
        2 => tokio::time::sleep(std::time::Duration::from_mins(1)).await,
        _ => {
            for _ in 0..5 {
                ask("SELECT count(*) FROM \"tenant\".\"members\"").await?;
            }
        }
    }
    Ok(ShellPart::new().menu("Unruly", "user", "/unruly"))
}

fn apps() -> Vec<App> {
    let mut apps = crate::world::apps();
    apps.push(App::new("unruly").permission::<See>().shell::<See>(unruly));
    apps.push(app::app());
    apps
}

#[tokio::test]
async fn an_app_that_fails_is_left_out_and_the_page_and_the_others_are_there() {
    for_each_store(apps, async |stage: &Stage| {
        let acme = stage.tenant("acme").await;
        let mia = stage.member(&acme, Role::Member).await;
        for (way, others) in [(0, true), (1, true), (2, true), (3, false)] {
            WAY.store(way, Ordering::Relaxed);
            let page = mia.get("/projects").await;
            assert_eq!(page.status, 200, "{way}");
            assert!(page.has_text("New project") && !page.text.contains("/unruly") || way == 3);
            // The queries it used up are not there for those behind it.
            assert_eq!(page.text.contains("Experiments: 3 new"), others, "{way}");
        }
    })
    .await;
}
