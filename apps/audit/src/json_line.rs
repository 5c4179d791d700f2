//! An entry as a line of JSON: what `verify.py` checks without the product.

use anyhow::anyhow;
use platform::{
    Result,
    audit::{audit_entry, instant},
};
use serde_json::json;

/// Adds the line of one entry.
pub(crate) fn add(entry: &audit_entry::Model, text: &mut String) -> Result<()> {
    let line = json!({
        "seq": entry.seq,
        "at": instant(entry.at),
        "category": entry.category,
        "action": entry.action,
        "entity": entry.entity,
        "row_id": entry.row_id,
        "title": entry.title,
        "actor": entry.actor,
        "user_id": entry.user_id,
        "address": entry.address,
        "request": entry.request,
        "changes": entry.changes,
        "link": entry.link,
        "seal": entry.seal,
    });
    text.push_str(&serde_json::to_string(&line).map_err(|error| anyhow!(error))?);
    text.push('\n');
    Ok(())
}
