//! Finding widgets: by words, the last changed first, one page at a time.

use platform::{Page, Paging, Result, TenantDb};
use sea_orm::{
    Condition, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::DateTimeUtc,
    sea_query::{Asterisk, Expr, Func},
};
use serde::Deserialize;

use super::{Column, Entity, WidgetId};

/// What to look for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// Words in the name or the notes.
    pub q: String,
    /// From 1.
    pub page: Option<u64>,
    /// Rows on a page.
    pub per_page: Option<u64>,
}

/// A row of the list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// Which widget.
    pub id: WidgetId,
    /// Its name.
    pub name: String,
    /// What is noted about it.
    pub notes: String,
    /// The last change.
    pub updated_at: DateTimeUtc,
}

impl Search {
    /// What was typed, as far as anybody reads.
    pub fn words(&self) -> &str {
        let words = self.q.trim();
        words.char_indices().nth(200).map_or(words, |(end, _)| &words[..end])
    }

    /// One page of what is found: a query for the number and one for the rows.
    pub async fn page(&self, db: &TenantDb) -> Result<Page<Row>> {
        let found = self.found(db);
        let count = found.clone().select_only().expr(Func::count(Expr::col(Asterisk)));
        let total: Option<i64> = count.into_tuple().one(db).await?;
        let total = total.and_then(|total| u64::try_from(total).ok()).unwrap_or_default();
        let paging = Paging::new(self.page, self.per_page).within(total);
        // Rows that are alike must not change places between two pages.
        let rows = found
            .order_by_desc(Column::UpdatedAt)
            .order_by_desc(Column::Id)
            .select_only()
            .columns([Column::Id, Column::Name, Column::Notes, Column::UpdatedAt])
            .offset(paging.offset())
            .limit(paging.size);
        Ok(Page { rows: rows.into_model().all(db).await?, total, paging })
    }

    fn found(&self, db: &TenantDb) -> Select<Entity> {
        let found = db.find::<Entity>();
        if self.words().is_empty() {
            return found;
        }
        let is_in = |column| db.contains(column, self.words());
        found.filter(Condition::any().add(is_in(Column::Name)).add(is_in(Column::Notes)))
    }
}
