//! The platform's own jobs: what is over is deleted, what a kill left is finished, each by its schedule.

use chrono::TimeDelta;
use core_access::{
    Role,
    entity::{email_link, invited, kept_form, rate_limit, session, ticket},
};
use core_base::{SessionId, clock::now};
use core_db::{CatalogEntity, Status, catalog::tenant};
use core_jobs::{job_entity, run_now};
use core_testing::{Stage, for_each_store};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, sea_query::Expr,
};
use uuid::Uuid;

use super::apps;

/// Fires the schedule of this name and does what it left.
async fn fire(stage: &Stage, name: &str) {
    let schedule = stage.jobs.schedules().iter().find(|one| one.name == name);
    let fired = run_now(&stage.store, schedule.expect("it repeats"), None).await;
    assert_eq!(fired.map_err(core_base::Error::into_anyhow).unwrap(), 1);
    stage.run_jobs().await;
}

async fn put<A>(stage: &Stage, row: A)
where
    A: ActiveModelTrait + Send,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    A::Entity: CatalogEntity,
{
    let tx = stage.store.catalog().begin().await.unwrap();
    A::Entity::insert(row).exec_without_returning(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

async fn count<E: CatalogEntity>(stage: &Stage) -> usize {
    let catalog = stage.store.catalog();
    catalog.find::<E>().all(catalog).await.unwrap().len()
}

#[tokio::test]
async fn what_is_over_is_deleted_and_nothing_else() {
    for_each_store(
        || apps(|example| example),
        async |stage| {
            let acme = stage.tenant("acme").await;
            let user = stage.member(&acme, Role::Owner).await.user;
            let before = count::<session::Entity>(stage).await;
            for age in [-1, 1] {
                let ends = now() + TimeDelta::hours(age);
                let session = SessionId(Uuid::now_v7());
                put(
                    stage,
                    session::Model {
                        id: session,
                        token_hash: vec![u8::from(age > 0); 32],
                        user_id: user,
                        parent_id: None,
                        tenant_id: None,
                        site: "account".into(),
                        proved_at: None,
                        method: "password".into(),
                        user_agent: String::new(),
                        address: String::new(),
                        created_at: now(),
                        seen_at: now(),
                        expires_at: ends,
                    }
                    .into_active_model(),
                )
                .await;
                put(
                    stage,
                    ticket::Model {
                        token_hash: vec![u8::from(age > 0); 32],
                        session_id: session,
                        tenant_id: acme.tenant.id,
                        nonce_hash: vec![],
                        expires_at: ends,
                    }
                    .into_active_model(),
                )
                .await;
                let sealed =
                    kept_form::Model { id: Uuid::now_v7(), content: vec![1], expires_at: ends };
                put(stage, sealed.into_active_model()).await;
                put(
                    stage,
                    invited::Model {
                        id: Uuid::now_v7(),
                        tenant_id: acme.tenant.id,
                        email: "una@acme.example".into(),
                        expires_at: ends,
                    }
                    .into_active_model(),
                )
                .await;
                // An ended link says so for a month, a window is kept for two days.
                put(
                    stage,
                    email_link::Model {
                        token_hash: vec![u8::from(age > 0); 32],
                        purpose: email_link::Purpose::Reset,
                        email: "una@acme.example".into(),
                        created_at: now(),
                        expires_at: ends - TimeDelta::days(30),
                        used_at: None,
                    }
                    .into_active_model(),
                )
                .await;
                let key = format!("login_account:{age}");
                let began_at = ends - TimeDelta::days(2);
                put(stage, rate_limit::Model { key, began_at, count: 1 }.into_active_model()).await;
            }
            fire(stage, "platform.prune").await;
            assert_eq!(count::<session::Entity>(stage).await, before + 1);
            assert_eq!(count::<ticket::Entity>(stage).await, 1);
            assert_eq!(count::<kept_form::Entity>(stage).await, 1);
            assert_eq!(count::<invited::Entity>(stage).await, 1);
            assert_eq!(count::<email_link::Entity>(stage).await, 1);
            assert_eq!(count::<rate_limit::Entity>(stage).await, 1);
        },
    )
    .await;
}

#[tokio::test]
async fn jobs_that_are_done_leave_the_queue_after_a_while() {
    for_each_store(
        || apps(|example| example),
        async |stage| {
            fire(stage, "platform.prune").await;
            assert_eq!(count::<job_entity::Entity>(stage).await, 1);
            let catalog = stage.store.catalog();
            let old = catalog.update_many::<job_entity::Entity>();
            let then = Expr::value(now() - TimeDelta::minutes(11));
            old.col_expr(job_entity::Column::DueAt, then).exec(catalog).await.unwrap();
            fire(stage, "platform.prune").await;
            assert_eq!(count::<job_entity::Entity>(stage).await, 1, "the one that prunes");
        },
    )
    .await;
}

#[tokio::test]
async fn a_deletion_that_was_killed_is_finished() {
    for_each_store(
        || apps(|example| example),
        async |stage| {
            let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
            let catalog = stage.store.catalog();
            let half = catalog.update_many::<tenant::Entity>();
            let half = half.filter(tenant::Column::Id.eq(globex.tenant.id));
            let half = half.col_expr(tenant::Column::Status, Expr::value(Status::Deleting));
            half.exec(catalog).await.unwrap();
            fire(stage, "platform.repair").await;
            let rows = catalog.find::<tenant::Entity>().all(catalog).await.unwrap();
            let status = |id| rows.iter().find(|row| row.id == id).map(|row| row.status);
            assert_eq!(status(acme.tenant.id), Some(Status::Active));
            assert_eq!(status(globex.tenant.id), Some(Status::Deleted));
        },
    )
    .await;
}
