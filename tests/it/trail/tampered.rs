//! Whoever alters, deletes, adds or moves an entry is refused by the database, or found by the chain.

use core_testing::StoreKind;
use sea_orm::{ConnectionTrait, Statement};

use super::{chain_holds, entries};
use crate::{world::everywhere, worlds::canary::Sql};

#[tokio::test]
async fn a_tenants_own_role_can_add_to_the_trail_and_nothing_else() {
    everywhere(async |world| {
        world.project("Falcon").await;
        let before = entries(&world.stage, &world.acme).await;
        let backend = world.stage.store.backend();
        for sql in [
            "UPDATE \"tenant\".\"audit_entries\" SET \"title\" = 'x'",
            "DELETE FROM \"tenant\".\"audit_entries\" WHERE \"seq\" = 1",
            "DELETE FROM \"tenant\".\"audit_entries\"",
        ] {
            let refused = world.stage.store.write_in(world.acme.tenant.clone(), |db| async move {
                Ok(db.execute_raw(Statement::from_string(backend, sql.to_owned())).await?)
            });
            assert!(refused.await.is_err(), "{sql}");
        }
        assert_eq!(entries(&world.stage, &world.acme).await, before);
    })
    .await;
}

/// What somebody with the owner's password, or with the file, does to a trail of twenty entries; and
/// where it is found.
const TAMPERED: [(&str, &str); 11] = [
    ("UPDATE {} SET title = 'Other' WHERE seq = 5", "seq: 5"),
    ("UPDATE {} SET changes = '{{}}' WHERE seq = 6", "seq: 6"),
    ("UPDATE {} SET user_id = NULL WHERE seq = 7", "seq: 7"),
    ("UPDATE {} SET link = (SELECT link FROM {} WHERE seq = 3) WHERE seq = 4", "seq: 4"),
    ("DELETE FROM {} WHERE seq = 8", "seq: 8"),
    ("DELETE FROM {} WHERE seq = (SELECT max(seq) FROM {})", "it is missing"),
    (
        "UPDATE {} SET seq = -1 WHERE seq = 9;; UPDATE {} SET seq = 9 WHERE seq = 10;; \
         UPDATE {} SET seq = 10 WHERE seq = -1",
        "seq: 9",
    ),
    (
        "INSERT INTO {} SELECT max(seq) + 1, max(at), 'change', 'created', 'projects', 'x', 'x', 'system', \
         NULL, '', '', '{{}}', max(link), '' FROM {}",
        "altered, moved or added",
    ),
    ("DELETE FROM {}", "seq: 1,"),
    (
        "UPDATE HEAD SET first_seq = 5, first_link = (SELECT link FROM {} WHERE seq = 4);; \
         DELETE FROM {} WHERE seq < 5",
        "by what right",
    ),
    ("UPDATE {} SET seal = '' WHERE seq = 6", "seq: 6"),
];

#[tokio::test]
async fn tampering_with_the_store_is_found_and_named() {
    for (sql, said) in TAMPERED {
        everywhere(async |world| {
            for number in 0..20 {
                world.project(&format!("Falcon {number}")).await;
            }
            chain_holds(&world.stage, &world.acme).await.unwrap();
            let mut owner = Sql::to(&world.stage.home).await;
            let schema = world.acme.tenant.id.schema();
            let table = match world.stage.kind {
                StoreKind::Sqlite => "audit_entries".to_owned(),
                _ => format!("{schema}.audit_entries"),
            };
            if world.stage.kind == StoreKind::Sqlite {
                for verb in ["update", "delete"] {
                    owner.run(&schema, &format!("DROP TRIGGER audit_entries_no_{verb}")).await;
                }
            }
            for step in sql.split(";;") {
                let step = step.replace("{{}}", "[]").replace("{}", &table);
                let step = step.replace("HEAD", &table.replace("entries", "head"));
                owner.run(&schema, &step).await;
            }
            owner.close().await;
            let found = chain_holds(&world.stage, &world.acme).await;
            let why = found.expect_err(sql);
            assert!(why.contains(said), "{sql}: {why}");
        })
        .await;
    }
}
