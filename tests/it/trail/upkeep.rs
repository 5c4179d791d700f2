//! What is past its time goes, people who are erased leave nothing, and the chain holds all the same.

use chrono::TimeDelta;
use core_access::audit::{Known, verify_all};
use core_base::{Actor, clock};
use core_db::{Retention, TenantDb, audit_day, audit_entry};
use core_testing::{Stage, Workspace};
use sea_orm::{EntityTrait, QueryOrder};
use sha2::{Digest, Sha256};

use super::{chain_holds, entries};
use crate::{
    world::{World, everywhere},
    worlds::canary::Sql,
};

fn keep() -> Retention {
    Retention(vec![("change", 730), ("access", 180)])
}

async fn days(stage: &Stage, workspace: &Workspace) -> Vec<audit_day::Model> {
    let read = |db: TenantDb| async move {
        Ok(audit_day::Entity::find().order_by_asc(audit_day::Column::Day).all(&db).await?)
    };
    stage.write_in(workspace, read).await
}

fn details(entry: &audit_entry::Model) -> [&str; 3] {
    [&entry.title, &entry.address, &entry.changes]
}

/// An access of this member, as the gate tells one.
async fn access(world: &World) {
    let (user, member) = (world.ana.user, world.ana.member_id());
    let through = core_base::Through::Session(core_base::SessionId::default());
    let tell = |db: TenantDb| async move {
        db.act_as(Actor::Member { user, member, through });
        let address = Some("192.0.2.77".parse().unwrap());
        db.set_origin(core_db::Origin { address, request: None });
        db.audit_event("opened_the_safe", "of Ana");
        Ok(())
    };
    world.stage.write_in(&world.acme, tell).await;
}

#[tokio::test]
async fn entries_past_their_time_lose_their_details_and_go() {
    everywhere(async |world| {
        let (stage, acme) = (&world.stage, &world.acme);
        access(world).await;
        world.project("Falcon").await;
        assert_eq!(stage.store.trim_audit(&acme.tenant, &keep()).await.unwrap(), 0);
        let before = entries(stage, acme).await;
        assert!(days(stage, acme).await.is_empty());

        clock::set_ahead(TimeDelta::days(200));
        access(world).await;
        assert!(stage.store.trim_audit(&acme.tenant, &keep()).await.unwrap() > 0);
        assert_eq!(stage.store.trim_audit(&acme.tenant, &keep()).await.unwrap(), 0);
        assert!(chain_holds(stage, acme).await.is_ok());
        let after = entries(stage, acme).await;
        for (before, after) in before.iter().zip(&after) {
            match &*before.category {
                "access" => assert_eq!(details(after), ["", "", ""]),
                _ => assert_eq!(details(after), details(before)),
            }
            assert_eq!(
                (after.seq, after.at, &after.actor, &after.link),
                (before.seq, before.at, &before.actor, &before.link)
            );
        }
        let of_today = &after[before.len()];
        assert_eq!(details(of_today), ["of Ana", "192.0.2.77", "{}"]);
        let known = days(stage, acme).await;
        assert_eq!(known.len(), 1, "{known:?}");
        assert_eq!(
            (known[0].seq, &known[0].link),
            (before.len() as i64, &before.last().unwrap().link)
        );

        clock::set_ahead(TimeDelta::days(800));
        let late = |db: TenantDb| async move {
            db.audit_event("came_late", "");
            Ok(())
        };
        world.stage.write_in(acme, late).await;
        stage.store.trim_audit(&acme.tenant, &keep()).await.unwrap();
        assert!(chain_holds(stage, acme).await.is_ok());
        let left = entries(stage, acme).await;
        assert_eq!(left[0].seq, before.len() as i64 + 1, "the first ones are gone");
        assert_eq!(details(&left[0]), ["", "", ""], "the second access is past its time");
        assert!(left.iter().any(|entry| entry.action == "came_late"));
        clock::set_ahead(TimeDelta::zero());
    })
    .await;
}

#[tokio::test]
async fn whoever_is_erased_leaves_nothing_and_the_chain_holds() {
    everywhere(async |world| {
        let (stage, acme) = (&world.stage, &world.acme);
        access(world).await;
        let path = world.project("Falcon").await;
        let invited = world.invitation("gone@example.com").await;
        let (ana, email) = (world.ana.user, world.ana.email.clone());
        let before = entries(stage, acme).await;
        assert!(before.iter().any(|entry| entry.changes.contains(&email)));
        let changed = stage.store.forget_in_audit(&acme.tenant, ana, &email).await.unwrap();
        assert!(changed > 2, "{changed}");
        assert_eq!(stage.store.forget_in_audit(&acme.tenant, ana, &email).await.unwrap(), 0);
        chain_holds(stage, acme).await.unwrap();
        let after = entries(stage, acme).await;
        for entry in &after {
            let text = details(entry).concat();
            assert!(!text.contains(&email) && !text.contains(&world.ana.name), "{entry:?}");
            assert!(entry.user_id != Some(ana.0) || entry.address.is_empty(), "{entry:?}");
            assert!(!text.contains("of Ana"), "{entry:?}");
        }
        let project = after.iter().find(|entry| entry.entity == "projects").unwrap();
        assert!(path.ends_with(&project.row_id));
        assert_eq!(project.title, "Falcon", "what they made stays told");
        assert!(after.iter().any(|entry| entry.title == "gone@example.com"), "{invited:?}");

        // Somebody who has no account is found by their address too.
        let nobody = core_base::UserId::default();
        stage.store.forget_in_audit(&acme.tenant, nobody, "gone@example.com").await.unwrap();
        chain_holds(stage, acme).await.unwrap();
        let after = entries(stage, acme).await;
        assert!(after.iter().all(|entry| !details(entry).concat().contains("gone@example.com")));
        // What refuses changes is in its place again.
        let refused = stage.store.write_in(acme.tenant.clone(), |db: TenantDb| async move {
            Ok(audit_entry::Entity::delete_many().exec(&db).await?)
        });
        assert!(refused.await.is_err());
    })
    .await;
}

#[tokio::test]
async fn what_is_emptied_by_hand_is_found_even_where_the_hashes_fit() {
    // As if it were erased; as if it never had a seal; and more than was erased by right.
    for (way, why) in [(0, "by what right"), (1, "altered"), (2, "by what right")] {
        everywhere(async |world| {
            let (stage, acme) = (&world.stage, &world.acme);
            access(world).await;
            let path = world.project("Falcon").await;
            if way == 2 {
                let (ana, email) = (world.ana.user, &world.ana.email);
                stage.store.forget_in_audit(&acme.tenant, ana, email).await.unwrap();
                chain_holds(stage, acme).await.unwrap();
            }
            let told = entries(stage, acme).await;
            let entry = told.iter().find(|entry| match way {
                2 => entry.entity == "projects" && path.ends_with(&entry.row_id),
                _ => entry.action == "opened_the_safe",
            });
            let entry = entry.unwrap();
            let seals: Vec<_> = entry.seal.split('.').collect();
            let commitment = |part: usize, value: &str| match seals[part].len() {
                16 => hex::encode(Sha256::digest(format!("{}{value}", seals[part]))),
                _ => seals[part].to_owned(),
            };
            let [title, address, changes] =
                [&entry.title, &entry.address, &entry.changes].map(String::as_str);
            let all = [commitment(0, title), commitment(1, address), commitment(2, changes)];
            let set = match way {
                0 => format!("address = '', seal = '{}.{}.{}'", seals[0], all[1], seals[2]),
                1 => format!(
                    "title = '{}', address = '{}', changes = '{}', seal = ''",
                    all[0], all[1], all[2]
                ),
                _ => format!("changes = '', seal = '{}.{}.{}'", seals[0], seals[1], all[2]),
            };
            let mut owner = Sql::to(&stage.home).await;
            let schema = acme.tenant.id.schema();
            let table = match stage.kind {
                core_testing::StoreKind::Sqlite => {
                    owner.run(&schema, "DROP TRIGGER audit_entries_no_update").await;
                    "audit_entries".to_owned()
                }
                _ => format!("{schema}.audit_entries"),
            };
            let seq = entry.seq;
            owner.run(&schema, &format!("UPDATE {table} SET {set} WHERE seq = {seq}")).await;
            owner.close().await;
            let found = chain_holds(stage, acme).await.unwrap_err();
            assert!(found.contains(&format!("seq: {seq},")), "{way}: {found}");
            assert!(found.contains(why), "{way}: {found}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_person_with_thousands_of_entries_is_erased_from_all_of_them() {
    everywhere(async |world| {
        let (stage, acme) = (&world.stage, &world.acme);
        let (path, _) = world.invitation("gone@example.com").await;
        let (user, member) = (world.ana.user, world.ana.member_id());
        let through = core_base::Through::Session(core_base::SessionId::default());
        let many = |db: TenantDb| async move {
            db.act_as(Actor::Member { user, member, through });
            db.set_origin(core_db::Origin { address: "192.0.2.77".parse().ok(), request: None });
            for number in 0..2_100 {
                db.audit_event("did_something", &number.to_string());
            }
            Ok(())
        };
        stage.write_in(acme, many).await;
        assert_eq!(world.ana.post(&format!("{path}/revoke"), &[]).await.status, 303);
        let names = |all: &[audit_entry::Model]| {
            all.iter().filter(|one| details(one).concat().contains("gone@example.com")).count()
        };
        assert!(names(&entries(stage, acme).await) >= 2);
        let done = stage.store.forget_in_audit(&acme.tenant, user, "gone@example.com").await;
        assert!(done.unwrap() > 2_100);
        assert_eq!(names(&entries(stage, acme).await), 0);
        chain_holds(stage, acme).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn the_end_of_a_day_that_was_kept_elsewhere_shows_a_log_that_was_written_anew() {
    everywhere(async |world| {
        let (stage, acme) = (&world.stage, &world.acme);
        world.project("Falcon").await;
        clock::set_ahead(TimeDelta::days(1));
        stage.store.trim_audit(&acme.tenant, &keep()).await.unwrap();
        clock::set_ahead(TimeDelta::zero());
        let kept = days(stage, acme).await;
        assert_eq!(kept.len(), 1);
        let verify = async |heads: Vec<audit_day::Model>, kept_since: &str| {
            let known = Known { heads, kept_since: kept_since.to_owned() };
            let read = |db: TenantDb| async move { verify_all(&db, &known).await };
            stage.write_in(acme, read).await
        };
        assert!(verify(kept.clone(), "").await.is_ok());
        let other = audit_day::Model { link: "0".repeat(64), ..kept[0].clone() };
        let found = verify(vec![other], "").await.unwrap_err();
        assert_eq!(found.seq, kept[0].seq);
        let further = audit_day::Model { seq: kept[0].seq + 1000, ..kept[0].clone() };
        assert_eq!(verify(vec![further], "").await.unwrap_err().why, "it is missing");
    })
    .await;
}
