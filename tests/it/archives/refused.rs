//! What is not taken in: damaged files, other workspaces' files, what was erased.

use core_access::archives;
use core_testing::StoreKind;

use super::{export, fill, rows, said, tables};
use crate::world::{World, everywhere};

#[tokio::test]
async fn a_damaged_archive_is_refused_before_anything_changes() {
    everywhere(async |world| {
        fill(world).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        let (store, acme) = (&world.stage.store, &world.acme.tenant);
        export(store, acme, &path).await;
        let (good, before) = (std::fs::read(&path).unwrap(), rows(&world.stage, &world.acme).await);
        let mut cases = vec![good[..good.len() / 2].to_vec(), vec![], b"not an archive".to_vec()];
        // Re-packed with one word changed: the compression's own checksum is right then.
        let mut text = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(&*good), &mut text)
            .unwrap();
        for (word, other) in [("No date", "No data"), ("\"rows\":", "\"rows\":1")] {
            assert!(text.contains(word));
            let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
            let text = text.replacen(word, other, 1);
            std::io::Write::write_all(&mut packed, text.as_bytes()).unwrap();
            cases.push(packed.finish().unwrap());
        }
        for case in cases {
            std::fs::write(&path, &case).unwrap();
            let why = said(archives::restore(store, acme, &path, &tables()).await);
            let is_clear =
                ["cut off", "damaged", "not an archive"].iter().any(|it| why.contains(it));
            assert!(is_clear, "{why}");
        }
        assert_eq!(rows(&world.stage, &world.acme).await, before);
    })
    .await;
}

#[tokio::test]
async fn only_its_own_archive_goes_back_into_a_workspace_and_only_once_is_one_made() {
    everywhere(async |world| {
        fill(world).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        let store = &world.stage.store;
        export(store, &world.acme.tenant, &path).await;
        let before = rows(&world.stage, &world.globex).await;
        let why = said(archives::restore(store, &world.globex.tenant, &path, &tables()).await);
        assert!(why.contains("another workspace") && why.contains("acme"), "{why}");
        assert_eq!(rows(&world.stage, &world.globex).await, before);
        let why = said(archives::import(store, &path, None, &tables()).await);
        assert!(why.contains("here already") && why.contains("--replace acme"), "{why}");
        let why = said(archives::export(store, &world.acme.tenant, &path).await);
        assert!(why.contains("exists already"), "{why}");
        // One that cannot be written to its end leaves nothing behind.
        let waiting = core_db::Tenant { stamp: "old".into(), ..(*world.acme.tenant).clone() };
        let other = dir.path().join("other.gz");
        let why = said(archives::export(store, &waiting.into(), &other).await);
        assert!(why.contains("waits for its migration"), "{why}");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);

        store
            .delete_tenant(&world.acme.tenant)
            .await
            .map_err(core_base::Error::into_anyhow)
            .unwrap();
        let why = said(archives::import(store, &path, None, &tables()).await);
        assert!(why.contains("stays erased"), "{why}");
    })
    .await;
}

#[tokio::test]
async fn an_archive_of_a_newer_program_is_refused_in_words() {
    let world = World::on(StoreKind::Sqlite).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("acme.gz");
    export(&world.stage.store, &world.acme.tenant, &path).await;
    let all = migrations::ALL;
    let older = core_db::Migrations { tenant: &all.tenant[..all.tenant.len() - 1], ..all };
    let home = core_testing::Home::new(StoreKind::Sqlite, &[]).await.unwrap();
    core_db::prepare(&home.config, &older).await.unwrap();
    let store = core_db::Store::open(&home.config, crate::world::schema_of(older)).await.unwrap();
    let why = said(archives::import(&store, &path, None, &tables()).await);
    assert!(why.contains("newer program"), "{why}");
    world.stage.close().await;
}
