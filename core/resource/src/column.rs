//! A column of an entity, as data.

use sea_orm::{
    ColumnTrait, EntityTrait, Iden, IdenStatic, Iterable, ModelTrait, PrimaryKeyToColumn,
    sea_query::{Alias, DynIden, Expr, IntoIden},
};

use crate::Stored;

/// What is known of a column, or of an expression that stands for one.
#[derive(Clone)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) iden: DynIden,
    /// None: no kind of field knows what it holds.
    pub(crate) stored: Option<Stored>,
    pub(crate) is_nullable: bool,
    pub(crate) is_unique: bool,
    pub(crate) is_key: bool,
    /// What the database works out; none: a column of the table.
    pub(crate) computed: Option<Expr>,
}

impl Column {
    /// An expression of this name, which no row keeps.
    pub(crate) fn computed(name: &'static str, stored: Option<Stored>, expr: Expr) -> Self {
        Self {
            name,
            iden: Alias::new(name).into_iden(),
            stored,
            is_nullable: true,
            is_unique: false,
            is_key: false,
            computed: Some(expr),
        }
    }
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
            computed: None,
        }
    };
    E::Column::iter().map(known).collect()
}
