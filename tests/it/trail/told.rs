//! What one change is told as: who, where from, what, before and after.

use core_base::Actor;
use core_db::{Acting, Origin};
use core_testing::Role;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;

use super::{chain_holds, entries};
use crate::world::everywhere;

#[tokio::test]
async fn a_page_tells_who_changed_what_and_where_from() {
    everywhere(async |world| {
        let path = world.project("Falcon").await;
        let form = world.ana.get(&format!("{path}/edit")).await.form(&path);
        let done = world.ana.submit(&form, &[("name", "Falcon 9"), ("due", "2031-01-02")]).await;
        assert_eq!(done.status, 303, "{}", done.words());
        let told = entries(&world.stage, &world.acme).await;
        let last = told.last().unwrap();
        assert_eq!(
            (&*last.entity, &*last.action, &*last.title),
            ("projects", "updated", "Falcon 9")
        );
        assert_eq!(path, format!("/projects/{}", last.row_id));
        let changes: serde_json::Value = serde_json::from_str(&last.changes).unwrap();
        let wanted = json!({"name": ["Falcon", "Falcon 9"], "due": [null, "2031-01-02"]});
        assert_eq!(changes, wanted);
        assert_eq!(last.user_id, Some(world.ana.user.0));
        assert_eq!(last.actor, format!("member:{}", world.ana.member_id()));
        assert_eq!(last.request.len(), 32);
        assert!(!last.address.is_empty());
        chain_holds(&world.stage, &world.acme).await.unwrap();
        let other = entries(&world.stage, &world.globex).await;
        assert!(other.iter().all(|entry| entry.entity != "projects"), "{other:?}");
    })
    .await;
}

#[tokio::test]
async fn one_statement_over_thousands_of_rows_is_told() {
    const MANY: usize = 5_000;
    everywhere(async |world| {
        let (stage, acme) = (&world.stage, &world.acme);
        let make = |db| async move { projects::testing::many(&db, &[], "Row", MANY).await };
        stage.write_in(acme, make).await;
        let all = |db: platform::TenantDb| async move {
            let update = db.update_many::<projects::project::Entity>();
            let column = projects::project::Column::Summary;
            Ok(update.col_expr(column, Expr::value("Told")).exec(&db).await?.rows_affected)
        };
        assert_eq!(stage.write_in(acme, all).await, MANY as u64);
        let told = entries(stage, acme).await;
        assert_eq!(told.iter().filter(|one| one.action == "updated").count(), MANY);
        chain_holds(stage, acme).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_the_catalogue_keeps_of_a_workspace_is_in_its_log() {
    everywhere(async |world| {
        let (stage, ana) = (&world.stage, &world.ana);
        let general = "/settings/general";
        let form = ana.get(general).await.form(general);
        let saved = ana.submit(&form, &[("name", "Acme Rockets"), ("zone", "Europe/Vienna")]).await;
        assert_eq!(saved.status, 303, "{}", saved.words());
        // What stays as it is tells nothing.
        let form = ana.get(general).await.form(general);
        assert_eq!(ana.submit(&form, &[]).await.status, 303);
        let told = entries(stage, &world.acme).await;
        let told: Vec<_> = told.iter().filter(|one| one.category == "settings").collect();
        assert_eq!(told.len(), 1, "{told:?}");
        let changes: serde_json::Value = serde_json::from_str(&told[0].changes).unwrap();
        let wanted =
            json!({"Name": ["Acme", "Acme Rockets"], "Time zone": ["UTC", "Europe/Vienna"]});
        assert_eq!(changes, wanted);
        let form = ana.get("/settings/general/address").await;
        let form = form.form("/settings/general/address");
        assert_eq!(ana.submit(&form, &[("slug", "rockets")]).await.status, 200);
        let told = entries(stage, &world.acme).await;
        assert_eq!(told.last().unwrap().changes, r#"{"Address":["acme","rockets"]}"#);
        chain_holds(stage, &world.acme).await.unwrap();
        let page = ana.go("http://rockets.localhost:8000/settings/audit?action=changed_workspace");
        let page = page.await;
        assert!(page.has_text("Changed workspace Acme Rockets"), "{}", page.words());
    })
    .await;
}

#[tokio::test]
async fn a_command_is_told_by_its_words() {
    everywhere(async |world| {
        let done = world.stage.store.write_in(world.acme.tenant.clone(), |db| async move {
            projects::testing::make(&db, projects::testing::named("Falcon")).await
        });
        let operator = Actor::Command { words: "tenant import".to_owned() };
        let done = Acting::new(operator, Origin::default()).scope(done);
        done.await.map_err(core_base::Error::into_anyhow).unwrap();
        let told = entries(&world.stage, &world.acme).await;
        assert_eq!(told.last().unwrap().actor, "command:tenant import");
        let page = world.ana.get("/settings/audit").await;
        assert!(page.has_text("Operator Created project Falcon"), "{}", page.words());
        // Whoever uses the same store otherwise is nobody else.
        world.project("Heron").await;
        let told = entries(&world.stage, &world.acme).await;
        assert!(told.last().unwrap().actor.starts_with("member:"));
    })
    .await;
}

#[tokio::test]
async fn what_is_undone_or_changes_nothing_is_not_told() {
    everywhere(async |world| {
        let path = world.project("Falcon").await;
        let before = entries(&world.stage, &world.acme).await.len();
        let again = world.ana.post("/projects", &[("name", "Falcon")]).await;
        assert_eq!(again.status, 422);
        let form = world.ana.get(&format!("{path}/edit")).await.form(&path);
        assert_eq!(world.ana.submit(&form, &[]).await.status, 303);
        let store = &world.stage.store;
        let undone = store.write_in(world.acme.tenant.clone(), |db| async move {
            projects::testing::make(&db, projects::testing::named("Undone")).await?;
            Err::<(), _>(core_base::Error::NotFound)
        });
        assert!(undone.await.is_err());
        assert_eq!(entries(&world.stage, &world.acme).await.len(), before);
    })
    .await;
}

#[tokio::test]
async fn what_is_rolled_back_to_a_savepoint_is_not_told() {
    use core_db::Savepoints;
    use projects::testing::{make, named};
    everywhere(async |world| {
        let before = entries(&world.stage, &world.acme).await.len();
        let some = |db: core_db::TenantDb| async move {
            make(&db, named("Kept")).await?;
            let savepoint = db.savepoint().await?;
            make(&db, named("Undone")).await?;
            db.rollback_to(&savepoint).await?;
            // More than are kept in memory: those that were written already are undone by the store.
            let savepoint = db.savepoint().await?;
            for number in 0..600 {
                db.audit_event("tested", &number.to_string());
            }
            make(&db, named("Undone too")).await?;
            db.rollback_to(&savepoint).await?;
            make(&db, named("Kept too")).await.map(drop)
        };
        world.stage.write_in(&world.acme, some).await;
        let told = entries(&world.stage, &world.acme).await.split_off(before);
        let titles: Vec<_> = told.iter().map(|one| &*one.title).collect();
        assert_eq!(titles, ["Kept", "Kept too"]);
        chain_holds(&world.stage, &world.acme).await.unwrap();
    })
    .await;
}

/// What the database would do by itself is told too.
#[tokio::test]
async fn a_member_who_goes_leaves_their_projects_and_that_is_told() {
    everywhere(async |world| {
        let cy = world.stage.member(&world.acme, Role::Member).await;
        let fields = [("name", "Orphan"), ("owner", &*cy.member_id().to_string())];
        assert_eq!(world.ana.post("/projects", &fields).await.status, 303);
        let remove = format!("/settings/members/{}/remove", cy.member_id());
        assert_eq!(world.ana.post(&remove, &[]).await.status, 303);
        let told = entries(&world.stage, &world.acme).await;
        let [orphaned, removed] = &told[told.len() - 2..] else { panic!() };
        assert_eq!((&*orphaned.entity, &*orphaned.action), ("projects", "updated"));
        let changes: serde_json::Value = serde_json::from_str(&orphaned.changes).unwrap();
        assert_eq!(changes["owner_id"], json!([cy.member_id().to_string(), null]));
        assert_eq!((&*removed.entity, &*removed.action), ("members", "deleted"));
        assert_eq!(removed.user_id, Some(world.ana.user.0));
    })
    .await;
}

/// What cannot be told cannot be done.
#[tokio::test]
async fn statements_whose_change_cannot_be_told_are_refused() {
    use projects::project::{Column, Entity};
    everywhere(async |world| {
        world.project("Falcon").await;
        let backend = world.stage.store.backend();
        for sql in [
            "WITH a AS (SELECT 1) DELETE FROM \"tenant\".\"projects\"",
            "UPDATE \"tenant\".\"projects\" SET name = b.name FROM \"tenant\".\"members\" b",
            "UPDATE \"tenant\".\"projects\" SET \"id\" = \"id\"",
            "INSERT INTO \"tenant\".\"projects\" SELECT * FROM \"tenant\".\"projects\" \
             WHERE true ON CONFLICT (id) DO UPDATE SET name = 'x'",
        ] {
            let refused = world.stage.store.write_in(world.acme.tenant.clone(), |db| async move {
                let statement = sea_orm::Statement::from_string(backend, sql.to_owned());
                Ok(sea_orm::ConnectionTrait::execute_raw(&db, statement).await?)
            });
            assert!(refused.await.is_err(), "{sql}");
        }
        // Text of one's own that can be told is.
        let before = entries(&world.stage, &world.acme).await.len();
        let renamed = |db: core_db::TenantDb| async move {
            let all = Entity::update_many().filter(Column::Name.like("Fal%"));
            Ok(all.col_expr(Column::Name, Expr::cust("upper(name)")).exec(&db).await?)
        };
        assert_eq!(world.stage.write_in(&world.acme, renamed).await.rows_affected, 1);
        let told = entries(&world.stage, &world.acme).await;
        assert_eq!((told.len(), &*told[before].title), (before + 1, "FALCON"));
    })
    .await;
}
