//! All entries that are found, as a file: CSV for spreadsheets, JSON lines for whoever verifies them.

use std::sync::Arc;

use platform::{
    Can, Query, Result, Ui,
    audit::{Search, audit_entry, instant},
    process::Platform,
    request::CurrentTenant,
    workspaces::{Store, Tenant},
};
use serde::Deserialize;

use super::list::Asked;
use crate::{json_line, permissions::View};

/// Entries that are read at once, each time in a unit of work of its own.
const MANY: u64 = 1_000;

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Format {
    Csv,
    #[default]
    Jsonl,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct As {
    format: Format,
}

pub(crate) async fn export(
    _: Can<View>,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    ui: Ui,
    Query(asked): Query<Asked>,
    Query(As { format }): Query<As>,
) -> Result {
    let search = Search { before: None, ..asked.search(ui.calendar()) };
    let (kind, end) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "csv"),
        Format::Jsonl => ("application/jsonl; charset=utf-8", "jsonl"),
    };
    let name = format!("{}-audit-log.{end}", tenant.slug);
    let store = core.store.clone();
    let first = match format {
        Format::Csv => {
            "number,at,action,entity,row,name,actor,user,address,request,changes,link\r\n"
        }
        Format::Jsonl => "",
    };
    let body = platform::stream_text(first.to_owned(), Some(search), move |search| {
        piece(store.clone(), tenant.clone(), search, format)
    });
    Ok(platform::as_file(kind, &name, body))
}

/// The next lines, and what to ask for after them.
async fn piece(
    store: Store,
    tenant: Arc<Tenant>,
    search: Search,
    format: Format,
) -> Result<(String, Option<Search>)> {
    let asked = search.clone();
    let found = store.read_in(tenant, |db| async move { asked.page(&db, MANY).await }).await?;
    let mut text = String::new();
    for entry in &found.entries {
        match format {
            Format::Csv => csv(entry, &mut text),
            Format::Jsonl => json_line::add(entry, &mut text)?,
        }
    }
    Ok((text, found.next.map(|next| Search { before: Some(next), ..search })))
}

fn csv(entry: &audit_entry::Model, text: &mut String) {
    let (seq, at) = (entry.seq.to_string(), instant(entry.at));
    let user = entry.user_id.map(|id| id.to_string()).unwrap_or_default();
    let fields = [
        &seq,
        &at,
        &entry.action,
        &entry.entity,
        &entry.row_id,
        &entry.title,
        &entry.actor,
        &user,
        &entry.address,
        &entry.request,
        &entry.changes,
        &entry.link,
    ];
    for (place, field) in fields.into_iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push('"');
        // A spreadsheet would compute what begins so.
        if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
            text.push('\'');
        }
        text.push_str(&field.replace('"', "\"\""));
        text.push('"');
    }
    text.push_str("\r\n");
}
