//! Out and in again, between all kinds of stores, and back to what was.

use core_access::{archives, entity::user, workspaces_of};
use core_base::{Error, Slug};
use core_testing::{Role, Stage, StoreKind, core_stores};

use super::{export, fill, lines, rows, tables};
use crate::world::{World, apps, everywhere};

const STORES: [StoreKind; 2] = [StoreKind::Sqlite, StoreKind::Postgres];

#[tokio::test]
async fn a_workspace_moves_between_all_stores_and_every_row_and_id_comes_along() {
    for from in core_stores(&STORES) {
        let world = World::on(from).await;
        fill(&world).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        let count = export(&world.stage.store, &world.acme.tenant, &path).await;
        assert_eq!(count, 7, "3 projects, 2 members, a role, an invitation");
        for to in core_stores(&STORES) {
            eprintln!("from {from:?} to {to:?}");
            let stage = Stage::on(to, apps()).await;
            let made = archives::import(&stage.store, &path, None, &tables()).await;
            let made = made.map_err(Error::into_anyhow).unwrap();
            assert_eq!((made.id, &*made.slug), (world.acme.tenant.id, "acme"));
            let again = dir.path().join(format!("again-{to:?}.gz"));
            assert_eq!(export(&stage.store, &made, &again).await, count);
            assert_eq!(lines(&again), lines(&path));
            // Those who belonged belong here, and nobody has a password.
            let people = stage.store.catalog().find::<user::Entity>();
            let people = people.all(stage.store.catalog()).await.unwrap();
            assert_eq!(people.len(), 2);
            for person in people {
                assert_eq!(person.password_hash, "");
                let of = workspaces_of(&stage.store, person.id).await;
                assert_eq!(of.map_err(Error::into_anyhow).unwrap().len(), 1);
            }
            stage.close().await;
        }
        world.stage.close().await;
    }
}

#[tokio::test]
async fn who_has_an_account_here_keeps_it_and_the_address_may_be_another() {
    for kind in core_stores(&STORES) {
        let world = World::on(kind).await;
        fill(&world).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        export(&world.stage.store, &world.acme.tenant, &path).await;
        let stage = Stage::on(kind, apps()).await;
        let here = accounts::user::create(
            stage.store.catalog(),
            &world.ana.email,
            "Ana here",
            "the kettle sings at noon",
        );
        let here = here.await.map_err(Error::into_anyhow).unwrap().unwrap();
        assert_ne!(here, world.ana.user);
        stage.tenant("acme").await;
        let taken = archives::import(&stage.store, &path, None, &tables()).await;
        assert!(matches!(taken, Err(Error::Conflict(_))), "the address is somebody else's");
        let slug = Slug::parse("acme-moved").unwrap();
        let made = archives::import(&stage.store, &path, Some(slug), &tables()).await;
        let made = made.map_err(Error::into_anyhow).unwrap();
        let found = stage
            .store
            .read_in(made, |db| async move { core_access::find_member(&db, here).await });
        let owner = found.await.map_err(Error::into_anyhow).unwrap().unwrap();
        assert!(owner.permissions.is_owner());
        assert_eq!(owner.id, world.ana.member_id(), "the member is the same, the person another");
        stage.close().await;
        world.stage.close().await;
    }
}

#[tokio::test]
async fn one_workspace_goes_back_to_what_it_was_and_no_other_notices() {
    everywhere(async |world| {
        fill(world).await;
        let stage = &world.stage;
        let leaver = stage.member(&world.acme, Role::Member).await;
        assert_eq!(world.bo.post("/projects", &[("name", "Globex's own")]).await.status, 303);
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        export(&stage.store, &world.acme.tenant, &path).await;
        let (before, other) = (lines(&path), rows(stage, &world.globex).await);

        // A bad afternoon.
        let delete = |db: core_db::TenantDb| async move {
            Ok(db.delete_many::<projects::project::Entity>().exec(&db).await?)
        };
        assert_eq!(stage.write_in(&world.acme, delete).await.rows_affected, 3);
        let remove = format!("/settings/members/{}/remove", leaver.member_id());
        assert_eq!(world.ana.post(&remove, &[]).await.status, 303);
        let newcomer = stage.member(&world.acme, Role::Admin).await;
        assert_eq!(newcomer.get("/projects").await.status, 200);
        assert_ne!(rows(stage, &world.acme).await, before);

        let restored = archives::restore(&stage.store, &world.acme.tenant, &path, &tables()).await;
        restored.map_err(Error::into_anyhow).unwrap();
        assert_eq!(rows(stage, &world.acme).await, before);
        assert_eq!(rows(stage, &world.globex).await, other);
        assert!(world.ana.get("/projects").await.has_text("No date"));
        assert_eq!(newcomer.post("/projects", &[("name", "Late")]).await.status, 403);
        let belongs = async |user| {
            let of = workspaces_of(&stage.store, user).await;
            of.map_err(Error::into_anyhow).unwrap().len()
        };
        assert_eq!((belongs(newcomer.user).await, belongs(leaver.user).await), (0, 1));
    })
    .await;
}
