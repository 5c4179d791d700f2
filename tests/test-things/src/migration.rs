//! The table of things.

use core_db::{Migration, Rights, Script, Step};
use sea_orm::sea_query::{ColumnDef, Table};

pub const LIST: &[Migration] =
    &[Migration { name: "m20270101_000001_things", step: Step::Schema(up) }];

fn up(script: &mut Script) {
    let mut table = Table::create();
    table
        .table("things")
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("name").string().not_null().unique_key())
        .col(ColumnDef::new("notes").string().not_null())
        .col(ColumnDef::new("state").string_len(16).not_null())
        .col(ColumnDef::new("owner_id").uuid())
        .col(ColumnDef::new("checker_id").uuid())
        .col(ColumnDef::new("pieces").integer())
        .col(ColumnDef::new("price").big_integer().not_null())
        .col(ColumnDef::new("due").date())
        .col(ColumnDef::new("seen_at").timestamp_with_time_zone())
        .col(ColumnDef::new("paid").boolean().not_null())
        .col(ColumnDef::new("mail").string().not_null())
        .col(ColumnDef::new("page").string().not_null())
        .col(ColumnDef::new("tint").string())
        .col(ColumnDef::new("words").json_binary())
        .col(ColumnDef::new("extra").json_binary())
        .col(ColumnDef::new("version").integer().not_null())
        .col(ColumnDef::new("created_at").timestamp_with_time_zone().not_null())
        .col(ColumnDef::new("updated_at").timestamp_with_time_zone().not_null());
    script.create_table_with(&table, Rights::All);
}
