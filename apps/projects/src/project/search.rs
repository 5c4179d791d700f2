//! Finding projects: by words, status and owner, in an order, one page at a time.

use std::fmt;

use platform::{MemberId, Page, Paging, Result, TenantDb, member};
use sea_orm::{
    ColumnTrait, Condition, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
    prelude::{Date, DateTimeUtc},
    sea_query::{Asterisk, Expr, Func},
};
use serde::Deserialize;

use super::{Column, Entity, ProjectId, Sort, Status};

/// What to look for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// Words in the name, the summary or the owner's name.
    pub q: String,
    /// One of these; none: any.
    pub status: Vec<Status>,
    /// Owned by one of these; none: by anybody.
    pub owner: Vec<Owner>,
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
    /// The id of the project.
    pub id: ProjectId,
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

impl Row {
    /// Whether it should be done by now, and is not.
    pub fn is_overdue(&self, today: Date) -> bool {
        super::is_overdue(self.status, self.due, today)
    }
}

impl Search {
    /// Is anything left out?
    pub fn is_narrow(&self) -> bool {
        !self.words().is_empty() || !self.status.is_empty() || !self.owner.is_empty()
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

    /// The names of those whose projects are looked for.
    pub async fn owner_names(&self, db: &TenantDb) -> Result<Vec<String>> {
        let ids: Vec<_> = self.owner.iter().filter_map(|owner| owner.member()).collect();
        let mut names = vec![];
        if self.owner.contains(&Owner::Nobody) {
            names.push("Nobody".to_owned());
        }
        if !ids.is_empty() {
            let rows = db.find::<member::Entity>().filter(member::Column::Id.is_in(ids));
            let rows = rows.select_only().column(member::Column::Name);
            let rows: Vec<String> =
                rows.order_by_asc(member::Column::Name).into_tuple().all(db).await?;
            names.extend(rows);
        }
        Ok(names)
    }

    /// Everything that is found, in no order.
    pub(super) fn found(&self, db: &TenantDb) -> Select<Entity> {
        let mut found = db.find::<Entity>();
        if !self.words().is_empty() {
            let owners = db.find::<member::Entity>().select_only().column(member::Column::Id);
            let owners = owners.filter(db.contains(member::Column::Name, self.words()));
            let is_in = |column| db.contains(column, self.words());
            let any = Condition::any().add(is_in(Column::Name)).add(is_in(Column::Summary));
            found = found.filter(any.add(Column::OwnerId.in_subquery(owners.into_query())));
        }
        if !self.status.is_empty() {
            found = found.filter(Column::Status.is_in(self.status.iter().copied()));
        }
        if !self.owner.is_empty() {
            let ids: Vec<_> = self.owner.iter().filter_map(|owner| owner.member()).collect();
            let mut any = Condition::any().add(Column::OwnerId.is_in(ids));
            if self.owner.contains(&Owner::Nobody) {
                any = any.add(Column::OwnerId.is_null());
            }
            found = found.filter(any);
        }
        found
    }
}

/// Whose projects are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Owner {
    /// Those that have no owner.
    Nobody,
    /// Those of this member.
    Member(MemberId),
}

impl Owner {
    fn member(self) -> Option<MemberId> {
        match self {
            Self::Nobody => None,
            Self::Member(id) => Some(id),
        }
    }
}

impl TryFrom<String> for Owner {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "nobody" => Ok(Self::Nobody),
            id => Ok(Self::Member(id.parse().map_err(|_| "this is no owner")?)),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nobody => f.write_str("nobody"),
            Self::Member(id) => id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Owner, Search};

    #[test]
    fn words_are_trimmed_and_bounded() {
        let search = |q: &str| Search { q: q.to_owned(), ..Default::default() };
        assert_eq!(search("  warp drive ").words(), "warp drive");
        assert_eq!(search(&"ä".repeat(500)).words().chars().count(), 200);
        assert!(!search("  ").is_narrow() && search("x").is_narrow());
    }

    #[test]
    fn an_owner_is_a_member_or_nobody() {
        let id = "0190a0b0-0000-7000-8000-000000000000";
        for good in ["nobody", id] {
            assert_eq!(Owner::try_from(good.to_owned()).unwrap().to_string(), good);
        }
        for bad in ["", "Nobody", "me"] {
            assert!(Owner::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
