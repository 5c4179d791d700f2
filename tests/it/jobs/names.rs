//! Names of jobs and listeners stand in the queue: they are written by hand, and checked at start-up.

use core_jobs::job_entity::{Column, Entity, State};
use core_testing::for_each_store;
use platform::{App, Event, Registry, TenantDb, announce};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

use super::{MakeProject, apps, make_project, projects_of};

#[derive(Serialize, Deserialize)]
struct Landed;

impl Event for Landed {
    const NAME: &'static str = "example.landed";
}

async fn party(_: Landed, db: TenantDb) -> platform::Result<()> {
    make_project(MakeProject { name: "Party".into() }, db).await
}

async fn report(_: Landed, db: TenantDb) -> platform::Result<()> {
    make_project(MakeProject { name: "Report".into() }, db).await
}

fn problems(example: impl FnOnce(App) -> App) -> Vec<String> {
    let found = Registry::new(
        vec![example(App::new("example"))],
        &mut core_base::config::Reader::from_vars([]),
    )
    .err()
    .unwrap_or_default();
    found.into_iter().map(|problem| problem.text).collect()
}

#[test]
fn a_name_that_is_doubled_foreign_or_odd_is_a_problem_at_start_up() {
    let listens = |name: &'static str| problems(move |app| app.on(name, party));
    assert_eq!(
        problems(|app| app.on("example.party", party).on("example.report", report)),
        [""; 0]
    );
    assert_eq!(
        problems(|app| app.on("example.party", party).on("example.party", report)),
        ["the listener `example.party` is there twice"]
    );
    assert_eq!(
        problems(|app| app.job(make_project).on("example.make_project", party)),
        ["the listener `example.make_project` is there twice"]
    );
    for foreign in ["other.party", "party", "", "example."] {
        assert_eq!(
            listens(foreign),
            [format!("the listener `{foreign}` is not the app's own")],
            "{foreign:?}"
        );
    }
    for odd in ["example.tell them", "example.landed > it::party", "example.Party"] {
        assert_eq!(
            listens(odd),
            [format!("the listener `{odd}` is written in an unusual way")],
            "{odd:?}"
        );
    }
}

/// Before listeners had names, the queue held the path of their function. What waits under it when a
/// release comes in is done by the listener that has the name now.
#[tokio::test]
async fn what_waits_under_the_path_of_a_listener_s_function_is_still_done() {
    for_each_store(
        || apps(|example| example.on("example.party", party)),
        async |stage| {
            let acme = stage.tenant("acme").await;
            stage.write_in(&acme, |db| async move { announce(&db, &Landed).await }).await;
            core_jobs::Relay::new(stage.store.clone(), stage.jobs.clone()).run().await.unwrap();
            let catalog = stage.store.catalog();
            let rename = catalog.update_many::<Entity>().filter(Column::Name.eq("example.party"));
            let path = format!("example.landed > {}::party", module_path!());
            let renamed = rename.col_expr(Column::Name, Expr::value(path)).exec(catalog).await;
            assert_eq!(renamed.unwrap().rows_affected, 1);
            assert_eq!(stage.run_jobs().await, 1);
            let job = Entity::find().one(catalog).await.unwrap().unwrap();
            assert_eq!((job.state, job.error.as_str()), (State::Done, ""));
            assert_eq!(projects_of(stage, &acme).await, ["Party"]);
        },
    )
    .await;
}
