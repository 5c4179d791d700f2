//! Those who have no business in the workspace, each with all that such a person can have: good
//! cookies of their own, also at hosts that they are not meant for.

use core_access::{AnyRole, entity::session};
use core_base::RoleId;
use core_http::SESSION_COOKIE;
use core_testing::{Actor, Role, Stage};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::scene::{Scene, done};

/// Who tries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// Owns the other workspace, and brings the cookie of that host.
    OtherOwner,
    /// Is signed in and belongs nowhere.
    Stranger,
    /// Was removed by the owner, and still has a session.
    ExMember,
    /// A member whose role holds nothing.
    Powerless,
    /// An owner whose sessions are over.
    Expired,
    Nobody,
}

impl Who {
    pub(super) const ALL: [Self; 6] = [
        Self::OtherOwner,
        Self::Stranger,
        Self::ExMember,
        Self::Powerless,
        Self::Expired,
        Self::Nobody,
    ];

    /// Somebody new of this kind.
    pub(super) async fn come(self, scene: &Scene, powerless: RoleId) -> Actor {
        let Scene { stage, a, b, .. } = scene;
        let account = stage.config().account_origin();
        let at = (&a.workspace, &b.workspace);
        let actor = match self {
            Self::OtherOwner => stage.member(at.1, Role::Owner).await,
            Self::Stranger => stage.person("Stranger").await,
            Self::ExMember => {
                let mut actor = stage.member(at.0, Role::Admin).await;
                let remove = format!("/settings/members/{}/remove", actor.member_id());
                done(&a.owner, &remove, &[]).await;
                stage.enter(&mut actor, at.0).await;
                actor
            }
            Self::Powerless => stage.member_as(at.0, "Powerless", AnyRole::Custom(powerless)).await,
            Self::Expired => {
                let actor = stage.member(at.0, Role::Owner).await;
                expire(stage, &actor).await;
                actor
            }
            Self::Nobody => stage.visitor(),
        };
        let own = actor.cookie(&actor.origin, SESSION_COOKIE);
        for host in [&at.0.origin, &at.1.origin, &account] {
            if let (None, Some(own)) = (actor.cookie(host, SESSION_COOKIE), &own) {
                actor.set_cookie(host, SESSION_COOKIE, own);
            }
        }
        actor
    }
}

/// Ends what they have by the clock alone: no row goes.
async fn expire(stage: &Stage, actor: &Actor) {
    let past = core_base::clock::now() - chrono::TimeDelta::minutes(1);
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<session::Entity>();
    let update = update.filter(session::Column::UserId.eq(actor.user));
    let update = update.col_expr(session::Column::ExpiresAt, Expr::value(past));
    assert_eq!(update.exec(catalog).await.unwrap().rows_affected, 2);
    // The copies in this process are older than that.
    stage.store.changes().notify("session", "all");
}
