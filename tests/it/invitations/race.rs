//! Two at once, and what a kill leaves: one invitation makes one member, and the index agrees.

use core_access::{
    Role,
    entity::{invitation::State, member, membership},
    repair_memberships, workspaces_of,
};
use core_testing::{Stage, for_each_store};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter, sea_query::Expr};

use super::{accept, invite, is, row, token};
use crate::world::apps;

async fn belongs(stage: &Stage, user: core_base::UserId) -> usize {
    let found = workspaces_of(&stage.store, user).await;
    found.map_err(core_base::Error::into_anyhow).unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_acceptances_at_once_make_one_member() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        for _ in 0..8 {
            let kim = stage.person("Kim").await;
            let link = invite(stage, &ana, &kim.email, "member").await;
            let token = token(&link);
            let (a, b) = tokio::join!(accept(&kim, token), accept(&kim, token));
            assert_eq!((a.status, b.status), (303, 303), "{} {}", a.words(), b.words());
            let id = kim.user.0;
            let count = |db: core_db::TenantDb| async move {
                let query = db.find::<member::Entity>();
                Ok(query.filter(member::Column::UserId.eq(id)).count(&db).await?)
            };
            assert_eq!(stage.write_in(&acme, count).await, 1);
            assert_eq!(belongs(stage, kim.user).await, 1);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepting_while_it_is_taken_back_does_one_of_the_two() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        for _ in 0..8 {
            let kim = stage.person("Kim").await;
            let link = invite(stage, &ana, &kim.email, "member").await;
            let id = row(stage, &acme, &kim.email).await.id;
            let path = format!("/settings/members/invitations/{id}/revoke");
            let (accepted, revoked) =
                tokio::join!(accept(&kim, token(&link)), ana.post(&path, &[]));
            let joined = is(stage, &acme, kim.user).await.is_some();
            let state = row(stage, &acme, &kim.email).await.state;
            let expected = if joined { State::Accepted } else { State::Revoked };
            assert_eq!(state, expected, "{} {}", accepted.status, revoked.status);
            assert_eq!(accepted.status == 303, joined);
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_kill_leaves_of_an_acceptance_is_completed_or_taken_back() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let (kim, lou) = (stage.person("Kim").await, stage.person("Lou").await);
        let catalog = stage.store.catalog();
        for (actor, by_hand) in [(&kim, false), (&lou, true)] {
            let link = invite(stage, &ana, &actor.email, "member").await;
            accept(actor, token(&link)).await;
            // Killed after the tenant's commit: the catalogue was not told.
            let update = catalog.update_many::<membership::Entity>();
            let update = update.col_expr(membership::Column::State, Expr::value("reserved"));
            let update = update.filter(membership::Column::UserId.eq(actor.user));
            update.exec(catalog).await.unwrap();
            assert_eq!(belongs(stage, actor.user).await, 0);
            if by_hand {
                assert_eq!(accept(actor, token(&link)).await.status, 303);
            } else {
                let repaired = repair_memberships(&stage.store).await;
                assert_eq!(repaired.map_err(core_base::Error::into_anyhow).unwrap(), 1);
            }
            assert_eq!(belongs(stage, actor.user).await, 1);
        }
    })
    .await;
}
