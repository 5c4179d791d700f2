//! A column of an entity, as data.

use sea_orm::{
    ColumnTrait, EntityTrait, Iden, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    sea_query::{DynIden, IntoIden},
};

use crate::Stored;

/// What is known of a column.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) iden: DynIden,
    /// None: no kind of field knows what it holds.
    pub(crate) stored: Option<Stored>,
    pub(crate) is_nullable: bool,
    pub(crate) is_unique: bool,
    pub(crate) is_key: bool,
}

/// All columns of an entity, in their order.
pub(crate) fn columns<E: EntityTrait>() -> Vec<Column> {
    let keys: Vec<String> =
        E::PrimaryKey::iter().map(|key| key.into_column().to_string()).collect();
    let known = |column: E::Column| {
        let def = column.def();
        Column {
            name: column.as_str(),
            iden: column.into_iden(),
            stored: Stored::of(&E::Model::get_value_type(column)),
            is_nullable: def.is_null(),
            is_unique: def.is_unique(),
            is_key: keys.iter().any(|key| *key == column.to_string()),
        }
    };
    E::Column::iter().map(known).collect()
}
