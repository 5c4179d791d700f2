//! Decisions about members: made alone in the tenant, by the rules, on what is true at that moment.

use core_base::{Error, MemberId, Result, UserId, Verdict};
use core_db::{Store, TenantDb};
use sea_orm::{ColumnTrait, QueryFilter};

use crate::{
    AnyRole, Member, PermissionDef, PermissionKeys, PermissionSet, Refusal, Role, Rules, Sessions,
    Subject, custom_roles, entity, find_member, get_member, member, member_cache, memberships,
};

/// One decision. From `begin` to the end of the transaction nobody else changes a member or a role
/// of the tenant, so that what was checked still holds when it is written.
pub struct Decision<'a> {
    pub(crate) store: &'a Store,
    pub(crate) db: &'a TenantDb,
    /// Everything that apps declare.
    pub(crate) permissions: &'a [PermissionDef],
    pub(crate) needs: PermissionDef,
    /// Who decides, read anew: they may have been changed since the gate let them in.
    pub(crate) actor: Member,
    owners: u64,
}

impl<'a> Decision<'a> {
    /// Waits for its turn. `needs` is the permission that it takes.
    pub async fn begin(
        store: &'a Store,
        db: &'a TenantDb,
        permissions: &'a [PermissionDef],
        needs: PermissionDef,
        actor: UserId,
    ) -> Result<Self> {
        db.lock_table::<entity::member::Entity>().await?;
        let actor = find_member(db, actor).await?.ok_or(Error::Forbidden)?;
        let owners = member::owners(db).await?;
        Ok(Self { store, db, permissions, needs, actor, owners })
    }

    /// The same with no more rights than these, of all that its person has.
    #[must_use]
    pub fn within(self, scope: &PermissionKeys) -> Self {
        let actor = self.actor.within(scope, self.permissions);
        Self { actor, ..self }
    }

    /// Who decides.
    pub fn actor(&self) -> &Member {
        &self.actor
    }

    /// The rules as they apply here.
    pub fn rules(&self) -> Rules<'_> {
        Rules::of(self.permissions, self.needs).with_owners(self.owners)
    }

    /// Gives a member another role; says who they are then.
    pub async fn change(&self, id: MemberId, role: AnyRole) -> Verdict<Member, Refusal> {
        let target = get_member(self.db, id).await?;
        let permissions = custom_roles::permissions(self.db, role).await?.ok_or(Error::NotFound)?;
        if let Err(why) = self.rules().may_change(self.me(), someone(&target), &permissions) {
            return Ok(Err(why));
        }
        self.set(&target, role).await?;
        get_member(self.db, id).await.map(Ok)
    }

    /// Makes a member an owner; the one who was stays one too, or becomes an admin.
    pub async fn hand_over(&self, id: MemberId, stay: bool) -> Verdict<Member, Refusal> {
        let target = get_member(self.db, id).await?;
        if let Err(why) = self.rules().may_hand_over(self.me(), someone(&target)) {
            return Ok(Err(why));
        }
        self.set(&target, Role::Owner.into()).await?;
        if !stay {
            self.set(&self.actor, Role::Admin.into()).await?;
        }
        Ok(Ok(target))
    }

    /// Removes a member. Once that is kept, they no longer belong and their sessions here end.
    pub async fn remove(&self, sessions: &Sessions, id: MemberId) -> Verdict<Member, Refusal> {
        let target = get_member(self.db, id).await?;
        if let Err(why) = self.rules().may_remove(self.me(), someone(&target)) {
            return Ok(Err(why));
        }
        let (tenant, user) = (target.tenant, target.user);
        // Written first, so that a kill after the tenant's commit leaves a trace to go by.
        memberships::mark_leaving(self.store.catalog(), user, tenant).await?;
        let delete = self.db.delete_many::<entity::member::Entity>();
        delete.filter(entity::member::Column::Id.eq(id)).exec(self.db).await?;
        let (store, sessions) = (self.store.clone(), sessions.clone());
        self.db.after_commit(async move {
            memberships::forget_membership(&store, user, tenant).await?;
            sessions.end_in(user, tenant).await.map(drop)
        });
        Ok(Ok(target))
    }

    fn me(&self) -> Subject<'_> {
        someone(&self.actor)
    }

    async fn set(&self, target: &Member, role: AnyRole) -> Result<()> {
        member::set_role(self.db, target.id, role).await?;
        let (store, tenant, user) = (self.store.clone(), target.tenant, target.user);
        self.db.after_commit(async move { member_cache::note(&store, tenant, Some(user)).await });
        Ok(())
    }

    /// May the decider give this role, as it is now?
    pub async fn may_grant(&self, role: AnyRole) -> Verdict<PermissionSet, Refusal> {
        let permissions = custom_roles::permissions(self.db, role).await?.ok_or(Error::NotFound)?;
        Ok(self.rules().may_grant(&self.actor.permissions, &permissions).map(|()| permissions))
    }
}

fn someone(member: &Member) -> Subject<'_> {
    Subject { id: member.id, permissions: &member.permissions }
}
