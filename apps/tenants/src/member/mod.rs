//! The noun: the members of a workspace, to be found and listed, and how they go.

mod events;

use std::fmt;

use platform::{
    AnyRole, Member, Page, Paging, Result, TenantDb, member::Column, member::Entity,
    workspaces::MemberRow,
};
use sea_orm::{
    ColumnTrait, Condition, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    prelude::DateTimeUtc,
    sea_query::{Expr, Func},
};
use serde::Deserialize;

pub(crate) use events::{remove, tell_inviter, tell_removed};

/// The names of those who joined last, and when, the latest first.
pub async fn newest(db: &TenantDb, many: u64) -> Result<Vec<(String, DateTimeUtc)>> {
    let rows = db.find::<Entity>().select_only().columns([Column::Name, Column::CreatedAt]);
    let rows = rows.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(many);
    Ok(rows.into_tuple().all(db).await?)
}

/// Whom to look for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Search {
    /// Words in the name or the address.
    pub q: String,
    /// A built-in role or the id of another.
    pub role: String,
    /// The order.
    pub sort: Sort,
    /// From 1.
    pub page: Option<u64>,
    /// Rows on a page.
    pub per_page: Option<u64>,
}

/// Orders of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum Sort {
    /// The order of the alphabet.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// Backwards.
    #[serde(rename = "-name")]
    NameDown,
    /// Who came first.
    #[serde(rename = "since")]
    Since,
    /// Who came last.
    #[serde(rename = "-since")]
    SinceDown,
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "name",
            Self::NameDown => "-name",
            Self::Since => "since",
            Self::SinceDown => "-since",
        })
    }
}

impl Search {
    /// What was typed, as far as anybody reads.
    pub fn words(&self) -> &str {
        let words = self.q.trim();
        words.char_indices().nth(200).map_or(words, |(end, _)| &words[..end])
    }

    /// The role that is looked for; one that can't be read is none.
    pub fn role(&self) -> Option<AnyRole> {
        self.role.parse().ok()
    }

    /// Is anybody left out?
    pub fn is_narrow(&self) -> bool {
        !self.words().is_empty() || self.role().is_some()
    }

    /// One page of who is found: a query for the number and one for the rows.
    pub async fn page(&self, db: &TenantDb) -> Result<Page<Member>> {
        let found = self.found(db);
        let total = db.find::<Entity>().filter(found.clone()).count(db).await?;
        let paging = Paging::new(self.page, self.per_page).within(total);
        let (by, order) = match self.sort {
            Sort::Name => (name(), Order::Asc),
            Sort::NameDown => (name(), Order::Desc),
            Sort::Since => (Expr::col((Entity, Column::CreatedAt)), Order::Asc),
            Sort::SinceDown => (Expr::col((Entity, Column::CreatedAt)), Order::Desc),
        };
        let rows = MemberRow::select(db)
            .filter(found)
            .order_by(by, order)
            .order_by_asc(Column::Id)
            .offset(paging.offset())
            .limit(paging.size)
            .into_model::<MemberRow>()
            .all(db)
            .await?;
        let rows = rows.into_iter().map(|row| row.member(db.tenant())).collect();
        Ok(Page { rows, total, paging })
    }

    fn found(&self, db: &TenantDb) -> Condition {
        let mut all = Condition::all();
        for word in self.words().split_whitespace() {
            let name = db.contains(Column::Name, word);
            all = all.add(Condition::any().add(name).add(db.contains(Column::Email, word)));
        }
        match self.role() {
            Some(role) => all.add(Column::Role.eq(role)),
            None => all,
        }
    }
}

fn name() -> Expr {
    Func::lower(Expr::col((Entity, Column::Name))).into()
}
