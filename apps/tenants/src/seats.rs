//! Seats: how many people a workspace may have, and who takes them.

use platform::{
    LimitReached, Result, TenantDb, Verdict, clock,
    entitlements::{self, Limit},
    member,
    workspaces::entity::invitation::{Column, Entity, State},
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};

/// How many members a workspace may have. An open invitation takes a seat as well.
pub struct Members;

impl Limit for Members {
    const KEY: &'static str = "members";
    const LABEL: &'static str = "Seats";
    const THINGS: [&'static str; 2] = ["seat", "seats"];
    const DEFAULT: Option<u64> = None;
    type Row = member::Entity;

    async fn used(db: &TenantDb) -> Result<u64> {
        Ok(seats(db).await?.total())
    }
}

/// Who takes a seat of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seats {
    /// Those who are there.
    pub members: u64,
    /// Those who may come at any moment.
    pub invited: u64,
}

impl Seats {
    /// All seats that are taken.
    pub fn total(self) -> u64 {
        self.members + self.invited
    }
}

/// The seats of the workspace.
pub async fn seats(db: &TenantDb) -> Result<Seats> {
    let members = db.find::<member::Entity>().count(db).await?;
    let open = db.find::<Entity>().filter(Column::State.eq(State::Pending));
    let invited = open.filter(Column::ExpiresAt.gt(clock::now())).count(db).await?;
    Ok(Seats { members, invited })
}

/// Is there a seat for somebody who was invited? Their invitation holds one already, but the limit may have
/// been lowered since.
pub async fn seat_for_invited(db: &TenantDb) -> Verdict<(), LimitReached> {
    let members = db.find::<member::Entity>().count(db).await?;
    entitlements::fits::<Members>(db, members).await
}

/// Does an open invitation hold a seat for this address?
pub async fn is_invited(db: &TenantDb, email: &str) -> Result<bool> {
    let open = db.find::<Entity>().filter(Column::State.eq(State::Pending));
    let open = open.filter(Column::ExpiresAt.gt(clock::now())).filter(Column::Email.eq(email));
    Ok(open.count(db).await? > 0)
}
