//! Importing: a file comes, its columns are named, every row is tried, and then the rows come.

mod failed;
mod views;

use std::sync::Arc;

use axum::response::IntoResponse;
use core_access::{Member, PermissionDef, find_member};
use core_base::{Error, Result, text::one_line};
use core_db::TenantDb;
use core_http::{BodyStream, Form, Json, Problem, Ui, see_other, see_other_with};
use core_jobs::Later;
use core_ui::{Errors, FormState, Toast};
use serde::Deserialize;
use uuid::Uuid;

use super::{Pages, Pairs};
use crate::import::{self, ID, Import, Sheet, State, entity::Model};
pub(super) use failed::failed;
use views::{Columns, Failed, FileColumn, New, Show, keys};

/// Imports that are listed.
const LATEST: u64 = 10;

/// Rows of a file that show what its columns hold.
const SHOWN: usize = 3;

/// Rows with mistakes on a page, or a few more.
const FAILED: usize = 50;

/// Cells of a row that are shown.
const CELLS: usize = 4;

/// Rows that somebody pasted.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Pasted {
    rows: String,
}

impl Form for Pasted {
    const TEXTS: &'static [&'static str] = &["rows"];

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.rows.trim().is_empty(), "rows", "Choose a file, or paste rows.");
    }
}

/// What is to be done with an import, and what its columns are.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Step {
    action: String,
    /// For each column the name of a field, or nothing.
    column: Vec<String>,
    matched_by: String,
}

impl Form for Step {
    fn check(&self, errors: &mut Errors) {
        let mut seen = std::collections::BTreeSet::new();
        let named = self.column.iter().filter(|name| !name.is_empty());
        let is_once = named.clone().all(|name| seen.insert(name));
        if self.action == "check" {
            errors.ensure(named.count() > 0, "column", "Choose what at least one column is.");
        }
        errors.ensure(
            is_once,
            "column",
            "Two columns can't be the same field. Leave one of them out.",
        );
    }
}

pub(in crate::pages) async fn new(on: Arc<Pages>, member: &Member, db: TenantDb, ui: Ui) -> Result {
    draw_new(&on, member, &db, ui, FormState::empty()).await
}

async fn draw_new(on: &Pages, member: &Member, db: &TenantDb, ui: Ui, answer: FormState) -> Result {
    let ui = ui.under(&on.title(), on.path);
    let latest = import::latest(db, on.place(), member.user, LATEST).await?;
    let is_rejected = answer.is_rejected();
    let page = New { on, latest, answer, csrf: ui.csrf(), calendar: ui.calendar() };
    match is_rejected {
        true => ui.invalid(&on.import_title(), &page),
        false => ui.page(&on.import_title(), &page),
    }
}

/// What somebody pasted.
pub(in crate::pages) async fn pasted(
    on: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    ui: Ui,
    form: Result<Pasted, FormState>,
) -> Result {
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => match import::read(form.rows.as_bytes()) {
            Ok(sheet) => {
                let id = on.keep(&db, member, &ui, "", sheet).await?;
                return see_other(on.import_path(id));
            }
            Err(refused) => {
                let mut errors = Errors::default();
                errors.add("rows", refused);
                FormState::new(vec![("rows".to_owned(), form.rows)], errors)
            }
        },
    };
    draw_new(&on, member, &db, ui, answer).await
}

/// A file that a script sends; the answer says where to go on. Who sends it is asked again once it has come.
pub(in crate::pages) async fn uploaded(
    on: Arc<Pages>,
    (member, needs): (&Member, &'static [PermissionDef]),
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
    mut body: BodyStream,
) -> Result {
    let mut bytes = vec![];
    while let Some(some) = body.next().await? {
        bytes.extend_from_slice(&some);
    }
    let name = pairs.iter().find(|(name, _)| name == "name").map_or("", |(_, name)| name);
    let name: String = one_line(name).chars().take(200).collect();
    // Unpacking and taking apart is work for a while.
    let read = tokio::task::spawn_blocking(move || import::read(&bytes)).await;
    let sheet = match read.map_err(anyhow::Error::new)? {
        Ok(sheet) => sheet,
        Err(refused) => {
            let mut errors = Errors::default();
            errors.add("", refused);
            return Ok(Problem::invalid(&errors).into_response());
        }
    };
    let now = find_member(&db, member.user).await?;
    if !now.is_some_and(|member| needs.iter().all(|needs| member.may(needs))) {
        return Err(Error::Forbidden);
    }
    let id = on.keep(&db, member, &ui, &name, sheet).await?;
    Ok(Json(serde_json::json!({ "path": on.import_path(id) })).into_response())
}

/// What is known of an import: what its columns are to be, how far it is, what came of it.
pub(in crate::pages) async fn show(
    on: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
    pairs: Pairs,
) -> Result {
    let of = import::one_for(&db, id, on.place(), member, false).await?;
    let ui = on.under_import(ui);
    if of.state == State::Columns {
        let (columns, matched_by) = (of.columns(), of.matched_by.clone());
        let page = on.columns(&db, &ui, &of, (columns, matched_by), FormState::empty()).await?;
        return ui.page(&on.import_title(), &page);
    }
    let after = pairs.iter().find(|(name, _)| name == "after");
    let after = after.and_then(|(_, after)| after.parse().ok()).unwrap_or(-1);
    let (mut failed, mut next, head) = (vec![], 0, of.head());
    for some in import::failures(&db, id, after, 20).await? {
        if failed.len() >= FAILED {
            next = some.piece;
            break;
        }
        let rows = some.rows();
        for (at, why) in some.failures() {
            let number = i64::from(some.piece) * import::PIECE as i64 + at as i64 + 2;
            let text = |place| rows.get(at).and_then(|row| row.get(place)).map(import::text);
            let short = |text: String| text.chars().take(200).collect();
            let width = head.len().min(CELLS);
            let cells = (0..width).map(|place| text(place).map_or_else(String::new, short));
            let cells = cells.collect();
            failed.push(Failed { number, cells, why });
        }
    }
    // In whole pieces: the next page begins behind the last one shown.
    let next = (next > 0).then_some(next - 1);
    let page = Show { on: &on, of: &of, head, failed, next, csrf: ui.csrf() };
    ui.page(&on.import_title(), &page)
}

/// Names the columns, begins, stops, goes on or forgets.
pub(in crate::pages) async fn step(
    on: Arc<Pages>,
    member: &Member,
    db: TenantDb,
    ui: Ui,
    id: Uuid,
    form: Result<Step, FormState>,
) -> Result {
    let mut of = import::one_for(&db, id, on.place(), member, true).await?;
    let here = on.import_path(id);
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            let matched_by = answer.value("matched_by").to_owned();
            let named = (answer.values("column").map(str::to_owned).collect(), matched_by);
            let ui = on.under_import(ui);
            let page = on.columns(&db, &ui, &of, named, answer).await?;
            return ui.invalid(&on.import_title(), &page);
        }
    };
    let job = |piece| Import { id, place: on.place().to_owned(), user: member.user, piece };
    match (form.action.as_str(), of.state) {
        ("check", State::Columns) => {
            let is_known = |name: &String| {
                name.is_empty() || name == ID || on.of.importable().any(|(known, _)| known == name)
            };
            let is_key = form.matched_by.is_empty()
                || form.column.contains(&form.matched_by)
                    && (form.matched_by == ID
                        || on.of.identifying().any(|(known, _)| known == form.matched_by));
            let mut errors = Errors::default();
            let is_each = form.column.len() == of.head().len();
            let text = "Choose a field from the list for each column, or leave the column out.";
            errors.ensure(is_each && form.column.iter().all(is_known), "column", text);
            let text = "No column is this field. Choose one for it above.";
            errors.ensure(is_key, "matched_by", text);
            if !errors.is_empty() {
                let ui = on.under_import(ui);
                let (named, answer) =
                    ((form.column, form.matched_by), FormState::new(vec![], errors));
                let page = on.columns(&db, &ui, &of, named, answer).await?;
                return ui.invalid(&on.import_title(), &page);
            }
            of.columns = serde_json::to_string(&form.column)?;
            of.matched_by = form.matched_by;
            of.begin(State::Checking);
            job(0).later(&db).await?;
        }
        ("columns", State::Checked | State::Checking) => of.state = State::Columns,
        ("columns", State::Stopped) if of.operation.is_none() => of.state = State::Columns,
        ("start", State::Checked) => {
            of.begin(State::Running);
            job(0).later(&db).await?;
        }
        ("stop", State::Checking | State::Running) => of.state = State::Stopped,
        ("go-on", State::Stopped) if of.operation.is_some() => {
            of.state = State::Running;
            job(of.piece).later(&db).await?;
        }
        ("forget", State::Columns | State::Checked | State::Stopped) => {
            import::forget(&db, id).await?;
            return see_other_with(on.path, &Toast::success("The file was removed"));
        }
        _ => return see_other_with(here, &Toast::error("This import has moved on meanwhile")),
    }
    import::put(&db, of).await?;
    see_other(here)
}

impl Pages {
    fn import_title(&self) -> String {
        format!("Import {}", self.of.plural)
    }

    fn import_path(&self, id: impl std::borrow::Borrow<Uuid>) -> String {
        format!("{}/import/{}", self.path, id.borrow())
    }

    fn under_import(&self, ui: Ui) -> Ui {
        let path = format!("{}/import", self.path);
        ui.under(&self.title(), self.path).under("Import", &path)
    }

    async fn keep(
        &self,
        db: &TenantDb,
        member: &Member,
        ui: &Ui,
        file: &str,
        sheet: Sheet,
    ) -> Result<Uuid> {
        let by = (member.user, ui.zone());
        import::keep(&self.of, db, self.place(), by, (file, sheet)).await
    }

    async fn columns<'a>(
        &'a self,
        db: &TenantDb,
        ui: &'a Ui,
        of: &'a Model,
        (named, matched_by): (Vec<String>, String),
        answer: FormState,
    ) -> Result<Columns<'a>> {
        let first = import::piece(db, of.id, 0).await?.map(|piece| piece.rows());
        let first = first.unwrap_or_default();
        let mut named = named.into_iter();
        let columns = of.head().into_iter().enumerate().map(|(at, name)| {
            let some = first.iter().take(SHOWN).filter_map(|row| row.get(at)).map(import::text);
            let some = some.filter(|text| !text.is_empty());
            let some = some.map(|text| text.chars().take(80).collect()).collect();
            FileColumn { name, some, field: named.next().unwrap_or_default() }
        });
        let columns = columns.collect();
        let answer = answer.with("matched_by", matched_by);
        Ok(Columns { on: self, of, columns, keys: keys(self), answer, csrf: ui.csrf() })
    }
}
