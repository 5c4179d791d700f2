//! What the first page of a workspace says about its projects: how many there are, whose, and which
//! were changed last.

use platform::{MemberId, Result, TenantDb};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect,
    prelude::{Date, DateTimeUtc},
    sea_query::{Expr, Func, NullOrdering},
};

use super::{Column, Entity, Model, ProjectId, Status};

/// How many projects there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Counts {
    /// All of them.
    pub total: i64,
    /// Those that are not done.
    pub open: i64,
    /// Those of the open ones whose due date is over.
    pub overdue: i64,
    /// Those that need help to end as planned, or will not.
    pub at_risk: i64,
}

/// A project that was changed.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Changed {
    /// The id of the project.
    pub id: ProjectId,
    /// Its name.
    pub name: String,
    /// Counts the changes; 1 for one that was only created.
    pub version: i32,
    /// The last change, UTC.
    pub updated_at: DateTimeUtc,
}

/// How many projects there are, in one query.
pub async fn counts(db: &TenantDb, today: Date) -> Result<Counts> {
    let open = || Condition::all().add(Column::Status.ne(Status::Done));
    let overdue = open().add(Column::Due.lt(today));
    let at_risk = Condition::all().add(Column::Status.is_in([Status::AtRisk, Status::OffTrack]));
    // Rows that a condition does not fit are NULL, which is not counted.
    let of = |which: Condition| Func::count(Expr::case(which, 1));
    let counts = db.find::<Entity>().select_only();
    let counts = counts.expr_as(Func::count(Expr::col(Column::Id)), "total");
    let counts = counts.expr_as(of(open()), "open").expr_as(of(overdue), "overdue");
    let counts = counts.expr_as(of(at_risk), "at_risk").into_model();
    Ok(counts.one(db).await?.unwrap_or_default())
}

/// What a member answers for and is not done: what should be done first comes first.
pub async fn of_member(db: &TenantDb, member: MemberId, many: u64) -> Result<Vec<Model>> {
    let rows = db.find::<Entity>().filter(Column::OwnerId.eq(member.0));
    let rows = rows.filter(Column::Status.ne(Status::Done));
    let rows = rows.order_by_with_nulls(Column::Due, Order::Asc, NullOrdering::Last);
    Ok(rows.order_by_asc(Column::Id).limit(many).all(db).await?)
}

/// What was changed last.
pub async fn newest(db: &TenantDb, many: u64) -> Result<Vec<Changed>> {
    let rows = db.find::<Entity>().select_only();
    let rows = rows.columns([Column::Id, Column::Name, Column::Version, Column::UpdatedAt]);
    let rows = rows.order_by_desc(Column::UpdatedAt).order_by_desc(Column::Id).limit(many);
    Ok(rows.into_model().all(db).await?)
}
