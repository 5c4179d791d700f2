//! Who may change whom: rules without a database. Nobody gives what they don't hold, nobody touches
//! who holds more, and a workspace always has an owner.

use core_base::MemberId;

use crate::{PermissionDef, PermissionSet};

/// Why something is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The permission for it is missing.
    NotAllowed,
    /// The other one, or the role, may do things that the asker may not.
    HoldsMore,
    /// The new role may do things that the asker may not.
    GrantsMore,
    /// Nobody would own the workspace.
    LastOwner,
    /// Ownership can't be handed to oneself, or to somebody who has it.
    OwnerAlready,
}

impl Refusal {
    /// What a person reads.
    pub fn text(self) -> &'static str {
        match self {
            Self::NotAllowed => "Your role no longer allows this. Ask an admin of this workspace.",
            Self::HoldsMore => {
                "This person's role has permissions yours doesn't. Ask an owner \
                                or admin."
            }
            Self::GrantsMore => "That role has permissions yours doesn't. Choose a different one.",
            Self::LastOwner => "A workspace needs an owner. Make someone else an owner first.",
            Self::OwnerAlready => "This person is already an owner.",
        }
    }
}

/// Somebody, as far as the rules look at them.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// The member it is about.
    pub id: MemberId,
    /// What they may do.
    pub permissions: &'a PermissionSet,
}

/// What the rules need to know of the product and the workspace.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Everything that apps declare.
    pub permissions: &'a [PermissionDef],
    /// The one that it takes to do this.
    pub needs: PermissionDef,
    /// How many owners there are; none: nobody counted them, and whether one stays is not asked.
    owners: Option<u64>,
}

type Ruling = Result<(), Refusal>;

impl<'a> Rules<'a> {
    /// Rules about what may be given and taken, for showing what somebody may choose.
    pub fn of(permissions: &'a [PermissionDef], needs: PermissionDef) -> Self {
        Self { permissions, needs, owners: None }
    }

    /// The same, where an owner must stay: for whoever decides.
    #[must_use]
    pub fn with_owners(self, owners: u64) -> Self {
        Self { owners: Some(owners), ..self }
    }

    /// May `actor` give somebody a role of this power?
    pub fn may_grant(&self, actor: &PermissionSet, role: &PermissionSet) -> Ruling {
        refuse(!actor.holds(&self.needs), Refusal::NotAllowed)?;
        refuse(!actor.covers(role, self.permissions), Refusal::GrantsMore)
    }

    /// May `actor` give `target` this role?
    pub fn may_change(
        &self,
        actor: Subject<'_>,
        target: Subject<'_>,
        role: &PermissionSet,
    ) -> Ruling {
        self.may_touch(actor.permissions, target.permissions)?;
        self.may_grant(actor.permissions, role)?;
        self.leaves_an_owner(target.permissions, role.is_owner())
    }

    /// May `actor` remove `target`? Oneself only by leaving.
    pub fn may_remove(&self, actor: Subject<'_>, target: Subject<'_>) -> Ruling {
        if actor.id == target.id {
            return self.may_leave(actor);
        }
        self.may_touch(actor.permissions, target.permissions)?;
        self.leaves_an_owner(target.permissions, false)
    }

    /// May `actor` go? Everybody may, but for the last owner.
    pub fn may_leave(&self, actor: Subject<'_>) -> Ruling {
        self.leaves_an_owner(actor.permissions, false)
    }

    /// May `actor` make `target` an owner, and step down or not?
    pub fn may_hand_over(&self, actor: Subject<'_>, target: Subject<'_>) -> Ruling {
        refuse(!actor.permissions.is_owner(), Refusal::NotAllowed)?;
        refuse(actor.id == target.id || target.permissions.is_owner(), Refusal::OwnerAlready)
    }

    /// May `actor` change the permissions of a custom role from `before` to `after`? A role that is
    /// created has none before, one that is deleted none after.
    pub fn may_edit(
        &self,
        actor: &PermissionSet,
        before: &PermissionSet,
        after: &PermissionSet,
    ) -> Ruling {
        self.may_touch(actor, before)?;
        self.may_grant(actor, after)
    }

    fn may_touch(&self, actor: &PermissionSet, target: &PermissionSet) -> Ruling {
        refuse(!actor.holds(&self.needs), Refusal::NotAllowed)?;
        refuse(!actor.covers(target, self.permissions), Refusal::HoldsMore)
    }

    fn leaves_an_owner(&self, before: &PermissionSet, stays: bool) -> Ruling {
        refuse(
            before.is_owner() && !stays && self.owners.is_some_and(|owners| owners <= 1),
            Refusal::LastOwner,
        )
    }
}

fn refuse(when: bool, why: Refusal) -> Ruling {
    if when { Err(why) } else { Ok(()) }
}
