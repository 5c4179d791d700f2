//! The first page of a workspace: what stands on it for whom, and that one app's card is no danger
//! to the others.

use core_testing::{Actor, Answer, Role, Stage, Workspace, for_each_store};
use platform::{App, Permission, Result, Visit, day, ui::HomeCard};
use projects::{
    project::{Draft, Status},
    testing::{make, named},
};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::{apps, everywhere};

async fn project(stage: &Stage, at: &Workspace, draft: Draft) {
    stage.write_in(at, |db| async move { make(&db, draft).await }).await;
}

/// The lines of a page's outline that are links to a project, by name.
fn projects_on(page: &Answer) -> Vec<String> {
    let outline = page.outline();
    let links = outline.lines().filter(|line| line.contains("](/projects/0"));
    links.map(|line| line[1..line.find(']').unwrap_or(1)].to_owned()).collect()
}

#[tokio::test]
async fn a_new_workspace_is_led_through_being_set_up_until_that_is_done() {
    everywhere(async |world| {
        let ana = &world.ana;
        let page = ana.get("/").await;
        assert_eq!(page.status, 200);
        for text in ["Set up your workspace", "1 of 4", "Start your first project", "Members"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        let form = ana.get("/settings/general").await.form("/settings/general");
        ana.submit(&form, &[("zone", "UTC")]).await;
        assert!(ana.get("/").await.has_text("2 of 4"), "looking at it and saving is enough");
        world.project("Falcon").await;
        assert!(ana.get("/").await.has_text("3 of 4"));
        world.invitation("new@example.test").await;
        assert!(!ana.get("/").await.has_text("Set up your workspace"), "it ends by itself");
    })
    .await;
}

#[tokio::test]
async fn the_checklist_is_hidden_for_all_by_those_who_may() {
    everywhere(async |world| {
        let mia = world.stage.member(&world.acme, Role::Member).await;
        assert!(!mia.get("/").await.has_text("Set up your workspace"), "it is not her business");
        assert_eq!(mia.post("/setup/hide", &[]).await.status, 403);
        let form = world.ana.get("/").await.form("/setup/hide");
        for _ in ["the first time", "in another window"] {
            let hidden = world.ana.submit(&form, &[]).await;
            assert_eq!((hidden.status, hidden.location()), (303, "/"));
        }
        assert!(!world.ana.get("/").await.has_text("Set up your workspace"));
        assert!(world.bo.get("/").await.has_text("Set up your workspace"), "globex has its own");
    })
    .await;
}

#[tokio::test]
async fn my_projects_are_listed_what_is_late_first_and_what_is_new() {
    everywhere(async |world| {
        let (stage, acme, ana) = (&world.stage, &world.acme, &world.ana);
        let today = platform::zone::day_in("UTC", platform::clock::now());
        let mine = |name: &str, due: Option<i64>, status| Draft {
            owner_id: Some(ana.member_id()),
            due: due.map(|days| day::plus_days(today, days)),
            status,
            ..named(name)
        };
        for draft in [
            mine("Later", Some(30), Status::OnTrack),
            mine("Late", Some(-3), Status::AtRisk),
            mine("Some day", None, Status::OffTrack),
            mine("Over", Some(-9), Status::Done),
            named("Somebody's"),
        ] {
            project(stage, acme, draft).await;
        }
        let page = ana.get("/").await;
        let (own, news) = (projects_on(&page)[..3].to_vec(), projects_on(&page)[3..].to_vec());
        assert_eq!(own, ["Late", "Later", "Some day"]);
        assert_eq!(news, ["Somebody's", "Over", "Some day", "Late", "Later"]);
        for text in ["Open projects 4 of 5", "Overdue 1", "At risk 2", "3 days ago", "was created"]
        {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
        assert!(page.has_text("joined the workspace"));
        assert!(projects_on(&world.bo.get("/").await).is_empty(), "globex has none");
    })
    .await;
}

#[tokio::test]
async fn nobody_reads_there_what_their_role_does_not_show() {
    everywhere(async |world| {
        world.project("Falcon").await;
        let path = world.role("Guest").await;
        let id = path.rsplit('/').next().unwrap().parse().unwrap();
        let role = platform::AnyRole::Custom(platform::RoleId(id));
        let guest = world.stage.member_as(&world.acme, "Guest", role).await;
        let page = guest.get("/").await;
        assert_eq!(page.status, 200);
        assert!(page.has_text("There is nothing here for you yet"), "{}", page.words());
        for secret in ["Falcon", "project", "joined", "Invite"] {
            assert!(!page.has_text(secret), "{secret}: {}", page.words());
        }
    })
    .await;
}

#[tokio::test]
async fn home_comes_first_in_the_navigation_and_costs_few_queries() {
    everywhere(async |world| {
        for name in ["Falcon", "Heron", "Rocket"] {
            world.project(name).await;
        }
        world.stage.store.changes().poll().await.unwrap();
        world.ana.get("/").await;
        let page = world.ana.get("/").await;
        page.assert_queries_at_most(7);
        let outline = page.outline();
        let first = outline.lines().find(|line| line.starts_with('[')).unwrap_or_default();
        assert!(page.text.contains(r#"<a href="/" aria-current="page""#), "{first}\n{outline}");
    })
    .await;
}

struct Bad;

impl Permission for Bad {
    const KEY: &'static str = "bad.see";
    const LABEL: &'static str = "See what fails";
    const FROM: Role = Role::Viewer;
}

async fn refuses(_: Visit) -> Result<HomeCard> {
    Err(platform::Error::NotFound)
}

async fn panics(_: Visit) -> Result<HomeCard> {
    panic!("a card that panics, on purpose")
}

async fn asks_nonsense(visit: Visit) -> Result<HomeCard> {
    let backend = visit.db.get_database_backend();
    let nonsense = Statement::from_string(backend, "SELECT nothing FROM nowhere");
    visit.db.query_one_raw(nonsense).await?;
    Ok(HomeCard::new())
}

async fn never_ends(_: Visit) -> Result<HomeCard> {
    std::future::pending().await
}

/// What a member reads who looks at a first page that these cards are on.
async fn seen_with(stage: &Stage) -> (Answer, Actor) {
    let acme = stage.tenant("acme").await;
    let ana = stage.member(&acme, Role::Owner).await;
    project(stage, &acme, named("Falcon")).await;
    (ana.get("/").await, ana)
}

#[tokio::test]
async fn a_card_that_fails_takes_no_other_with_it() {
    let bad = || App::new("bad").permission::<Bad>();
    let broken = move || {
        let bad = bad().home::<Bad>(refuses).home::<Bad>(asks_nonsense).home::<Bad>(panics);
        std::iter::once(bad).chain(apps()).collect::<Vec<_>>()
    };
    for_each_store(broken, async |stage| {
        let (page, _) = seen_with(stage).await;
        assert_eq!(page.status, 200);
        for text in ["Part of this page did not load", "Falcon", "joined the workspace"] {
            assert!(page.has_text(text), "{text}: {}", page.words());
        }
    })
    .await;
}

#[tokio::test]
async fn a_card_that_never_ends_is_left_out_after_two_seconds() {
    let slow = || {
        let slow = App::new("bad").permission::<Bad>().home::<Bad>(never_ends);
        apps().into_iter().chain([slow]).collect::<Vec<_>>()
    };
    for_each_store(slow, async |stage| {
        let (page, _) = seen_with(stage).await;
        assert!(page.has_text("Part of this page did not load") && page.has_text("Falcon"));
    })
    .await;
}
