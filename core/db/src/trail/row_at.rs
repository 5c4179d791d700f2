//! A row as it was: what it is now, with what the trail tells of later changes taken away again.

use std::collections::BTreeMap;

use core_base::Verdict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value,
    sea_query::{Expr, Query},
};
use serde_json::Value as Json;

use super::{
    description::TrailColumn,
    entry::{Column, Entity},
    take_back::{Left, name, told, which},
};
use crate::TenantDb;

/// More later changes than this are not gone through.
const MOST: u64 = 1_000;

impl TenantDb {
    /// The columns of a row, which is there now, as the entry with this number left them; those alone that the
    /// trail tells. Or why that can't be said: it was not there then ([`Left::Gone`]), or what was told since
    /// is past its time ([`Left::Erased`]).
    pub async fn row_at(
        &self,
        table: &str,
        row_id: &str,
        seq: i64,
    ) -> Verdict<Vec<(String, Value)>, Left> {
        let Some(table) = self.audited(table) else { return Ok(Err(Left::Erased)) };
        let Some(only) = which(&table, row_id) else { return Ok(Err(Left::Erased)) };
        let columns: Vec<&TrailColumn> =
            table.columns.iter().filter(|column| !column.is_masked).collect();
        let mut query = Query::select();
        query.expr(Expr::val(1)).from(name(&table.table)).cond_where(only);
        for column in &columns {
            query.expr(column.kind.select(&column.name));
        }
        let row = self.query_one_raw(self.get_database_backend().build(&query)).await?;
        let Some(row) = row else { return Ok(Err(Left::Gone)) };
        let mut now: BTreeMap<String, Json> = BTreeMap::new();
        for (place, column) in columns.iter().enumerate() {
            now.insert(column.name.clone(), column.kind.read(&row, place + 1)?);
        }
        let later = Entity::find()
            .filter(Column::Entity.eq(table.table.as_str()))
            .filter(Column::RowId.eq(row_id))
            .filter(Column::Seq.gt(seq))
            .order_by_desc(Column::Seq)
            .limit(MOST + 1)
            .all(self)
            .await?;
        if later.len() as u64 > MOST {
            return Ok(Err(Left::Erased));
        }
        for entry in later {
            if entry.action != "updated" {
                // It was made, or brought back, after that.
                return Ok(Err(Left::Gone));
            }
            let Some(told) = told(&entry) else { return Ok(Err(Left::Erased)) };
            for (column, before, _) in told {
                if let Some(known) = now.get_mut(&column) {
                    *known = before;
                }
            }
        }
        let mut then = vec![];
        for column in columns {
            let json = now.remove(&column.name).unwrap_or(Json::Null);
            then.push((column.name.clone(), column.kind.value(&json)?));
        }
        Ok(Ok(then))
    }
}
