//! Projects: a name that is unique, an owner, a status and a due date.

use core_db::Script;
use sea_orm::sea_query::{ColumnDef, ForeignKeyAction};

use crate::table::{id, index, instant, integer, optional, reference, table, text, unique, uuid};

pub(crate) fn up(script: &mut Script) {
    let mut projects = table("projects");
    projects
        .col(id())
        .col(text("name"))
        .col(text("summary"))
        .col(text("status"))
        .col(optional(uuid("owner_id")))
        .col(ColumnDef::new("due").date())
        .col(integer("version"))
        .col(instant("created_at"))
        .col(instant("updated_at"))
        .foreign_key(&mut reference(
            "projects_owner",
            ("projects", "owner_id"),
            "members",
            ForeignKeyAction::SetNull,
        ));
    script.create_table(&projects);
    script.create_index(&unique("projects_name_key", "projects", &["name"]));
    script.create_index(&index("projects_owner_id", "projects", &["owner_id"]));
    script.create_index(&index("projects_updated_at", "projects", &["updated_at", "id"]));
}
