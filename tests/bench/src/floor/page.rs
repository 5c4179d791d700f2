//! The rows as the product draws them, with its own components.

use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};
use core_ui::{self as ui, Calendar, Locale, Tone};
use uuid::Uuid;

/// What the product selects for a row.
pub(crate) type Selected =
    (Uuid, String, String, String, Option<NaiveDate>, DateTime<Utc>, Option<String>);

struct Row {
    id: Uuid,
    name: String,
    summary: String,
    status: String,
    owner: Option<String>,
    due: Option<NaiveDate>,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn status(&self) -> (&'static str, Tone) {
        match self.status.as_str() {
            "on_track" => ("On track", Tone::Success),
            "at_risk" => ("At risk", Tone::Warning),
            "off_track" => ("Off track", Tone::Error),
            _ => ("Done", Tone::Neutral),
        }
    }
}

#[derive(Template)]
#[template(path = "rows.html")]
struct Rows {
    total: i64,
    rows: Vec<Row>,
    calendar: Calendar,
}

pub(crate) fn draw(total: i64, rows: Vec<Selected>) -> anyhow::Result<String> {
    let row = |(id, name, summary, status, due, updated_at, owner)| Row {
        id,
        name,
        summary,
        status,
        owner,
        due,
        updated_at,
    };
    #[expect(clippy::disallowed_methods, reason = "the floor stands on no crate of the platform")]
    let now = Utc::now();
    let calendar = Calendar::new(now, "UTC", Locale::default());
    Ok(Rows { total, rows: rows.into_iter().map(row).collect(), calendar }.render()?)
}
