//! What people decide about a project, before it is a row: for the demo and for tests.

use platform::MemberId;
use sea_orm::{ActiveValue::Set, prelude::Date};

use super::{ActiveModel, Status};

/// What people decide about a project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Unique in the workspace.
    pub name: String,
    /// May be empty.
    pub summary: String,
    /// How it goes.
    pub status: Status,
    /// A member of the workspace.
    pub owner_id: Option<MemberId>,
    /// When it should be done.
    pub due: Option<Date>,
}

impl From<Draft> for ActiveModel {
    fn from(draft: Draft) -> Self {
        let Draft { name, summary, status, owner_id, due } = draft;
        Self {
            name: Set(name),
            summary: Set(summary),
            status: Set(status),
            owner_id: Set(owner_id),
            due: Set(due),
            ..Default::default()
        }
    }
}
