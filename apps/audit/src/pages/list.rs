//! The list: who did what, when and where from, and what finds it.

use askama::Template;
use chrono::{NaiveDate, TimeDelta};
use platform::{
    Can, MemberId, Query, Result, TenantDb, Ui,
    audit::{ACTIONS, AuditedTable, Search, lines, what},
    member,
    text::capitalised,
    ui::{self, Address, Calendar, HistoryLine},
};
use sea_orm::{QueryOrder, QuerySelect};
use serde::Deserialize;

use super::LOG;
use crate::permissions::View;

/// People to choose from; others are found by their names.
const CHOICES: u64 = 200;
/// Entries on a page.
const ROWS: u64 = 50;

/// What stands in the address.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    q: String,
    /// `created`, …
    action: String,
    /// A table.
    kind: String,
    by: String,
    from: String,
    to: String,
    before: Option<i64>,
}

impl Asked {
    /// As the trail is searched; what is no day or no member narrows nothing.
    pub(super) fn search(&self, calendar: Calendar) -> Search {
        let day = |text: &str| text.parse::<NaiveDate>().ok();
        let next = |day: NaiveDate| day.checked_add_signed(TimeDelta::days(1));
        Search {
            words: self.q.trim().to_owned(),
            action: self.action.clone(),
            table: self.kind.clone(),
            by: self.by.parse().ok(),
            from: day(&self.from).map(|day| calendar.start_of(day)),
            until: day(&self.to).and_then(next).map(|day| calendar.start_of(day)),
            before: self.before,
        }
    }

    fn address(&self) -> Address {
        let Self { q, action, kind, by, from, to, before: _ } = self;
        let pairs =
            [("q", q), ("action", action), ("kind", kind), ("by", by), ("from", from), ("to", to)];
        let narrow = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        narrow.fold(Address::new(LOG), |address, (name, value)| address.with(name, value))
    }
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct List {
    asked: Asked,
    lines: Vec<HistoryLine>,
    kinds: Vec<(String, String)>,
    people: Vec<(MemberId, String)>,
    address: Address,
    next: Option<i64>,
    looked_back_to: Option<chrono::DateTime<chrono::Utc>>,
    is_narrow: bool,
    calendar: Calendar,
}

pub(crate) async fn list(_: Can<View>, db: TenantDb, ui: Ui, Query(asked): Query<Asked>) -> Result {
    let calendar = ui.calendar();
    let search = asked.search(calendar);
    let found = search.page(&db, ROWS).await?;
    let list = List {
        lines: lines(&db, found.entries).await?,
        kinds: kinds(&db),
        people: people(&db).await?,
        address: asked.address(),
        next: found.next,
        looked_back_to: found.looked_back_to,
        is_narrow: search.is_narrow(),
        asked,
        calendar,
    };
    ui.page("Audit log", &list)
}

/// Members to choose from.
async fn people(db: &TenantDb) -> Result<Vec<(MemberId, String)>> {
    let names = db.find::<member::Entity>().select_only();
    let names = names.column(member::Column::Id).column(member::Column::Name);
    let names = names.order_by_asc(member::Column::Name).limit(CHOICES);
    Ok(names.into_tuple().all(db).await?)
}

/// Tables whose changes are told, by what people call a row.
fn kinds(db: &TenantDb) -> Vec<(String, String)> {
    let named = |table: &AuditedTable| (table.table.clone(), capitalised(table.noun));
    let mut all: Vec<_> = db.audited_tables().map(named).collect();
    all.sort_by(|one, other| one.1.cmp(&other.1));
    all
}

impl List {
    /// What can be chosen of: the word, and what people read.
    fn actions(&self) -> impl Iterator<Item = (&'static str, String)> {
        ACTIONS.into_iter().map(|word| (word, what(word, "")))
    }

    fn older(&self) -> Option<Address> {
        self.next.map(|next| self.address.with("before", next))
    }

    fn export(&self, format: &str) -> Address {
        self.address.at(format!("{LOG}/export")).with("format", format)
    }

    fn is_by(&self, member: &MemberId) -> bool {
        self.asked.by == member.to_string()
    }
}
