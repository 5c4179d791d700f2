//! What can be undone: the list of it, the page that asks, and undoing.

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use chrono::TimeDelta;
use core_access::{Member, entity::member};
use core_base::{Error, Result};
use core_db::TenantDb;
use core_http::{Form, Ui, history_lines, see_other, see_other_with};
use core_jobs::Later;
use core_ui::{self as ui, Calendar, Errors, FormState, HistoryLine, Toast};
use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter};
use serde::Deserialize;
use uuid::Uuid;

use super::{Pages, Pairs};
use crate::undo::{self, DAYS, Kind, Scope, Why, operation::Model};

/// Operations on a page.
const MANY: u64 = 25;

/// Rows that are shown, and can be chosen.
const ROWS: u64 = 100;

/// Entries of the trail that one request takes back; what is more is a job.
const AT_ONCE: i64 = 1_000;

/// Which of the rows.
#[derive(Default, Deserialize)]
pub(crate) struct Some {
    /// The entries that tell of them.
    #[serde(default)]
    only: Vec<i64>,
    /// The page let choose.
    #[serde(default)]
    some: bool,
}

impl Form for Some {
    fn check(&self, _: &mut Errors) {}
}

#[derive(Template)]
#[template(path = "resource/undo_list.html")]
struct List<'a> {
    on: &'a Pages,
    all: Vec<Model>,
    people: HashMap<Uuid, String>,
    /// The page after this one; 0: there is none.
    next: u64,
    calendar: Calendar,
}

#[derive(Template)]
#[template(path = "resource/undo.html")]
struct Ask<'a> {
    on: &'a Pages,
    of: &'a Model,
    /// The entries of the trail, whether each is about a new row, and what they tell.
    rows: Vec<(i64, bool, HistoryLine)>,
    /// What was left when it was undone, and why.
    left: Vec<(String, &'static str)>,
    people: HashMap<Uuid, String>,
    calendar: Calendar,
    csrf: &'a str,
}

pub(super) async fn list(
    all: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
) -> Result {
    let (scope, on) = (Scope::of(&all.of, all.place(), member), all.by(member));
    let page =
        pairs.iter().find(|(name, _)| name == "page").and_then(|(_, page)| page.parse().ok());
    let page: u64 = page.unwrap_or(1).clamp(1, 1_000);
    let mut all = scope.operations(&db, ((page - 1) * MANY, MANY + 1)).await?;
    let next = if all.len() as u64 > MANY { page + 1 } else { 0 };
    all.truncate(MANY as usize);
    let people = people(&db, &all).await?;
    let ui = ui.under(&on.title(), on.path);
    ui.page("Undo", &List { on: &on, all, people, next, calendar: ui.calendar() })
}

pub(super) async fn ask(
    all: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
) -> Result {
    let (scope, on) = (Scope::of(&all.of, all.place(), member), all.by(member));
    let of = scope.operation(&db, id, false).await?.ok_or(Error::NotFound)?;
    let ui = ui.under(&on.title(), on.path).under("Undo", &on.undo_path());
    let calendar = ui.calendar();
    let entries = on.of.told_of(&db, &of, ROWS).await?;
    let seqs: Vec<_> = entries.iter().map(|one| (one.seq, one.action == "created")).collect();
    let mut lines = history_lines(&db, entries).await?;
    for line in &mut lines {
        line.changes.retain(|change| !on.of.is_hidden(&change.column));
        line.changes.iter_mut().for_each(|change| on.of.retell(change, &calendar));
    }
    let rows = seqs.into_iter().zip(lines).map(|((seq, is_new), line)| (seq, is_new, line));
    let rows: Vec<_> = rows.collect();
    let name = |seq: i64| {
        let known = rows.iter().find(|(known, ..)| *known == seq);
        known.map_or_else(
            || "Something that belongs to them".to_owned(),
            |(.., line)| line.title.clone(),
        )
    };
    let left = of.left().into_iter().take(ROWS as usize);
    let left = left.map(|(seq, word)| (name(seq), Why::text(&word))).collect();
    let people = people(&db, std::slice::from_ref(&of)).await?;
    let page = Ask { on: &on, of: &of, rows, left, people, calendar, csrf: ui.csrf() };
    ui.page(&of.words, &page)
}

pub(super) async fn undo(
    all: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    id: Uuid,
    form: Result<Some, FormState>,
) -> Result {
    let (scope, on) = (Scope::of(&all.of, all.place(), member), all.by(member));
    let here = format!("{}/{id}", on.undo_path());
    let mut of = scope.operation(&db, id, true).await?.ok_or(Error::NotFound)?;
    let Ok(form) = form else {
        return see_other_with(here, &Toast::error("Nothing was undone"));
    };
    if of.undone_at.is_some() || of.undone_from.is_some() {
        return see_other_with(here, &Toast::error("This was undone already"));
    }
    let count = u64::try_from(of.count).unwrap_or_default();
    let word = on.undone_word(&of);
    if form.some && (form.only.len() as u64) < count {
        if form.only.is_empty() {
            let text = format!("Select at least one {} first", on.of.noun);
            return see_other_with(here, &Toast::error(text));
        }
        let undone = on.of.undo_some(&all.of, &db, &of, &form.only).await?;
        let said = format!("{} {word}", on.count(undone.done));
        let Some((_, why)) = undone.left.first() else {
            return see_other_with(on.path, &Toast::success(said));
        };
        let text =
            format!("{} left: {}", on.count(undone.left.len() as u64), Why::text(why.word()));
        return see_other_with(here, &Toast::new(ui::Tone::Warning, said).text(text));
    }
    if of.entries() > AT_ONCE {
        of.undone_from = Some(i64::MAX);
        of.into_active_model().reset_all().update(&db).await?;
        let job = undo::Undo { operation: id, place: on.place().to_owned(), user: member.user };
        job.later(&db).await?;
        return see_other(here);
    }
    on.of.undo(&all.of, &db, &mut of, u64::MAX).await?;
    let said = format!("{} {word}", on.count(of.undone.unsigned_abs()));
    match of.left().len() as u64 {
        0 => see_other_with(on.path, &Toast::success(said)),
        left => {
            let text = format!("{} could not be; this page says why.", ui::commas(left));
            see_other_with(here, &Toast::new(ui::Tone::Warning, said).text(text))
        }
    }
}

/// The names of who did these, and who undid them.
async fn people(db: &TenantDb, all: &[Model]) -> Result<HashMap<Uuid, String>> {
    let ids = all.iter().flat_map(|one| [one.user_id, one.undone_by]).flatten();
    let members = db.find::<member::Entity>().filter(member::Column::UserId.is_in(ids));
    let members = members.all(db).await?.into_iter();
    Ok(members.map(|member| (member.user_id.0, member.name)).collect())
}

/// Their name, who may be gone.
fn name(people: &HashMap<Uuid, String>, who: Option<Uuid>) -> &str {
    who.and_then(|who| people.get(&who)).map_or("Former member", String::as_str)
}

impl Pages {
    pub(super) fn undo_path(&self) -> String {
        format!("{}/undo", self.path)
    }

    /// What has become of the rows.
    fn undone_word(&self, of: &Model) -> &'static str {
        match of.kind {
            Kind::Delete => "restored",
            Kind::Change => "changed back",
            Kind::Import => "taken back",
        }
    }
}

impl List<'_> {
    fn text(&self) -> String {
        format!("What was deleted or changed together can be undone for {DAYS} days.")
    }

    fn who(&self, of: &Model) -> &str {
        name(&self.people, of.user_id)
    }

    fn path(&self, of: &Model) -> String {
        format!("{}/{}", self.on.undo_path(), of.id)
    }

    fn later(&self) -> String {
        format!("{}?page={}", self.on.undo_path(), self.next)
    }

    fn nothing(&self) -> String {
        format!("When {} are deleted or changed together, it shows up here.", self.on.of.plural)
    }
}

impl Ask<'_> {
    fn question(&self) -> String {
        let count = self.on.count(self.of.count.unsigned_abs());
        match (self.of.undone_at, self.of.kind) {
            _ if self.of.is_being_undone() => self.of.words.clone(),
            (Some(_), _) => self.of.words.clone(),
            (None, Kind::Delete) => format!("Restore {count}?"),
            (None, Kind::Change | Kind::Import) => format!("Undo “{}”?", self.of.words),
        }
    }

    fn about(&self) -> String {
        let who = ui::isolated(name(&self.people, self.of.user_id));
        let until = self.calendar.day(self.of.at + TimeDelta::days(DAYS));
        let when = self.calendar.ago(self.of.at);
        match self.of.undone_at {
            Some(at) => {
                let by = ui::isolated(name(&self.people, self.of.undone_by));
                format!("{who} · {when}. Undone by {by} · {}.", self.calendar.ago(at))
            }
            None => format!("{who} · {when}. Can be undone until {until}."),
        }
    }

    fn button(&self) -> &'static str {
        if self.of.kind == Kind::Delete { "Restore" } else { "Undo" }
    }

    /// Is each row shown, so that some can be chosen?
    fn can_choose(&self) -> bool {
        let is_each = self.rows.len() as i64 == self.of.count;
        self.is_open() && is_each && self.rows.len() > 1
    }

    /// Can it be undone now?
    fn is_open(&self) -> bool {
        self.of.undone_at.is_none() && self.of.undone_from.is_none()
    }

    /// How far the jobs are, in words.
    fn progress(&self) -> String {
        let undone = ui::commas(self.of.undone.unsigned_abs());
        format!("Undoing: {undone} of {} so far.", self.on.count(self.of.count.unsigned_abs()))
    }

    fn more(&self) -> u64 {
        self.of.count.unsigned_abs().saturating_sub(self.rows.len() as u64)
    }

    /// The fields that change back; a row that comes or goes has them all.
    fn changes<'a>(&self, line: &'a HistoryLine) -> &'a [ui::FieldChange] {
        if self.of.kind == Kind::Delete { &[] } else { &line.changes }
    }
}
