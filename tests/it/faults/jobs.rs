//! `kill -9` of a worker in the middle of ten thousand jobs.

use core_db::{Mode, Store};
use core_jobs::job_entity::{Column, Entity, State};
use core_testing::{Home, StoreKind, core_stores};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};

use super::{
    migrate::fill,
    program::{kill_after, run, wait_for_the_dead, work},
};
use crate::random::Random;

const RUNS: usize = 20;
const TENANTS: usize = 20;
const JOBS: usize = 10_000;

#[tokio::test]
async fn twenty_kills_amid_ten_thousand_jobs_lose_none_and_repeat_none() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let home = Home::new(kind, &[]).await.unwrap();
        core_db::prepare(&home.config, &migrations::ALL).await.unwrap();
        fill(&home, TENANTS).await;
        let mut random = Random::new();
        run(work(), &home, &["leave", &JOBS.to_string()]);
        let mut in_time = 0;
        for _ in 0..RUNS {
            let wait = random.while_below(std::time::Duration::from_millis(600));
            in_time += usize::from(kill_after(work(), &home, &["work"], wait));
            wait_for_the_dead(&home).await;
        }
        assert_eq!(in_time, RUNS, "a worker ends only when it is told to");
        let done = marks(&home).await;
        eprintln!("{done} of {JOBS} were done under the kills");
        assert_eq!(told(&home).await, done, "no kill parts a change from its entry");
        for _ in 0..3 {
            leases_end(&home).await;
            run(work(), &home, &["finish"]);
        }
        assert_eq!(marks(&home).await, JOBS, "each job's effect is there, and once");
        assert_eq!(told(&home).await, JOBS, "each change is told, and once");
        let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
        let left = Entity::find().filter(Column::State.ne(State::Done)).all(store.catalog()).await;
        assert!(left.unwrap().is_empty(), "nothing is left to be done");
        drop(store);
        home.close().await.unwrap();
    }
}

/// As if a minute had gone by since the last worker died, and the waits after failures too.
pub(super) async fn leases_end(home: &Home) {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let catalog = store.catalog();
    let update = catalog.update_many::<Entity>();
    update
        .filter(Column::State.is_in([State::Running, State::Waiting]))
        .col_expr(Column::State, Expr::value(State::Waiting))
        .col_expr(Column::DueAt, Expr::value(core_base::clock::now()))
        .exec(catalog)
        .await
        .unwrap();
}

/// Entries about marks that were made, in trails whose chains hold.
async fn told(home: &Home) -> usize {
    use core_db::audit_entry::{Column, Entity};
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let mut told = 0;
    for row in store.tenants().await.unwrap() {
        let tenant = store.directory().by_id(row.id).await.unwrap().unwrap();
        let db = store.tenant_db(tenant, Mode::Snapshot).await.unwrap();
        let chain = core_access::audit::verify_all(&db, &Default::default()).await;
        assert!(chain.map_err(core_base::Error::into_anyhow).unwrap().is_ok(), "{}", row.slug);
        let changes = Entity::find().filter(Column::Entity.eq("members"));
        let changes = changes.filter(Column::Action.eq("updated")).all(&db).await.unwrap();
        db.finish(false).await.unwrap();
        told += changes.len();
    }
    told
}

async fn marks(home: &Home) -> usize {
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    let mut marks = 0;
    for row in store.tenants().await.unwrap() {
        let tenant = store.directory().by_id(row.id).await.unwrap().unwrap();
        let db = store.tenant_db(tenant, Mode::Read).await.unwrap();
        let members = core_access::entity::member::Entity::find().all(&db).await.unwrap();
        db.finish(false).await.unwrap();
        marks += members.iter().map(|member| member.name.matches('+').count()).sum::<usize>();
    }
    marks
}
