//! The columns that all our tables are made of, the same on both stores.

use sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index,
    IndexCreateStatement, Table, TableCreateStatement,
};

/// A new table, still without columns.
pub(crate) fn table(name: &'static str) -> TableCreateStatement {
    Table::create().table(name).to_owned()
}

/// `id`: a UUID that the application makes.
pub(crate) fn id() -> ColumnDef {
    uuid("id").primary_key().to_owned()
}

/// A UUID that must be there.
pub(crate) fn uuid(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).uuid().not_null().to_owned()
}

/// A text that must be there; the application bounds its length.
pub(crate) fn text(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).string().not_null().to_owned()
}

/// A text of at most so many characters that must be there.
pub(crate) fn short(name: &'static str, characters: u32) -> ColumnDef {
    ColumnDef::new(name).string_len(characters).not_null().to_owned()
}

/// A point in time, UTC.
pub(crate) fn instant(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).timestamp_with_time_zone().not_null().to_owned()
}

/// A whole number.
pub(crate) fn integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).integer().not_null().to_owned()
}

/// A whole number that may grow large.
pub(crate) fn big_integer(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).big_integer().not_null().to_owned()
}

/// Yes or no.
pub(crate) fn boolean(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).boolean().not_null().to_owned()
}

/// The outbox: one for all on PostgreSQL, each tenant's own on SQLite.
pub(crate) fn outbox() -> TableCreateStatement {
    let mut outbox = table("outbox");
    outbox
        .col(id())
        .col(text("kind"))
        .col(text("name"))
        .col(text("payload"))
        .col(integer("priority"))
        .col(optional(text("unique_key")))
        .col(instant("due_at"));
    outbox
}

/// Hashes and other bytes.
pub(crate) fn bytes(name: &'static str) -> ColumnDef {
    ColumnDef::new(name).binary().not_null().to_owned()
}

/// The same column, but it may be empty.
pub(crate) fn optional(mut column: ColumnDef) -> ColumnDef {
    column.null().to_owned()
}

/// An index for look-ups.
pub(crate) fn index(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    let mut index = Index::create().name(name).table(table).to_owned();
    for column in columns {
        index.col(*column);
    }
    index
}

/// A unique index. Named `<table>_<columns>_key`, which is how violations are recognised.
pub(crate) fn unique(
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> IndexCreateStatement {
    index(name, table, columns).unique().to_owned()
}

/// A reference inside an app or to a core table; what happens to this row when that one goes.
pub(crate) fn reference(
    name: &'static str,
    (table, column): (&'static str, &'static str),
    to: &'static str,
    on_delete: ForeignKeyAction,
) -> ForeignKeyCreateStatement {
    ForeignKey::create().name(name).from(table, column).to(to, "id").on_delete(on_delete).to_owned()
}
