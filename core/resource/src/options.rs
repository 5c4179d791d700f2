//! What a field that refers to another table offers, and which row a name means.

use core_base::Result;
use core_db::TenantDb;
use sea_orm::{
    ConnectionTrait, DbErr, ExprTrait, Order, QueryResult, Value,
    sea_query::{Expr, Func, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{Resource, parts::Referred, resource::Spec};

/// More than this are not offered as a list: they are searched for.
pub(crate) const OFFERED: u64 = 500;

/// How many a search offers.
pub(crate) const FOUND: u64 = 20;

impl Referred {
    fn rows(&self) -> SelectStatement {
        let mut query = Query::select();
        query.columns([self.key.clone(), self.label.clone()]).from(self.table.clone());
        query
    }

    fn label(&self) -> Expr {
        Expr::col(self.label.clone())
    }

    /// Ids and what people read of them, by name, of those in which these words stand.
    pub(crate) async fn options(
        &self,
        db: &TenantDb,
        words: &str,
        many: u64,
    ) -> Result<Vec<(String, String)>> {
        let mut query = self.rows();
        if !words.is_empty() {
            query.and_where(db.contains(self.label(), words));
        }
        query.order_by_expr(Func::lower(self.label()).into(), Order::Asc).limit(many);
        read(db, &query).await
    }

    /// Those that are called so.
    pub(crate) async fn called(&self, db: &TenantDb, name: &str) -> Result<Vec<(String, String)>> {
        let mut query = self.rows();
        let same = Expr::from(Func::lower(self.label())).eq(Func::lower(Expr::val(name)));
        query.and_where(self.label().eq(name).or(same)).limit(FOUND);
        read(db, &query).await
    }

    /// What people read of this one; empty: there is none.
    pub(crate) async fn name(&self, db: &TenantDb, id: Uuid) -> Result<String> {
        let mut query = self.rows();
        query.and_where(Expr::col(self.key.clone()).eq(id)).limit(1);
        Ok(read(db, &query).await?.pop().map(|(_, label)| label).unwrap_or_default())
    }
}

impl Resource {
    /// What a relation offers, by name: ids and what people read of them, 500 at most.
    pub async fn options(&self, db: &TenantDb, field: &str) -> Result<Vec<(String, String)>> {
        let referred = self.field(field).and_then(|at| self.fields[at].parts.referred.as_ref());
        match referred {
            Some(referred) => referred.options(db, "", OFFERED).await,
            None => Ok(vec![]),
        }
    }

    /// Is there a row that this id refers to?
    pub(crate) async fn is_there(&self, db: &TenantDb, field: &Spec, id: &Value) -> Result<bool> {
        match (&field.parts.referred, id) {
            (Some(referred), Value::Uuid(Some(id))) => {
                let mut query = Query::select();
                query.expr(Expr::val(1)).from(referred.table.clone()).limit(1);
                query.and_where(Expr::col(referred.key.clone()).eq(*id));
                let query = db.get_database_backend().build(&query);
                Ok(db.query_one_raw(query).await?.is_some())
            }
            _ => Ok(true),
        }
    }
}

async fn read(db: &TenantDb, query: &SelectStatement) -> Result<Vec<(String, String)>> {
    let rows = db.query_all_raw(db.get_database_backend().build(query)).await?;
    let option = |row: &QueryResult| {
        let id: Uuid = row.try_get_by_index(0)?;
        Ok::<_, DbErr>((id.to_string(), row.try_get_by_index(1)?))
    };
    Ok(rows.iter().map(option).collect::<Result<_, _>>()?)
}
