//! The tables of people and sessions.

pub mod data_key;
pub mod email_link;
pub mod invitation;
pub mod invited;
pub mod kept_form;
pub mod member;
pub mod membership;
pub mod rate_limit;
pub mod role;
pub mod session;
pub mod ticket;
pub mod used_token;
pub mod user;

use core_db::{Audit, TenantEntity};

use crate::Role;

impl TenantEntity for invitation::Entity {
    fn audit() -> Audit<Self> {
        use invitation::Column::{CreatedAt, ExpiresAt, SentAt, Version};
        let audit = Audit::of("invitation").titled(invitation::Column::Email);
        let audit = audit.person(invitation::Column::Email);
        let audit = audit.label(invitation::Column::InviterId, "Invited by");
        let audit = audit.words(invitation::Column::State, invitation::State::label_of);
        let audit = audit.words(invitation::Column::Role, Role::label_of);
        audit.without([Version, CreatedAt, SentAt, ExpiresAt])
    }
}

impl TenantEntity for member::Entity {
    fn audit() -> Audit<Self> {
        use member::Column::{CreatedAt, Email, Name, UserId};
        let audit = Audit::of("member").titled(Name).person(Email).without([CreatedAt, UserId]);
        audit.words(member::Column::Role, Role::label_of)
    }
}

impl TenantEntity for role::Entity {
    fn audit() -> Audit<Self> {
        use role::Column::{CreatedAt, Name, UpdatedAt, Version};
        Audit::of("role").titled(Name).without([Version, CreatedAt, UpdatedAt])
    }
}
