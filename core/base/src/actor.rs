//! Who does something: carried by every unit of work, for whatever has to tell it or to ask it.

use uuid::Uuid;

use crate::{MemberId, SessionId, UserId};

/// Who does something, in a workspace or outside of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Actor {
    /// The program itself: a migration, upkeep.
    #[default]
    System,
    /// Somebody who has not proved who they are.
    Visitor,
    /// Somebody who is logged in at the account site.
    Account {
        /// The person.
        user: UserId,
    },
    /// A member.
    Member {
        /// The person.
        user: UserId,
        /// Who they are here.
        member: MemberId,
        /// How they proved it.
        through: Through,
    },
    /// A background job.
    Job {
        /// The job.
        id: Uuid,
        /// Its name, `app.verb`.
        name: String,
        /// Whose request led to it; none: it came of itself.
        by: Option<UserId>,
    },
    /// Whoever runs the product, on the command line.
    Command {
        /// Which command: `tenant import`.
        words: String,
    },
}

/// How somebody proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// A browser's session.
    Session(SessionId),
    /// A key, by its own id.
    Key(Uuid),
}

impl Actor {
    /// The person, where there is one: who does it, or whose request led to it.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::Member { user, .. } | Self::Account { user } => Some(*user),
            Self::Job { by, .. } => *by,
            Self::System | Self::Visitor | Self::Command { .. } => None,
        }
    }
}
