//! The whole embedded store, copied while people work in it.

use std::sync::Arc;

use core_access::archives;
use core_base::Error;
use core_db::{Status, Store, Tenant, backup};
use core_testing::{Home, StoreKind};

use super::{fill, rows};
use crate::world::World;

/// A store at another place, made from a backup.
async fn restored(from: &std::path::Path) -> (Home, Store) {
    let home = Home::new(StoreKind::Sqlite, &[]).await.unwrap();
    backup::restore(from, &home.config.data_dir).unwrap();
    let store = Store::open(&home.config, crate::world::schema()).await.unwrap();
    (home, store)
}

async fn tenant(store: &Store, slug: &str) -> Option<Arc<Tenant>> {
    store.directory().by_slug(slug).await.map_err(|error| error.to_string()).unwrap()
}

#[tokio::test]
async fn a_backup_made_under_writes_is_whole_and_comes_back() {
    let world = World::on(StoreKind::Sqlite).await;
    fill(&world).await;
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("monday");
    let writing = async {
        for number in 0..40 {
            let name = format!("During {number}");
            assert_eq!(world.ana.post("/projects", &[("name", &name)]).await.status, 303);
            if number % 10 == 0 {
                world.stage.tenant(&format!("made{number}")).await;
            }
        }
    };
    let (made, ()) = tokio::join!(world.stage.store.backup(&to), writing);
    let made = made.unwrap();
    assert!(made.files.len() >= 3, "{made:?}");
    let globex = rows(&world.stage, &world.globex).await;

    let (_home, store) = restored(&to).await;
    let there = store.tenants().await.unwrap();
    assert!(there.len() >= 2);
    for row in there.into_iter().filter(|row| Status::WHOLE.contains(&row.status)) {
        let tenant = store.tenant(row);
        archives::reconcile(&store, &tenant).await.map_err(Error::into_anyhow).unwrap();
        let path = dir.path().join(format!("{}.gz", tenant.slug));
        archives::export(&store, &tenant, &path).await.map_err(Error::into_anyhow).unwrap();
        if tenant.slug == "globex" {
            assert_eq!(super::lines(&path), globex);
        }
    }
    world.stage.close().await;
}

#[tokio::test]
async fn what_was_erased_after_a_backup_stays_erased_when_it_comes_back() {
    let world = World::on(StoreKind::Sqlite).await;
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("monday");
    world.stage.store.backup(&to).await.unwrap();
    let erased = world.stage.store.delete_tenant(&world.acme.tenant).await;
    erased.map_err(Error::into_anyhow).unwrap();

    let (home, store) = restored(&to).await;
    assert!(tenant(&store, "acme").await.is_some(), "the backup is from before");
    // The list lies beside the store, where a restore leaves it.
    let list = world.stage.config().data_dir.join("erased.log");
    std::fs::copy(list, home.config.data_dir.join("erased.log")).unwrap();
    assert_eq!(store.erase_again().await.unwrap(), 1);
    let acme = tenant(&store, "acme").await;
    assert!(acme.is_none_or(|acme| acme.status == Status::Deleted));
    let file = home.config.data_dir.join(format!("tenants/{}.db", world.acme.tenant.id.schema()));
    assert!(!file.exists());
    assert_eq!(store.erase_again().await.unwrap(), 0);
    assert!(tenant(&store, "globex").await.is_some());
    world.stage.close().await;
}

#[tokio::test]
async fn damaged_and_half_backups_are_refused_and_no_store_is_overwritten() {
    let world = World::on(StoreKind::Sqlite).await;
    let dir = tempfile::tempdir().unwrap();
    let to = dir.path().join("monday");
    world.stage.store.backup(&to).await.unwrap();
    let data = &world.stage.config().data_dir;
    let refused = |why: anyhow::Result<backup::Manifest>, word: &str| {
        let why = why.unwrap_err().to_string();
        assert!(why.contains(word), "{why}");
    };
    refused(backup::restore(&to, data), "move the old store away");
    refused(world.stage.store.backup(&to).await, "is not empty");
    let empty = dir.path().join("new");
    let file = to.join("catalog.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, &bytes).unwrap();
    refused(backup::restore(&to, &empty), "is damaged");
    std::fs::remove_file(to.join("manifest.json")).unwrap();
    refused(backup::restore(&to, &empty), "only half of one");
    assert!(!empty.exists());
    world.stage.close().await;
}
