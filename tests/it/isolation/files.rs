//! Files in the wrong place.

use std::fs;

use core_db::{Mode, Store};
use core_testing::StoreKind;

use super::{TwoTenants, count, sql::send};

#[tokio::test]
async fn another_tenants_file_under_a_tenants_name_is_refused() {
    let two = TwoTenants::on(StoreKind::Sqlite).await;
    assert_eq!(count(&two.stage, &two.globex).await, 1);
    let dir = two.stage.config().data_dir.join("tenants");
    let file = |name: &str| dir.join(name);
    let (acme, globex) = (two.acme.tenant.id.schema(), two.globex.tenant.id.schema());
    // A mistaken restore; the logs go with their file.
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(file(&format!("{globex}.db{ending}")));
    }
    fs::copy(file(&format!("{acme}.db")), file(&format!("{globex}.db"))).unwrap();
    let reopened = Store::open(two.stage.config(), crate::world::schema()).await.unwrap();
    for mode in [Mode::Read, Mode::Write] {
        let db = reopened.tenant_db(two.globex.tenant.clone(), mode).await.unwrap();
        let error = send(&db, "SELECT \"name\" FROM \"tenant\".\"members\"").await.unwrap_err();
        assert!(error.to_string().contains("belongs to another tenant"), "{error}");
        db.finish(false).await.unwrap();
    }
}

#[tokio::test]
async fn a_missing_file_is_an_error_and_not_an_empty_workspace() {
    let two = TwoTenants::on(StoreKind::Sqlite).await;
    let dir = two.stage.config().data_dir.join("tenants");
    for entry in fs::read_dir(&dir).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    let reopened = Store::open(two.stage.config(), crate::world::schema()).await.unwrap();
    let db = reopened.tenant_db(two.globex.tenant.clone(), Mode::Write).await.unwrap();
    send(&db, "SELECT \"name\" FROM \"tenant\".\"members\"").await.unwrap_err();
    db.finish(false).await.unwrap();
    assert_eq!(fs::read_dir(&dir).unwrap().count(), 0, "nothing was made in its place");
}
