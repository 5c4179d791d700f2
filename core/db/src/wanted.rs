//! The table that an entity asks for, to hold it against the one that migrations made.

use sea_orm::{DbBackend, EntityTrait, Schema, sea_query::SqliteQueryBuilder};

/// Makes the entity's table and its indexes in an empty SQLite database.
pub fn wanted<E: EntityTrait>() -> Vec<String> {
    let schema = Schema::new(DbBackend::Sqlite);
    let table = schema.create_table_from_entity(E::default()).to_string(SqliteQueryBuilder);
    let indexes = schema.create_index_from_entity(E::default());
    let indexes = indexes.iter().map(|index| index.to_string(SqliteQueryBuilder));
    let all = std::iter::once(table).chain(indexes);
    all.map(|sql| sql.replace("\"tenant\".", "")).collect()
}
