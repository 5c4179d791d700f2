//! Who is asking, and what they may do: users, sessions, tickets, members, roles and permissions.

mod archive_rules;
pub mod archives;
pub mod audit;
mod custom_roles;
mod decision;
mod email_limits;
mod email_links;
pub mod entitlements;
pub mod entity;
mod founder;
mod guards;
mod invitation_index;
mod invitations;
mod limiter;
mod member;
mod member_cache;
mod memberships;
mod permission;
mod permission_set;
mod prune;
mod role;
mod rules;
mod saved_forms;
mod sessions;
#[cfg(test)]
mod tests;
mod tickets;
mod use_once;
mod users;
mod vault;

pub use custom_roles::{
    CustomRole, RoleEdit, all_roles, custom_role, custom_roles, people_by_role,
};
pub use decision::Decision;
pub use email_limits::{EmailKind, EmailPermit};
pub use email_links::{LinkStatus, end_links, link_status, make_link, make_link_beside, use_link};
pub use founder::{InitialOwner, just_founded};
pub use guards::{Guards, Objection, Question};
pub use invitation_index::{note_invited, waiting_for};
pub use invitations::{Invited, invitation_token, look_at_invitation, read_invitation};
pub use limiter::{LimitExceeded, RateLimit, RateLimiter};
pub use member::{
    Member, MemberRow, NewMember, add_member, describe_member, find_member, get_member,
};
pub use member_cache::Members;
pub use memberships::{
    WorkspaceMembership, WorkspaceMemberships, confirm_membership, forget_membership, note_use,
    repair_memberships, reserve_membership, workspaces_of,
};
pub use permission::{Permission, PermissionDef};
pub use permission_set::{PermissionKeys, PermissionSet};
pub use prune::prune;
pub use role::{AnyRole, Role};
pub use rules::{Refusal, Rules, Subject};
pub use saved_forms::{keep_form, kept_form};
pub use sessions::{Lack, MAX_SESSION_AGE, NewSession, Session, SessionChanges, Sessions};
pub use tickets::{Ticket, issue_ticket, redeem_ticket};
pub use use_once::{use_once, use_once_within};
pub use users::{user_by_email, user_by_id};
pub use vault::{KeyStatus, Place, Vault};
