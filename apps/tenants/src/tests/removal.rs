//! Removing and leaving: the member goes, and with it the place in the index and every way in.

use core_testing::{Role, Stage, for_each_store};
use platform::{
    UserId,
    workspaces::{entity::membership, workspaces_of},
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{acme, apps, is};

/// The workspaces of a person, as the catalogue's index has them.
async fn belongs(stage: &Stage, user: UserId) -> usize {
    workspaces_of(&stage.store, user).await.map_err(platform::Error::into_anyhow).unwrap().len()
}

#[tokio::test]
async fn whoever_is_removed_is_out_at_once_and_everywhere() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Admin).await;
        assert_eq!(bo.get("/settings/members").await.status, 200);
        let path = format!("/settings/members/{}/remove", bo.member_id());
        let asks = ana.get(&path).await;
        assert!(asks.has_text(&format!("Remove {} from Acme?", bo.name)));
        let done = ana.submit(&asks.form(&path), &[]).await;
        assert_eq!(done.location(), "/settings/members");
        assert!(ana.follow(done).await.has_text("is no longer a member"));

        assert_eq!(is(stage, &acme, &bo).await, None);
        assert_eq!(belongs(stage, bo.user).await, 0);
        // The session is gone, and there is no way back in.
        assert!(bo.get("/settings/members").await.location().starts_with("/enter"));
        let way = bo.go("/settings/members").await;
        assert_eq!(way.status, 403);
        // Removing them again finds nobody.
        assert_eq!(ana.post(&path, &[]).await.status, 404);
        stage.run_jobs().await;
        let told: Vec<_> = stage.mailbox().to(&bo.email);
        assert_eq!(told.len(), 1, "they are told, once");
        assert!(told[0].text.contains("no longer a member of Acme"), "{}", told[0].text);
    })
    .await;
}

#[tokio::test]
async fn everybody_may_leave_but_the_last_owner() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let vic = stage.member(&acme, Role::Viewer).await;
        let page = vic.get("/settings/leave").await;
        let left = vic.submit(&page.form("/settings/leave"), &[]).await;
        assert_eq!(left.location(), format!("{}/workspaces", vic.account_origin()));
        assert_eq!(is(stage, &acme, &vic).await, None);
        assert_eq!(belongs(stage, vic.user).await, 0);
        assert!(vic.follow(left).await.has_text("You are not in a workspace yet"));
        stage.run_jobs().await;
        assert!(stage.mailbox().to(&vic.email).is_empty(), "who leaves knows it");

        let page = ana.get("/settings/leave").await;
        assert!(page.has_text("You are its only owner"));
        assert!(!page.outline().contains("<Leave workspace>"));
        assert_eq!(ana.post("/settings/leave", &[]).await.status, 409);
        assert_eq!(is(stage, &acme, &ana).await, Some(Role::Owner.into()));
        assert_eq!(belongs(stage, ana.user).await, 1);
        let own = format!("/settings/members/{}/remove", ana.member_id());
        assert_eq!(ana.post(&own, &[]).await.location(), "/settings/leave");

        stage.member(&acme, Role::Owner).await;
        assert_eq!(ana.post("/settings/leave", &[]).await.status, 303);
        assert_eq!(is(stage, &acme, &ana).await, None);
    })
    .await;
}

#[tokio::test]
async fn nobody_removes_who_holds_more() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let ada = stage.member(&acme, Role::Admin).await;
        let path = format!("/settings/members/{}/remove", ana.member_id());
        stage.member(&acme, Role::Owner).await;
        let answer = ada.post(&path, &[]).await;
        assert!(ada.follow(answer).await.has_text("permissions yours doesn't"));
        assert!(is(stage, &acme, &ana).await.is_some());
        assert_eq!(belongs(stage, ana.user).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_kill_leaves_of_a_removal_is_repaired() {
    for_each_store(apps, async |stage| {
        let (acme, _) = acme(stage).await;
        let (gone, there) =
            (stage.member(&acme, Role::Member).await, stage.member(&acme, Role::Member).await);
        // Killed after the tenant's commit, and before it.
        let catalog = stage.store.catalog();
        for actor in [&gone, &there] {
            let mark = catalog.update_many::<membership::Entity>();
            let mark = mark.col_expr(membership::Column::State, Expr::value("leaving"));
            let mark = mark.filter(membership::Column::UserId.eq(actor.user));
            assert_eq!(mark.exec(catalog).await.unwrap().rows_affected, 1);
        }
        let id = gone.member_id();
        let delete = |db: platform::TenantDb| async move {
            let row = db.delete_many::<platform::member::Entity>();
            Ok(row.filter(platform::member::Column::Id.eq(id)).exec(&db).await?)
        };
        stage.write_in(&acme, delete).await;
        assert_eq!(belongs(stage, there.user).await, 1, "until it is certain, they belong");

        let repaired = platform::workspaces::repair_memberships(&stage.store).await;
        assert_eq!(repaired.map_err(platform::Error::into_anyhow).unwrap(), 2);
        assert_eq!((belongs(stage, gone.user).await, belongs(stage, there.user).await), (0, 1));
        let again = platform::workspaces::repair_memberships(&stage.store).await;
        assert_eq!(again.map_err(platform::Error::into_anyhow).unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn who_was_removed_can_come_back() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let path = format!("/settings/members/{}/remove", bo.member_id());
        assert_eq!(ana.post(&path, &[]).await.status, 303);
        let users = stage.store.catalog().find::<platform::people::entity::user::Entity>();
        let users = users.filter(platform::people::entity::user::Column::Id.eq(bo.user));
        let person = users.one(stage.store.catalog()).await.unwrap().unwrap();
        let tenant = acme.tenant.clone();
        let added = crate::workspace::add(&stage.store, tenant, &person, Role::Viewer).await;
        added.map_err(platform::Error::into_anyhow).unwrap();
        assert_eq!(is(stage, &acme, &bo).await, Some(Role::Viewer.into()));
        assert_eq!(belongs(stage, bo.user).await, 1);
    })
    .await;
}
