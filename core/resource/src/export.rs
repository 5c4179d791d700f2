//! Rows as a file: what a list finds, a piece at a time, for spreadsheets and for programs.

use core_base::{Error, Result};
use core_db::TenantDb;
use core_ui::Calendar;
use sea_orm::{
    ConnectionTrait, ExprTrait, Order, Value,
    sea_query::{Condition, Query},
};
use uuid::Uuid;

use crate::{Resource, Row, Search, Stored, resource::Spec, sheet::Line, stored::is_null};

/// Rows that are read at once, each time in a transaction of its own: nobody waits for whoever reads slowly.
const MANY: u64 = 2_000;

/// For whom a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For spreadsheets: RFC 4180 in UTF-8 with its mark, one line of labels, people's names for what is referred to.
    Csv,
    /// For spreadsheets: the rows of a sheet, with numbers, days and times as what they are. The file around
    /// them is [`Sheet`](crate::sheet::Sheet)'s.
    Xlsx,
    /// For programs: a JSON object a line, as [`Resource::json`] writes it.
    JsonLines,
}

/// Which rows and which of their fields; the rest is decided piece by piece.
#[derive(Clone, Debug)]
pub struct Export {
    /// What is looked for.
    pub search: Search,
    /// The names of its fields.
    pub fields: Vec<String>,
    /// For whom.
    pub format: Format,
    /// Whose days and times.
    pub calendar: Calendar,
}

impl Export {
    /// Without what there is not, or whoever has this resource may not see.
    #[must_use]
    pub fn seen_in(mut self, of: &Resource) -> Self {
        self.fields.retain(|name| of.shown().any(|field| name == field.parts.name));
        self
    }

    /// What stands before the rows.
    pub fn head(&self, of: &Resource) -> String {
        match self.format {
            Format::JsonLines => return String::new(),
            Format::Xlsx => {
                let mut text = String::new();
                let mut line = Line::begin(&mut text);
                line.text("ID");
                self.chosen(of).for_each(|field| line.text(field.parts.label));
                line.end();
                return text;
            }
            Format::Csv => {}
        }
        let mut text = "\u{feff}ID".to_owned();
        for field in self.chosen(of) {
            text.push(',');
            quote(field.parts.label, true, &mut text);
        }
        text.push_str("\r\n");
        text
    }

    /// The next rows, in the order in which they were made, and the last of them; none: there are no more. Refused
    /// where one of its fields may no longer be seen: its column would be another's.
    pub async fn piece(
        &self,
        of: &Resource,
        db: &TenantDb,
        after: Option<Uuid>,
    ) -> Result<(String, Option<Uuid>)> {
        if self.chosen(of).count() != self.fields.len() {
            return Err(Error::Forbidden);
        }
        let is_chosen = |field: &Spec| self.has(field);
        let mut wanted: Vec<usize> = self.chosen(of).map(|field| field.at).collect();
        wanted.push(of.key);
        wanted.sort_unstable();
        wanted.dedup();
        let mut which = Condition::all().add(of.condition(db, &self.search, &self.calendar));
        if let Some(after) = after {
            which = which.add(of.column(of.key).gt(after));
        }
        let mut query = Query::select();
        query.from(of.table.clone()).cond_where(which);
        of.select(&mut query, &wanted, is_chosen);
        query.order_by_expr(of.column(of.key), Order::Asc).limit(MANY);
        let rows = db.query_all_raw(db.get_database_backend().build(&query)).await?;
        let (mut text, mut last) = (String::with_capacity(rows.len() * 128), None);
        for row in &rows {
            let row = of.row(row, &wanted, is_chosen)?;
            match self.format {
                Format::Csv => self.line(of, &row, &mut text),
                Format::Xlsx => self.cells(of, &row, &mut text),
                Format::JsonLines => {
                    text.push_str(&serde_json::Value::from(of.json(&row)).to_string());
                    text.push('\n');
                }
            }
            last = Some(row.id);
        }
        Ok((text, last.filter(|_| rows.len() as u64 == MANY)))
    }

    fn has(&self, field: &Spec) -> bool {
        !field.parts.is_hidden && self.fields.iter().any(|name| name == field.parts.name)
    }

    fn chosen<'a>(&'a self, of: &'a Resource) -> impl Iterator<Item = &'a Spec> {
        of.shown().filter(|field| self.has(field))
    }

    fn cells(&self, of: &Resource, row: &Row, text: &mut String) {
        let mut line = Line::begin(text);
        line.text(&row.id.to_string());
        for field in self.chosen(of) {
            let value = row.value(field.at).filter(|value| !is_null(value));
            let Some(value) = value else {
                line.empty();
                continue;
            };
            if field.parts.referred.is_some() {
                line.text(&of.words(row, field, &self.calendar));
                continue;
            }
            match value {
                Value::Bool(Some(is_yes)) => line.yes_no(*is_yes),
                Value::ChronoDate(Some(day)) => line.day(*day),
                Value::ChronoDateTimeUtc(Some(at)) => line.moment(self.calendar.local_time(at)),
                _ => {
                    let told = field.parts.kind.text(value, &self.calendar);
                    let is_number = !matches!(field.stored, Stored::Text | Stored::Json);
                    match told.parse::<f64>() {
                        Ok(number) if is_number && number.is_finite() => line.number(&told),
                        _ => line.text(&told),
                    }
                }
            }
        }
        line.end();
    }

    fn line(&self, of: &Resource, row: &Row, text: &mut String) {
        text.push_str(&row.id.to_string());
        for field in self.chosen(of) {
            text.push(',');
            let Some(value) = row.value(field.at).filter(|value| !is_null(value)) else { continue };
            if field.parts.referred.is_some() {
                quote(&of.words(row, field, &self.calendar), true, text);
                continue;
            }
            // What a program wrote is no formula: an amount may begin with a minus.
            let is_typed = matches!(field.stored, Stored::Text | Stored::Json);
            quote(&field.parts.kind.text(value, &self.calendar), is_typed, text);
        }
        text.push_str("\r\n");
    }
}

/// A field of a line. What a spreadsheet would compute, since somebody typed it so, stands behind an apostrophe.
pub(crate) fn quote(field: &str, is_typed: bool, text: &mut String) {
    let computes = is_typed && field.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']);
    if !computes && !field.contains(['"', ',', '\n', '\r']) && field.trim().len() == field.len() {
        return text.push_str(field);
    }
    text.push('"');
    if computes {
        text.push('\'');
    }
    for c in field.chars() {
        if c == '"' {
            text.push('"');
        }
        text.push(c);
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_field_is_one_field_and_no_formula() {
        for (field, is_typed, written) in [
            ("Plain", true, "Plain"),
            ("", true, ""),
            ("a, \"b\"\r\nc", true, "\"a, \"\"b\"\"\r\nc\""),
            ("=1+1", true, "\"'=1+1\""),
            ("@SUM(A1)", true, "\"'@SUM(A1)\""),
            ("'quoted", true, "\"''quoted\""),
            ("-12.50", false, "-12.50"),
            ("-12.50", true, "\"'-12.50\""),
            (" spaced ", true, "\" spaced \""),
        ] {
            let mut text = String::new();
            quote(field, is_typed, &mut text);
            assert_eq!(text, written, "{field}");
        }
    }
}
