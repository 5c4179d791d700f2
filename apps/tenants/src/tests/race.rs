//! Two processes at once: a workspace keeps an owner, and copies follow within a second.

use std::time::{Duration, Instant};

use core_testing::{Actor, Role, Stage, Workspace, for_each_store};
use platform::{
    AnyRole, Error, MemberId, PermissionDef, Result,
    workspaces::{Decision, Refusal, Store},
};

use super::{acme, apps, is};
use crate::permissions::ManageMembers;

/// `actor` decides about somebody, in the process that `store` belongs to. True: it was done.
async fn decide(
    stage: &Stage,
    store: &Store,
    acme: &Workspace,
    actor: &Actor,
    deed: Deed,
) -> Result<bool> {
    let (core, user) = (stage.core.clone(), actor.user);
    let needs = PermissionDef::of::<ManageMembers>();
    let work = async |db| {
        let decision = Decision::begin(store, &db, &core.permissions, needs, user).await?;
        Ok(match deed {
            Deed::Change(id, role) => decision.change(id, role).await?,
            Deed::Remove(id) => decision.remove(&core.sessions, id).await?,
            Deed::HandOver(id) => decision.hand_over(id, false).await?,
        })
    };
    let done: Result<_, Refusal> = store.write_in(acme.tenant.clone(), work).await?;
    Ok(done.is_ok())
}

#[derive(Clone, Copy)]
enum Deed {
    Change(MemberId, AnyRole),
    Remove(MemberId),
    HandOver(MemberId),
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_owners_who_turn_on_each_other_leave_one() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let other = stage.other_process().await;
        let admin = AnyRole::BuiltIn(Role::Admin);
        for round in 0..30 {
            let ana = stage.member(&acme, Role::Owner).await;
            let bo = stage.member(&acme, Role::Owner).await;
            let (a, b) = (ana.member_id(), bo.member_id());
            let (hers, his) = match round % 4 {
                0 => (Deed::Change(b, admin), Deed::Change(a, admin)),
                1 => (Deed::Remove(b), Deed::Remove(a)),
                // Both go.
                2 => (Deed::Remove(a), Deed::Remove(b)),
                _ => (Deed::Change(a, admin), Deed::HandOver(b)),
            };
            let (first, second) = tokio::join!(
                decide(stage, &stage.store, &acme, &ana, hers),
                decide(stage, &other, &acme, &bo, his),
            );
            let owner = Some(AnyRole::BuiltIn(Role::Owner));
            let left: Vec<_> = [&ana, &bo].into_iter().collect();
            let mut owners = 0;
            for actor in left {
                owners += usize::from(is(stage, &acme, actor).await == owner);
            }
            let done = [first, second].map(|done| match done {
                Ok(done) => done,
                // Removed or demoted a moment ago.
                Err(Error::Forbidden | Error::NotFound) => false,
                Err(error) => panic!("round {round}: {:#}", error.into_anyhow()),
            });
            assert_eq!(owners, 1, "round {round}: {done:?}");
            assert!(done.contains(&true), "round {round}: nothing was done at all");
            // The next two must be the only ones.
            let last = if is(stage, &acme, &ana).await == owner { &ana } else { &bo };
            clear(stage, &acme, last).await;
        }
    })
    .await;
}

/// Takes the last owner away by force, as no rule would.
async fn clear(stage: &Stage, acme: &Workspace, actor: &Actor) {
    use sea_orm::{ColumnTrait, QueryFilter};
    let id = actor.member_id();
    let delete = |db: platform::TenantDb| async move {
        let row = db.delete_many::<platform::member::Entity>();
        Ok(row.filter(platform::member::Column::Id.eq(id)).exec(&db).await?)
    };
    stage.write_in(acme, delete).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_role_works_within_a_second_in_another_process() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let other = stage.other_process().await;
        other.changes().poll().await.unwrap();
        let looking = tokio::spawn(other.changes().clone().run());
        let members = platform::workspaces::Members::new(&other);
        let see =
            async || members.find(&acme.tenant, bo.user).await.map_err(Error::into_anyhow).unwrap();
        let role = async || see().await.map(|member| member.role);
        assert_eq!(role().await, Some(Role::Member.into()));
        let path = format!("/settings/members/{}/role", bo.member_id());
        assert_eq!(ana.post(&path, &[("role", "viewer")]).await.status, 303);
        let start = Instant::now();
        while role().await != Some(Role::Viewer.into()) {
            assert!(start.elapsed() < Duration::from_secs(1), "not within a second");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let path = format!("/settings/members/{}/remove", bo.member_id());
        assert_eq!(ana.post(&path, &[]).await.status, 303);
        let start = Instant::now();
        while role().await.is_some() {
            assert!(start.elapsed() < Duration::from_secs(1), "not within a second");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        looking.abort();
        let _ = looking.await;
    })
    .await;
}
