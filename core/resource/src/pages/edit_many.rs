//! One form for several rows: only the fields with a tick are written, and where the rows differ it says so.

use std::collections::BTreeMap;

use core_base::{Result, Verdict};
use core_db::TenantDb;
use core_http::Ui;
use core_ui::{Calendar, Errors, FormState, Toast};
use sea_orm::{
    ConnectionTrait, ExprTrait,
    sea_query::{Alias, Asterisk, Expr, Func, Query},
};

use super::{Pages, merge::OPENED, typed::Bulk};
use crate::{Chosen, Control, Input, Stored, draft::OFFERED, resource::Spec, undo::Kind};

/// What the form held when it was opened, by field.
type Shown = BTreeMap<String, String>;

/// The name under which the form says which fields are written.
pub(super) const TOUCHED: &str = "touch";

impl Pages {
    /// The fields that several rows can be given at once: not what no two of them may share.
    pub(super) fn shared(&self) -> impl Iterator<Item = &Spec> {
        let fields = self.of.fields.iter();
        fields.filter(|field| field.parts.is_in_form && field.parts.taken.is_none())
    }

    /// What all of the rows have alike, as the form shows it, and the fields in which they differ.
    pub(super) async fn alike(
        &self,
        db: &TenantDb,
        chosen: &Chosen,
        calendar: &Calendar,
    ) -> Result<(FormState, Vec<&'static str>)> {
        let mut query = Query::select();
        query.from(self.of.table.clone()).cond_where(self.of.chosen(db, chosen));
        query.expr(Func::count(Expr::col(Asterisk)));
        for field in self.shared() {
            let column = self.of.column(field.at);
            // A document is compared as a text: PostgreSQL knows no two of them as equal.
            let column = match field.stored {
                Stored::Json => column.cast_as(Alias::new("text")),
                _ => column,
            };
            query.expr(column.clone().count_distinct()).expr(column.count());
        }
        let row = db.query_one_raw(db.get_database_backend().build(&query)).await?;
        let Some(row) = row else { return Ok((FormState::empty(), vec![])) };
        let total: i64 = row.try_get_by_index(0)?;
        let mut same = vec![];
        let mut place = 1;
        for field in self.shared() {
            let (kinds, there): (i64, i64) =
                (row.try_get_by_index(place)?, row.try_get_by_index(place + 1)?);
            place += 2;
            if there == 0 || kinds == 1 && there == total {
                same.push(field.parts.name);
            }
        }
        let first = self.of.first_of(db, chosen).await?;
        let typed = first.map(|row| self.of.typed(&row, calendar)).unwrap_or_default();
        let is_same = |name: &str| same.contains(&name);
        let typed = typed.into_iter().filter(|(name, _)| is_same(name)).collect();
        let typed: Vec<(String, String)> = typed;
        let opened = serde_json::to_string(&typed.iter().cloned().collect::<Shown>());
        let mixed = self.shared().map(|field| field.parts.name).filter(|name| !is_same(name));
        let answer = FormState::new(typed, Errors::default());
        Ok((answer.with(OPENED, opened.unwrap_or_default()), mixed.collect()))
    }

    /// Nothing that was typed is passed over in silence: a field without a tick is as it was shown.
    async fn check_untouched(
        &self,
        db: &TenantDb,
        ui: &Ui,
        chosen: &Chosen,
        form: &Bulk,
        errors: &mut Errors,
    ) -> Result<()> {
        // As the form says that it was opened: somebody may have changed the rows since.
        let opened = form.answers.iter().find(|(name, _)| name == OPENED);
        let opened = opened.and_then(|(_, text)| serde_json::from_str::<Shown>(text).ok());
        let shown = match opened {
            Some(shown) => FormState::new(shown.into_iter().collect(), Errors::default()),
            None => self.alike(db, chosen, &ui.calendar()).await?.0,
        };
        let mut sent = form.answers.clone();
        self.name_rows(db, self.shared(), &mut sent, errors).await?;
        for field in self.shared() {
            let name = field.parts.name;
            let is_touched = form.answers.iter().any(|(known, on)| known == TOUCHED && on == name);
            let typed = sent.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str());
            let is_same = match (typed, field.parts.kind.control()) {
                (None, Control::Check) => shown.value(name) != "true",
                (None, _) => true,
                (Some(typed), _) => typed.replace("\r\n", "\n") == shown.value(name),
            };
            if !is_touched && !is_same {
                errors.add(name, "Tick this field to change it.");
            }
        }
        Ok(())
    }

    /// Writes the fields with a tick to all of the rows, or to none.
    pub(super) async fn edit_many(
        &self,
        db: &TenantDb,
        ui: &Ui,
        chosen: &Chosen,
        form: &Bulk,
    ) -> Verdict<Toast, Errors> {
        let mut errors = Errors::default();
        let is_touched =
            |name: &str| form.answers.iter().any(|(known, text)| known == TOUCHED && text == name);
        let fields = || self.shared().filter(|field| is_touched(field.parts.name));
        self.check_untouched(db, ui, chosen, form, &mut errors).await?;
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        if fields().next().is_none() {
            errors.add("", "Tick the fields that are to change.");
            return Ok(Err(errors));
        }
        let is_sent = |(name, text): &&(String, String)| {
            if name == OFFERED { is_touched(text) } else { is_touched(name) }
        };
        let mut sent: Vec<_> = form.answers.iter().filter(is_sent).cloned().collect();
        for field in fields() {
            let name = field.parts.name;
            if !sent.iter().any(|(known, text)| known == name || known == OFFERED && text == name) {
                sent.push((name.to_owned(), String::new()));
            }
        }
        self.name_rows(db, fields(), &mut sent, &mut errors).await?;
        let draft = self.of.draft_of_form(&sent, &ui.calendar(), &mut errors);
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let inputs = draft.0.into_iter().enumerate();
        let values = inputs.filter_map(|(place, input)| match input {
            Input::Is(value) => Some((place, value)),
            Input::Absent => None,
        });
        let labels: Vec<_> = fields().map(|field| field.parts.label).collect();
        let many = match self.of.set_all(db, chosen, values.collect()).await? {
            Ok(many) => many,
            Err(errors) => return Ok(Err(errors)),
        };
        let words = format!("{}: {} changed", self.count(many), labels.join(", "));
        let toast = Toast::success(words.clone());
        Ok(Ok(self.undoable(db, toast, Kind::Change, words, many).await?))
    }
}
