//! The list: what is found, in which order, and what each role sees.

use core_testing::{Answer, Role, for_each_store};
use platform::{
    clock,
    ui::{Calendar, Locale},
};

use super::{acme, apps, project, three};
use crate::{
    project::{Draft, Status},
    testing::{many, named},
};

/// The names in the order in which they are listed.
fn names(page: &Answer) -> Vec<String> {
    let outline = page.outline();
    let links = outline.lines().filter(|line| {
        let id = line.split_once("](/projects/").map(|(_, id)| id.trim_end_matches(')'));
        id.is_some_and(|id| id.len() == 36)
    });
    links.map(|line| line[1..line.find(']').unwrap_or(1)].to_owned()).collect()
}

#[tokio::test]
async fn words_are_found_in_name_and_summary_whatever_their_case() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let summary = "Grows on TREES, 50%_off \\ [fresh]".to_owned();
        project(stage, &acme, Draft { summary, ..named("Äpfel") }).await;
        project(stage, &acme, named("Boat")).await;
        assert!(ana.get("/projects").await.has_text("Grows on TREES"), "under the name");
        for good in ["äpfel", "ÄPFEL", "trees", "+grows+", "50%25_", "\\", "[FRESH]", "%C3%84pf"]
        {
            let page = ana.get(&format!("/projects?q={good}")).await;
            assert_eq!(names(&page), ["Äpfel"], "{good}");
            assert!(page.has_text("1 project found."));
        }
        for bad in ["_pfel", "%25", "*", "?", "[a]", "5_%25", "nothing"] {
            let bad = ana.get(&format!("/projects?q=B{bad}")).await;
            assert!(names(&bad).is_empty() && bad.has_text("No project matches “B"));
        }
    })
    .await;
}

#[tokio::test]
async fn filters_narrow_the_list_and_can_be_taken_away() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        three(stage, &acme).await;
        let owned = Draft { owner_id: ana.member, ..named("Owned") };
        project(stage, &acme, owned).await;

        let page = ana.get("/projects?status=at_risk&status=done").await;
        assert_eq!(names(&page), ["Boat", "Rocket"]);
        assert!(page.has_text("Status: At risk, Done"));
        assert!(page.outline().contains("[](/projects)"), "a link without the filter");

        let mine = format!("/projects?owner={}", ana.member_id());
        let page = ana.get(&mine).await;
        assert_eq!(names(&page), ["Owned"]);
        assert!(page.has_text(&format!("Owner: {}", ana.name)));

        let page = ana.get("/projects?owner=none").await;
        assert_eq!(names(&page), ["Boat", "Rocket", "Falcon"]);
        let page = ana.get(&format!("{mine}&owner=none")).await;
        assert_eq!(names(&page).len(), 4, "several owners, as several statuses");
        assert!(page.has_text(&format!("Owner: {}, Nobody", ana.name)), "{}", page.words());

        let page = ana.get("/projects?choose=owner").await;
        assert!(page.outline().contains(&format!("owner = {}", ana.member_id())));
    })
    .await;
}

#[tokio::test]
async fn the_name_of_an_owner_finds_their_projects() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        three(stage, &acme).await;
        let owned = Draft { owner_id: ana.member, ..named("Owned") };
        project(stage, &acme, owned).await;
        let words = ana.name.to_uppercase().replace(' ', "+");
        let page = ana.get(&format!("/projects?q={words}")).await;
        assert_eq!(names(&page), ["Owned"], "{}", ana.name);
    })
    .await;
}

#[tokio::test]
async fn what_is_late_says_so_and_what_is_not_there_is_said_too() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let past = "2020-01-01".parse().ok();
        let late = project(stage, &acme, Draft { due: past, ..named("Late") }).await;
        let page = ana.get("/projects").await;
        for text in ["Overdue", "Nobody"] {
            assert!(page.has_text(text), "{text}");
        }
        assert!(ana.get(&late.path()).await.has_text("Overdue"));
        let done = Draft { due: past, status: Status::Done, ..named("Done in time") };
        let done = project(stage, &acme, done).await;
        assert!(!ana.get(&done.path()).await.has_text("Overdue"));
        project(stage, &acme, named("Some day")).await;
        assert!(ana.get("/projects?q=some+day").await.has_text("No date"));
    })
    .await;
}

#[tokio::test]
async fn the_order_is_the_same_on_both_stores() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        for (name, status, due) in [
            ("apple", Status::Done, None),
            ("Banana", Status::OnTrack, "2026-12-31".parse().ok()),
            ("cherry", Status::AtRisk, "2026-12-01".parse().ok()),
        ] {
            project(stage, &acme, Draft { status, due, ..named(name) }).await;
        }
        for (sort, order) in [
            ("name", ["apple", "Banana", "cherry"]),
            ("-name", ["cherry", "Banana", "apple"]),
            ("status", ["Banana", "cherry", "apple"]),
            ("-status", ["apple", "cherry", "Banana"]),
            ("due", ["cherry", "Banana", "apple"]),
            ("-due", ["Banana", "cherry", "apple"]),
            ("updated", ["apple", "Banana", "cherry"]),
            ("-updated", ["cherry", "Banana", "apple"]),
            ("nonsense", ["cherry", "Banana", "apple"]),
        ] {
            let page = ana.get(&format!("/projects?sort={sort}")).await;
            assert_eq!(names(&page), order, "{sort}");
        }
    })
    .await;
}

#[tokio::test]
async fn names_with_numbers_are_counted_as_people_count_over_all_pages() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let mut wanted: Vec<String> = [1, 2, 10, 11].map(|n| format!("{n} left")).into();
        wanted.extend([1, 2, 9, 10, 100].map(|n| format!("Phase {n}: build")));
        wanted.extend((1..=30).map(|n| format!("task {n}")));
        for name in wanted.iter().rev() {
            project(stage, &acme, named(name)).await;
        }
        let mut found = names(&ana.get("/projects?sort=name").await);
        found.extend(names(&ana.get("/projects?sort=name&page=2").await));
        assert_eq!(found, wanted);
        wanted.reverse();
        let mut found = names(&ana.get("/projects?sort=-name").await);
        found.extend(names(&ana.get("/projects?sort=-name&page=2").await));
        assert_eq!(found, wanted);
    })
    .await;
}

#[tokio::test]
async fn a_page_of_a_long_list_costs_two_queries() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let owner = ana.user;
        stage.write_in(&acme, |db| async move { many(&db, &[owner], "acme", 60).await }).await;
        // Who is asking stands in copies, which are believed for as long as they are looked after.
        stage.store.changes().poll().await.unwrap();
        ana.get("/projects").await;
        let page = ana.get("/projects").await;
        page.assert_queries_at_most(2 + 2);
        assert_eq!(names(&page).len(), 25);
        assert!(page.has_text("60 projects.") && page.has_text("1–25 of 60 projects"));
        assert!(page.has_text(&ana.name));
        assert_eq!(names(&ana.get("/projects?page=99").await).len(), 10, "the last one");
        assert_eq!(names(&ana.get("/projects?per_page=50&page=2").await).len(), 10);
        let resource = crate::project::resource().build().unwrap();
        let search = resource.search(&[("q".to_owned(), "acme".to_owned())]);
        let work = |db: platform::TenantDb| async move {
            let calendar = Calendar::new(clock::now(), "UTC", Locale::default());
            let page = resource.list(&db, &search, &calendar).await?;
            Ok((page.rows.len(), page.total, db.queries().await))
        };
        assert_eq!(stage.write_in(&acme, work).await, (25, 60, 2));
    })
    .await;
}

#[tokio::test]
async fn the_index_of_the_usual_order_can_be_used() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        project(stage, &acme, named("one")).await;
        let order = async |path: &str| {
            let queries = ana.get(path).await.queries;
            let found = queries.iter().find_map(|sql| sql.split_once("\"projects\" LEFT JOIN"));
            let (_, found) = found.unwrap_or_else(|| panic!("{path}: {queries:?}"));
            found.split_once(" ORDER BY ").unwrap().1.split(" LIMIT").next().unwrap().to_owned()
        };
        // PostgreSQL sorts all rows as soon as an order says where missing values go and the index
        // says it otherwise, even if none can be missing.
        let usual = "\"projects\".\"updated_at\" DESC, \"projects\".\"id\" DESC";
        assert_eq!(order("/projects").await, usual);
        let due = "\"projects\".\"due\" DESC NULLS LAST, \"projects\".\"id\" DESC";
        assert_eq!(order("/projects?sort=-due").await, due);
    })
    .await;
}

#[tokio::test]
async fn an_empty_workspace_says_what_to_do_to_those_who_can() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let vic = stage.member(&acme, Role::Viewer).await;
        assert!(ana.get("/projects").await.has_text("Start your first project"));
        let page = vic.get("/projects").await;
        assert!(page.has_text("There are no projects yet"));
        assert_eq!(page.outline(), "# Projects\n## There are no projects yet");
    })
    .await;
}

#[tokio::test]
async fn a_viewer_sees_nothing_that_they_cannot_use() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let vic = stage.member(&acme, Role::Viewer).await;
        let project = project(stage, &acme, named("Falcon")).await;
        for path in ["/projects".to_owned(), project.path()] {
            let page = vic.get(&path).await;
            assert!(page.has_text("Falcon"));
            for word in ["New project", "Edit", "Delete", "Assign", "Select"] {
                assert!(!page.outline().contains(word), "{word} on {path}");
            }
            let posts = page.forms().into_iter().filter(|form| form.method == "post");
            assert!(
                posts
                    .map(|form| form.path().to_owned())
                    .all(|path| matches!(&*path, "/logout" | "/theme"))
            );
        }
    })
    .await;
}
