//! What happens to the people of a workspace.

use core_access::Question;
use core_base::{MemberId, TenantId, UserId};
use core_jobs::Event;
use serde::{Deserialize, Serialize};

/// Somebody accepted an invitation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberJoined {
    /// The new member.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// Who had invited them.
    pub invited_by: MemberId,
}

impl Event for MemberJoined {
    const NAME: &'static str = "tenants.member_joined";
}

/// Somebody left, or was removed. Their row is gone: what is needed of it stands here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberRemoved {
    /// The member that was.
    pub member: MemberId,
    /// The person.
    pub user: UserId,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Who removed them; none: they left by themselves.
    pub removed_by: Option<MemberId>,
}

impl Event for MemberRemoved {
    const NAME: &'static str = "tenants.member_removed";
}

/// A workspace was made. Announced in the catalogue: listeners take `Run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceCreated {
    /// The workspace.
    pub tenant: TenantId,
    /// The person who owns it.
    pub owner: UserId,
}

impl Event for WorkspaceCreated {
    const NAME: &'static str = "tenants.workspace_created";
}

/// An owner deleted a workspace; it can be brought back until it is erased. Announced in the catalogue:
/// listeners take `Run`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceDeleted {
    /// The workspace.
    pub tenant: TenantId,
    /// The person who deleted it.
    pub by: UserId,
}

impl Event for WorkspaceDeleted {
    const NAME: &'static str = "tenants.workspace_deleted";
}

/// May this member be removed, or leave? Asked while nobody else decides about members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoveMember {
    /// The member who would go.
    pub member: MemberId,
}

impl Question for RemoveMember {
    const NAME: &'static str = "tenants.remove_member";
}
