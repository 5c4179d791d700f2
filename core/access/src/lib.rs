//! Who is asking, and what they may do: users, sessions, tickets, members, roles and permissions.

mod attempts;
mod email_links;
pub mod entity;
mod founder;
mod members;
mod memberships;
mod permission;
mod role;
mod sessions;
mod tickets;

pub use attempts::{Attempts, Limit};
pub use email_links::{Link, look_at_link, make_link, prune_links, use_link};
pub use founder::Founder;
pub use members::{Member, Members, NewMember, add_member, find_member};
pub use memberships::{
    Belonging, Belongings, belongings, confirm, forget, note_use, repair, reserve,
};
pub use permission::{Grant, Permission};
pub use role::Role;
pub use sessions::{NewSession, Session, Sessions};
pub use tickets::{Ticket, issue, redeem};
