//! The admin: every resource at one place, for whoever may open it and has the resource's own permissions too.

use std::sync::Arc;

use core_access::{Member, Permission, Role};
use core_base::Result;
use core_db::TenantDb;
use sea_orm::{
    ConnectionTrait,
    sea_query::{Alias, Asterisk, Expr, Func, Query},
};

use crate::Resource;

/// Where it is.
pub const PATH: &str = "/admin";

/// Open the admin.
pub struct UseAdmin;

impl Permission for UseAdmin {
    const KEY: &'static str = "admin.use";
    const LABEL: &'static str = "Open the admin";
    const FROM: Role = Role::Admin;
}

impl Resource {
    /// How many rows there are, counted up to `most`: more than that are not looked at.
    pub async fn count_up_to(&self, db: &TenantDb, most: u64) -> Result<u64> {
        let mut some = Query::select();
        some.expr(Expr::val(1)).from(self.table.clone()).cond_where(self.scoped()).limit(most);
        let mut query = Query::select();
        query.expr(Func::count(Expr::col(Asterisk))).from_subquery(some, Alias::new("some"));
        let count = db.query_one_raw(db.get_database_backend().build(&query)).await?;
        let count: Option<i64> = count.map(|row| row.try_get_by_index(0)).transpose()?;
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
    }

    /// Is it changed elsewhere?
    pub fn is_read_only(&self) -> bool {
        self.managed_at.is_some()
    }

    /// Does whoever has it so see every row?
    pub fn is_whole(self: &Arc<Self>, member: &Member) -> bool {
        self.for_member(member).scope.is_empty()
    }
}
