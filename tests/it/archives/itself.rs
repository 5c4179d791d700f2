//! Tables whose rows refer to each other, such as answers to comments.

use core_access::archives;
use core_base::Error;

use super::{export, lines, rows, said, tables};
use crate::{
    world::{World, everywhere},
    worlds::canary::Sql,
};

const FIRST: &str = "01900000-0000-7000-8000-000000000001";
const LAST: &str = "01900000-0000-7000-8000-000000000009";

/// A table that no migration made; `parent` may say `NOT NULL`.
async fn add_table(world: &World, sql: &mut Sql, name: &str, parent: &str) -> String {
    let schema = world.acme.tenant.id.schema();
    let (of, kind) = match sql {
        Sql::Postgres(_) => (format!("\"{schema}\".{name}"), "uuid"),
        Sql::Files(_) => (name.to_owned(), "uuid_text"),
    };
    let table = format!(
        "CREATE TABLE {of} (id {kind} PRIMARY KEY, parent {kind} {parent} REFERENCES {of} (id), body varchar)"
    );
    sql.run(&schema, &table).await;
    if matches!(sql, Sql::Postgres(_)) {
        sql.run(&schema, &format!("GRANT ALL ON {of} TO PUBLIC")).await;
    }
    of
}

#[tokio::test]
async fn rows_that_refer_to_later_ones_come_back_as_they_were() {
    everywhere(async |world| {
        let (stage, acme, mut sql) = (&world.stage, &world.acme, Sql::to(&world.stage.home).await);
        let schema = acme.tenant.id.schema();
        let notes = add_table(world, &mut sql, "zz_notes", "").await;
        let [first, last] = [FIRST, LAST].map(|id| match sql {
            Sql::Postgres(_) => format!("'{id}'"),
            Sql::Files(_) => format!("x'{}'", id.replace('-', "")),
        });
        let fill = format!(
            "INSERT INTO {notes} VALUES ({last}, NULL, 'Question'), ({first}, {last}, 'Answer');
             UPDATE {notes} SET parent = id WHERE body = 'Question'"
        );
        sql.run(&schema, &fill).await;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme.gz");
        export(&stage.store, &acme.tenant, &path).await;
        let before = lines(&path);
        assert!(before.iter().any(|line| line.contains("Answer") && line.contains(LAST)));
        sql.run(&schema, &format!("DELETE FROM {notes} WHERE body = 'Answer'")).await;
        assert_ne!(rows(stage, acme).await, before);

        let restored = archives::restore(&stage.store, &acme.tenant, &path, &tables()).await;
        restored.map_err(Error::into_anyhow).unwrap();
        assert_eq!(rows(stage, acme).await, before);

        add_table(world, &mut sql, "zz_links", "NOT NULL").await;
        let other = dir.path().join("other.gz");
        let why = said(archives::export(&stage.store, &acme.tenant, &other).await);
        assert!(why.contains("zz_links.parent") && why.contains("never null"), "{why}");
        sql.close().await;
    })
    .await;
}
