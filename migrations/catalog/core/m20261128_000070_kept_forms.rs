//! Forms that could not be taken, sealed for the browser that sent them.

use core_db::Script;

use crate::table::{bytes, id, index, instant, table};

pub(crate) fn up(script: &mut Script) {
    let mut forms = table("kept_forms");
    forms.col(id()).col(bytes("content")).col(instant("expires_at"));
    script.create_table(&forms);
    script.create_index(&index("kept_forms_expires_at", "kept_forms", &["expires_at"]));
}
