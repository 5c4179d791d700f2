//! Many at once at a limit leave as many as it says.

use core_access::{
    Role,
    entitlements::{Setting, room_for},
    entity::{invitation::State, member},
};
use core_db::Mode;
use core_testing::{Answer, StoreKind, core_stores};
use futures_util::future::join_all;
use projects::project::Projects;
use sea_orm::PaginatorTrait;

use super::set;
use crate::{
    invitations::{accept, invite, row, token},
    world::World,
};

const ALL: [StoreKind; 3] = [StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled];
const LIMIT: u64 = 7;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_requests_at_a_limit_of_seven_leave_seven() {
    for kind in core_stores(&ALL) {
        let world = World::on(kind).await;
        set(&world.stage, &world.acme, "projects", Setting::Count(LIMIT)).await;
        let create = async |number: usize| -> Answer {
            world.ana.post("/projects", &[("name", &format!("Project {number}"))]).await
        };
        let done = join_all((0..100).map(create)).await;
        let made = done.iter().filter(|one| one.status == 303).count() as u64;
        assert_eq!(made, world.count_projects().await, "{kind:?}");
        assert!(made <= LIMIT, "{kind:?}: {made}");
        // Who was told to come back comes back.
        for number in 100..100 + LIMIT as usize {
            let one = create(number).await;
            assert!([303, 422].contains(&one.status), "{kind:?}: {}", one.status);
        }
        assert_eq!(world.count_projects().await, LIMIT, "{kind:?}");
        for one in done.iter().filter(|one| ![303, 503, 429].contains(&one.status)) {
            assert_eq!(one.status, 422, "{kind:?}: {}", one.words());
            assert!(one.has_text("This workspace is limited to 7 projects, and 7 are in use."));
        }
        world.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_asks_second_waits_for_the_first_and_counts_what_it_wrote() {
    for kind in core_stores(&ALL) {
        let world = World::on(kind).await;
        let (stage, acme) = (&world.stage, &world.acme);
        set(stage, acme, "projects", Setting::Count(1)).await;
        let open = async || stage.store.tenant_db(acme.tenant.clone(), Mode::Write).await.unwrap();
        let first = open().await;
        let has_room = room_for::<Projects>(&first, 1).await;
        assert!(has_room.map_err(core_base::Error::into_anyhow).unwrap().is_ok());
        let second = open().await;
        let waiting = tokio::spawn(async move {
            let answer = room_for::<Projects>(&second, 1).await;
            let answer = answer.map_err(core_base::Error::into_anyhow).unwrap();
            second.finish(false).await.map_err(core_base::Error::into_anyhow).unwrap();
            answer
        });
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let made = projects::testing::make(&first, projects::testing::named("Falcon")).await;
        made.map_err(core_base::Error::into_anyhow).unwrap();
        first.finish(true).await.map_err(core_base::Error::into_anyhow).unwrap();
        assert!(waiting.await.unwrap().is_err(), "{kind:?}: both found room for one");
        world.stage.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_acceptances_at_the_last_seat_leave_one_more_member() {
    for kind in core_stores(&ALL) {
        let world = World::on(kind).await;
        let (stage, acme) = (&world.stage, &world.acme);
        let mut people = vec![];
        for number in 0..20 {
            let person = stage.person(&format!("Kim{number}")).await;
            let link = invite(stage, &world.ana, &person.email, "member").await;
            people.push((person, token(&link).to_owned()));
        }
        set(stage, acme, "members", Setting::Count(2)).await;
        let done = join_all(people.iter().map(|(person, token)| accept(person, token))).await;
        let count = |db: core_db::TenantDb| async move {
            Ok(db.find::<member::Entity>().count(&db).await?)
        };
        let joined = done.iter().filter(|one| one.status == 303).count() as u64;
        assert_eq!(stage.write_in(acme, count).await, 1 + joined, "{kind:?}");
        assert!(joined <= 1, "{kind:?}: {joined}");
        for (person, token) in &people {
            accept(person, token).await;
        }
        assert_eq!(stage.write_in(acme, count).await, 2, "{kind:?}");
        let mut open = 0;
        for (person, token) in &people {
            let is_open = row(stage, acme, &person.email).await.state == State::Pending;
            open += u64::from(is_open);
            if is_open {
                let told = accept(person, token).await;
                assert_eq!(told.status, 409, "{kind:?}: {}", told.words());
                assert!(told.has_text("This workspace is full"));
            }
        }
        assert_eq!(open, 19, "whoever found no seat keeps their invitation");
        set(stage, acme, "members", Setting::Off).await;
        let (person, token) = &people[19];
        accept(person, token).await;
        let is_member = crate::invitations::is(stage, acme, person.user).await;
        assert_eq!(is_member, Some(Role::Member.into()));
        world.stage.close().await;
    }
}
