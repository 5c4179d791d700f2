//! The table that an entity describes, to compare it with the one that migrations made.

use sea_orm::{
    DbBackend, EntityTrait, Iterable, Schema,
    sea_query::{PostgresQueryBuilder, SchemaStatementBuilder, SqliteQueryBuilder},
};

/// The CREATE TABLE and CREATE INDEX statements derived from the entity, for an empty database. SQLite
/// has one word for whole numbers of all widths; only PostgreSQL's text tells them apart.
pub fn create_table_sql<E: EntityTrait>(backend: DbBackend) -> Vec<String> {
    let schema = Schema::new(backend);
    let mut all = vec![text(backend, &schema.create_table_from_entity(E::default()))];
    let indexes = schema.create_index_from_entity(E::default());
    all.extend(indexes.iter().map(|index| text(backend, index)));
    let plain = |sql: String| sql.replace("\"tenant\".", "").replace("\"catalog\".", "");
    all.into_iter().map(plain).collect()
}

fn text(backend: DbBackend, statement: &impl SchemaStatementBuilder) -> String {
    match backend {
        DbBackend::Postgres => statement.to_string(PostgresQueryBuilder),
        _ => statement.to_string(SqliteQueryBuilder),
    }
}

/// The columns that the entity describes.
pub fn columns<E: sea_orm::EntityTrait>() -> Vec<String> {
    use sea_orm::Iden;
    E::Column::iter().map(|column| column.to_string()).collect()
}
