//! Finding projects: by words, status and owner, in an order, one page at a time.

use std::fmt;

use platform::{Page, Paging, Result, TenantDb, member};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect, Select,
    prelude::{Date, DateTimeUtc, Uuid},
    sea_query::{Asterisk, Expr, Func, NullOrdering},
};
use serde::Deserialize;

use super::{Column, Entity, Status};

/// What to look for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// Words in the name or the summary.
    pub q: String,
    /// One of these; none: any.
    pub status: Vec<Status>,
    /// Owned by this member.
    pub owner: Option<Uuid>,
    /// The order.
    pub sort: Sort,
    /// From 1.
    pub page: Option<u64>,
    /// Rows on a page.
    pub per_page: Option<u64>,
}

/// A row of the list.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    /// Which.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is about.
    pub summary: String,
    /// How it goes.
    pub status: Status,
    /// The owner's name.
    pub owner: Option<String>,
    /// When it should be done.
    pub due: Option<Date>,
    /// The last change.
    pub updated_at: DateTimeUtc,
}

impl Search {
    /// Is anything left out?
    pub fn is_narrow(&self) -> bool {
        !self.words().is_empty() || !self.status.is_empty() || self.owner.is_some()
    }

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
        let rows = self
            .sort
            .order(found)
            .left_join(member::Entity)
            .select_only()
            .columns([Column::Id, Column::Name, Column::Summary, Column::Status, Column::Due])
            .column(Column::UpdatedAt)
            .column_as(member::Column::Name, "owner")
            .offset(paging.offset())
            .limit(paging.size);
        Ok(Page { rows: rows.into_model().all(db).await?, total, paging })
    }

    fn found(&self, db: &TenantDb) -> Select<Entity> {
        let mut found = db.find::<Entity>();
        if !self.words().is_empty() {
            let is_in = |column| db.contains(column, self.words());
            let either = Condition::any().add(is_in(Column::Name)).add(is_in(Column::Summary));
            found = found.filter(either);
        }
        if !self.status.is_empty() {
            found = found.filter(Column::Status.is_in(self.status.iter().copied()));
        }
        if let Some(owner) = self.owner {
            found = found.filter(Column::OwnerId.eq(owner));
        }
        found
    }
}

/// The order of a list; what was changed last comes first unless somebody wants it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sort {
    by: By,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Name,
    Status,
    Due,
    Updated,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: By::Updated, descending: true }
    }
}

impl TryFrom<String> for Sort {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text.as_str(), false),
        };
        let by = [By::Name, By::Status, By::Due, By::Updated];
        let by = by.into_iter().find(|by| by.word() == word).ok_or("there is no such order")?;
        Ok(Self { by, descending })
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.descending { "-" } else { "" })?;
        f.write_str(self.by.word())
    }
}

impl By {
    fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Status => "status",
            Self::Due => "due",
            Self::Updated => "updated",
        }
    }
}

impl Sort {
    fn order(self, rows: Select<Entity>) -> Select<Entity> {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        let rows = match self.by {
            By::Name => {
                rows.order_by(Func::lower(Expr::col(Column::Name.as_column_ref())), order.clone())
            }
            By::Status => rows.order_by(rank(), order.clone()),
            // Without a date comes last either way.
            By::Due => rows.order_by_with_nulls(Column::Due, order.clone(), NullOrdering::Last),
            By::Updated => rows.order_by(Column::UpdatedAt, order.clone()),
        };
        // Rows that are alike must not change places between two pages.
        rows.order_by(Column::Id, order)
    }
}

/// The place of a row's status among all.
fn rank() -> Expr {
    let mut rank = Expr::case(Column::Status.eq(Status::OnTrack), 0);
    for (place, status) in (1..).zip(Status::all().skip(1)) {
        rank = rank.case(Column::Status.eq(status), place);
    }
    rank.into()
}

#[cfg(test)]
mod tests {
    use super::{Search, Sort};

    #[test]
    fn only_known_orders_are_taken() {
        for word in ["name", "-name", "status", "-due", "updated", "-updated"] {
            let sort = Sort::try_from(word.to_owned()).unwrap();
            assert_eq!(sort.to_string(), word);
        }
        assert_eq!(Sort::default().to_string(), "-updated");
        for word in ["", "-", "--name", "id", "name; drop table projects", "Name"] {
            assert!(Sort::try_from(word.to_owned()).is_err(), "{word}");
        }
    }

    #[test]
    fn words_are_trimmed_and_bounded() {
        let search = |q: &str| Search { q: q.to_owned(), ..Default::default() };
        assert_eq!(search("  warp drive ").words(), "warp drive");
        assert_eq!(search(&"ä".repeat(500)).words().chars().count(), 200);
        assert!(!search("  ").is_narrow() && search("x").is_narrow());
    }
}
