//! The table of invitations to a tenant.

use core_base::MemberId;
use core_base::clock;
use sea_orm::entity::prelude::*;

/// Somebody is to become a member. There is one for each address; inviting again uses it again.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "tenant", table_name = "invitations")]
pub struct Model {
    /// The invitation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whom it is for, in the address's normal form.
    #[sea_orm(unique)]
    pub email: String,
    /// What they are to be.
    pub role: crate::AnyRole,
    /// The member who answers for it; they may be gone.
    pub inviter_id: MemberId,
    /// What became of it.
    pub state: State,
    /// Counts the emails: only the link of the last one works.
    pub version: i32,
    /// When the address was first invited, UTC.
    pub created_at: DateTimeUtc,
    /// When the last email was asked for, UTC.
    pub sent_at: DateTimeUtc,
    /// When its link ends, UTC.
    pub expires_at: DateTimeUtc,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::None)")]
pub enum State {
    /// Nothing yet.
    #[sea_orm(string_value = "pending")]
    Pending,
    /// It made somebody a member.
    #[sea_orm(string_value = "accepted")]
    Accepted,
    /// They don't want to.
    #[sea_orm(string_value = "declined")]
    Declined,
    /// The workspace took it back.
    #[sea_orm(string_value = "revoked")]
    Revoked,
    /// Its address has no reader: the email never arrived.
    #[sea_orm(string_value = "undeliverable")]
    Undeliverable,
}

impl State {
    /// Those that wait, and those that came to nothing without the inviter's doing.
    pub const LISTED: [Self; 3] = [Self::Pending, Self::Declined, Self::Undeliverable];

    /// What people read for a stored word.
    pub fn label_of(word: &str) -> Option<&'static str> {
        Some(match word {
            "pending" => "Pending",
            "accepted" => "Accepted",
            "declined" => "Declined",
            "revoked" => "Revoked",
            "undeliverable" => "Undeliverable",
            _ => return None,
        })
    }
}

impl Model {
    /// Is it in the list of those who invite? What came of it stays there until somebody clears it.
    pub fn is_listed(&self) -> bool {
        State::LISTED.contains(&self.state)
    }

    /// Can it still be accepted?
    pub fn is_open(&self) -> bool {
        self.state == State::Pending && !self.is_expired()
    }

    /// Is its time over?
    pub fn is_expired(&self) -> bool {
        self.expires_at <= clock::now()
    }
}

impl ActiveModelBehavior for ActiveModel {}
