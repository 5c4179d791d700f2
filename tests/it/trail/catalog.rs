//! The catalogue's own trail: what is done to accounts, memberships and workspaces.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use core_access::{
    audit::verify_all,
    entity::{membership, user},
};
use core_base::{Actor, Error, clock};
use core_db::{
    Acting, AuditedTable, Origin, Retention, Savepoints, Verified, audit_entry,
    catalog::{address, tenant},
    instant,
};
use core_testing::{Answer, Role, Stage, StoreKind};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Statement};
use serde_json::{Map, Value as Json, json};

use super::{Rows, replay};
use crate::{
    world::{everywhere, registry},
    worlds::canary::Sql,
};

const PASSWORD: &str = "the kettle sings at noon";

/// The tables of the catalogue whose changes are told.
pub fn told() -> Vec<AuditedTable> {
    registry().catalog_tables.iter().filter_map(|table| table.audited.clone()).collect()
}

/// All entries, in order.
pub async fn entries(stage: &Stage) -> Vec<audit_entry::Model> {
    let read = stage.store.read_catalog_trail(|tx| {
        let all = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Seq);
        Box::pin(async move { Ok(all.all(tx).await?) })
    });
    read.await.map_err(Error::into_anyhow).unwrap()
}

pub async fn chain_holds(stage: &Stage) -> Result<Verified, String> {
    let read = stage.store.read_catalog_trail(|tx| {
        Box::pin(async move { verify_all(tx, &Default::default()).await })
    });
    let found = read.await.map_err(Error::into_anyhow).unwrap();
    found.map_err(|broken| format!("{broken:?}"))
}

/// What the catalogue holds, as the trail must tell it.
pub async fn rows(stage: &Stage) -> Rows {
    let (catalog, mut found) = (stage.store.catalog(), Rows::new());
    let mut add = |table: &str, key: String, row: Json| {
        let Json::Object(row) = row else { panic!("{row}") };
        found.insert((table.to_owned(), key), row);
    };
    for row in catalog.find::<user::Entity>().all(catalog).await.unwrap() {
        let told = json!({
            "email": row.email, "name": row.name, "locale": row.locale, "zone": row.zone,
            "theme": row.theme, "password_hash": "•••", "created_at": instant(row.created_at),
        });
        add("users", row.id.to_string(), told);
    }
    for row in catalog.find::<membership::Entity>().all(catalog).await.unwrap() {
        let told = json!({ "state": row.state, "created_at": instant(row.created_at) });
        add("memberships", format!("{}/{}", row.user_id, row.tenant_id), told);
    }
    for row in catalog.find::<tenant::Entity>().all(catalog).await.unwrap() {
        let told = json!({
            "slug": row.slug, "name": "•••", "cell_id": row.cell_id, "status": row.status.as_str(),
            "created_at": instant(row.created_at), "zone": row.zone,
            "erase_at": row.erase_at.map(instant),
            "two_step_from": row.two_step_from.map(instant), "session_hours": row.session_hours,
            "plan": row.plan,
        });
        add("tenants", row.id.to_string(), told);
    }
    for row in catalog.find::<address::Entity>().all(catalog).await.unwrap() {
        let told = json!({
            "tenant_id": row.tenant_id.to_string(), "leads_until": instant(row.leads_until),
        });
        add("addresses", row.slug, told);
    }
    found
}

/// Everything that is told happened to the catalogue, and nothing else did.
pub async fn assert_told(stage: &Stage) {
    let mut replayed = replay(&entries(stage).await, &told());
    for value in replayed.values_mut().flat_map(Map::values_mut) {
        // Each store writes points in time in a way of its own.
        if let Some(at) = value.as_str().and_then(|text| text.parse::<DateTime<Utc>>().ok()) {
            *value = instant(at).into();
        }
    }
    assert_eq!(replayed, rows(stage).await);
    chain_holds(stage).await.unwrap();
}

fn is_done(answer: &Answer) {
    assert_eq!(answer.status, 303, "{}", answer.words());
}

#[tokio::test]
async fn accounts_memberships_and_workspaces_are_told() {
    everywhere(async |world| {
        let (stage, browser) = (&world.stage, world.stage.visitor());
        let form = browser.get("/signup").await.form("/signup");
        browser.submit(&form, &[("email", "ada@example.test")]).await;
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to("ada@example.test").links()[0].to_owned();
        let page = browser.get(&link).await;
        let fields = [("name", "Ada"), ("password", PASSWORD)];
        is_done(&browser.submit(&page.form("/signup/confirm"), &fields).await);
        let told = entries(stage).await;
        let made = told.last().unwrap();
        assert_eq!(
            (&*made.entity, &*made.action, &*made.title),
            ("users", "created", "ada@example.test")
        );
        assert_eq!((&*made.actor, made.user_id), ("visitor", None));
        assert!(!made.address.is_empty() && made.request.len() == 32, "{made:?}");
        assert!(!made.changes.contains("argon2") && made.changes.contains("•••"), "{made:?}");
        let ada = made.row_id.clone();

        let page = browser.get("/workspaces/new").await;
        is_done(
            &browser.submit(&page.form("/workspaces"), &[("name", "Kite"), ("slug", "kite")]).await,
        );
        let told = entries(stage).await;
        let founded: Vec<_> = told.iter().filter(|one| one.actor == "account").collect();
        assert!(founded.iter().any(|one| one.entity == "tenants" && one.action == "created"));
        assert!(founded.iter().any(|one| one.entity == "memberships" && one.action == "created"));
        assert!(founded.iter().all(|one| one.user_id.unwrap().to_string() == ada), "{founded:?}");
        assert!(told.iter().all(|one| !one.changes.contains("Kite")), "its own log tells its name");

        let form = world.ana.get("/settings/general").await.form("/settings/general");
        is_done(&world.ana.submit(&form, &[("zone", "Europe/Vienna")]).await);
        let told = entries(stage).await;
        let zone = told.last().unwrap();
        assert_eq!(zone.changes, r#"{"zone":["UTC","Europe/Vienna"]}"#);
        assert_eq!(zone.actor, format!("member:{}", world.ana.member_id()));
        assert_eq!(zone.user_id, Some(world.ana.user.0));
        assert_told(stage).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_undone_is_not_told_and_what_a_command_does_is() {
    everywhere(async |world| {
        let stage = &world.stage;
        let catalog = stage.store.catalog();
        let before = entries(stage).await.len();
        let rename = |name: &'static str| {
            let all = catalog.update_many::<user::Entity>();
            let all = all.filter(user::Column::Id.eq(world.ana.user));
            all.col_expr(user::Column::Name, sea_orm::sea_query::Expr::value(name))
        };
        let tx = catalog.begin().await.unwrap();
        rename("Nobody").exec(&tx).await.unwrap();
        drop(tx);
        let tx = catalog.begin().await.unwrap();
        rename("Kept").exec(&tx).await.unwrap();
        let savepoint = tx.savepoint().await.unwrap();
        rename("Undone").exec(&tx).await.unwrap();
        tx.rollback_to(&savepoint).await.unwrap();
        tx.commit().await.unwrap();
        let operator = Actor::Command { words: "user rename".to_owned() };
        let renamed = rename("Ana Told").exec(catalog);
        Acting::new(operator, Origin::default()).scope(renamed).await.unwrap();
        let told = entries(stage).await.split_off(before);
        let told: Vec<_> = told.iter().map(|one| (&*one.actor, &*one.changes)).collect();
        let name = &world.ana.name;
        let kept = format!(r#"{{"name":["{name}","Kept"]}}"#);
        assert_eq!(
            told,
            [("system", &*kept), ("command:user rename", r#"{"name":["Kept","Ana Told"]}"#)]
        );
        assert_told(stage).await;
    })
    .await;
}

#[tokio::test]
async fn the_catalogues_role_can_only_add_and_tampering_is_found() {
    everywhere(async |world| {
        let stage = &world.stage;
        let backend = stage.store.backend();
        for sql in [
            "UPDATE \"catalog\".\"audit_entries\" SET \"title\" = 'x'",
            "DELETE FROM \"catalog\".\"audit_entries\"",
        ] {
            let refused = stage.store.catalog();
            let refused = refused.execute_raw(Statement::from_string(backend, sql.to_owned()));
            assert!(refused.await.is_err(), "{sql}");
        }
        chain_holds(stage).await.unwrap();
        let mut owner = Sql::to(&stage.home).await;
        let table = match stage.kind {
            StoreKind::Sqlite => "audit_entries",
            _ => "catalog.audit_entries",
        };
        if stage.kind == StoreKind::Sqlite {
            owner.run("catalog", "DROP TRIGGER audit_entries_no_update").await;
        }
        owner.run("catalog", &format!("UPDATE {table} SET title = 'Other' WHERE seq = 3")).await;
        owner.close().await;
        let found = chain_holds(stage).await.unwrap_err();
        assert!(found.contains("seq: 3"), "{found}");
    })
    .await;
}

#[tokio::test]
async fn whoever_is_erased_leaves_the_catalogues_trail_too_and_old_entries_go() {
    everywhere(async |world| {
        let stage = &world.stage;
        let cy = stage.member(&world.acme, Role::Member).await;
        let tx = stage.store.catalog().begin().await.unwrap();
        stage.store.erase_user(&tx, cy.user, &cy.email).await.unwrap();
        tx.commit().await.unwrap();
        assert_told(stage).await;
        let holds = |all: &[audit_entry::Model]| {
            all.iter().any(|one| format!("{}{}", one.title, one.changes).contains(&cy.email))
        };
        assert!(holds(&entries(stage).await));
        let forget = || stage.store.forget_in_catalog_audit(cy.user, &cy.email);
        assert!(forget().await.map_err(Error::into_anyhow).unwrap() >= 2);
        assert_eq!(forget().await.map_err(Error::into_anyhow).unwrap(), 0);
        let left = entries(stage).await;
        assert!(!holds(&left));
        assert!(left.iter().any(|one| one.title == world.ana.email), "others stay");
        chain_holds(stage).await.unwrap();

        let keep = Retention(vec![("change", 730), ("access", 180)]);
        clock::set_ahead(TimeDelta::days(800));
        stage.member(&world.acme, Role::Member).await;
        assert!(
            stage.store.trim_catalog_audit(&keep).await.map_err(Error::into_anyhow).unwrap() > 0
        );
        clock::set_ahead(TimeDelta::zero());
        chain_holds(stage).await.unwrap();
        let young = entries(stage).await;
        assert!(young[0].seq > 1, "the first ones are gone");
        let kinds: HashMap<_, usize> = young.iter().fold(HashMap::new(), |mut kinds, one| {
            *kinds.entry(&*one.entity).or_default() += 1;
            kinds
        });
        assert_eq!(kinds.get("users"), Some(&1), "{young:?}");
    })
    .await;
}
