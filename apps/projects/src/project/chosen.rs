//! Several projects at once: those with a tick, or all that a search finds.

use platform::{MemberId, Result, TenantDb, clock, order_by_name};
use sea_orm::{
    ColumnTrait, ExprTrait, Order, QueryFilter, QuerySelect, QueryTrait, UpdateMany,
    sea_query::{Asterisk, Expr, Func},
};

use super::{Column, Entity, ProjectId, Search, Status};

/// Which projects.
#[derive(Clone, Debug)]
pub enum Chosen {
    /// Those that are named, as far as they are there.
    These(Vec<ProjectId>),
    /// All that the search finds, on whatever page.
    Matching(Search),
}

/// What was chosen, for a question about it.
#[derive(Clone, Debug, Default)]
pub struct Glance {
    /// How many there are.
    pub count: u64,
    /// The first of them, in the order of the alphabet.
    pub names: Vec<String>,
}

impl From<ProjectId> for Chosen {
    fn from(id: ProjectId) -> Self {
        Self::These(vec![id])
    }
}

impl Chosen {
    fn filter(&self, db: &TenantDb) -> Expr {
        match self {
            Self::These(ids) => Column::Id.is_in(ids.iter().copied()),
            Self::Matching(search) => {
                let ids = search.found(db).select_only().column(Column::Id);
                Column::Id.in_subquery(ids.into_query())
            }
        }
    }

    /// How many there are, and the names of the first: two queries, however many there are.
    pub async fn glance(&self, db: &TenantDb, names: u64) -> Result<Glance> {
        let rows = db.find::<Entity>().filter(self.filter(db)).select_only();
        let count = rows.clone().expr(Func::count(Expr::col(Asterisk))).into_tuple::<i64>();
        let count = count.one(db).await?.unwrap_or_default().unsigned_abs();
        if count == 0 {
            return Ok(Glance::default());
        }
        let rows = order_by_name(rows.column(Column::Name), Column::Name, Order::Asc).limit(names);
        Ok(Glance { count, names: rows.into_tuple().all(db).await? })
    }

    /// Deletes them; says how many there were.
    pub async fn delete(&self, db: &TenantDb) -> Result<u64> {
        let rows = db.delete_many::<Entity>().filter(self.filter(db));
        Ok(rows.exec(db).await?.rows_affected)
    }

    /// Gives them a status; says how many there were.
    pub async fn set_status(&self, db: &TenantDb, status: Status) -> Result<u64> {
        let rows = self.change(db).col_expr(Column::Status, Expr::value(status));
        Ok(rows.exec(db).await?.rows_affected)
    }

    /// Gives them an owner, or none; says how many there were.
    pub async fn set_owner(&self, db: &TenantDb, owner: Option<MemberId>) -> Result<u64> {
        let rows = self.change(db).col_expr(Column::OwnerId, Expr::value(owner));
        Ok(rows.exec(db).await?.rows_affected)
    }

    fn change(&self, db: &TenantDb) -> UpdateMany<Entity> {
        db.update_many::<Entity>()
            .filter(self.filter(db))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .col_expr(Column::UpdatedAt, Expr::value(clock::now()))
    }
}
