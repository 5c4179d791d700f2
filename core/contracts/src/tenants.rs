//! What happens to the people of a workspace.

use core_base::{MemberId, UserId};
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
