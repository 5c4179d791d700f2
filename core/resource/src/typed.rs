//! Which columns a kind of field takes: SeaORM's `COLUMN.name` knows the type of its values, so that a kind
//! that does not fit does not compile.

use sea_orm::{
    BoolColumn, ColumnTrait, DateLikeColumn, DateTimeLikeColumn, EntityName, EntityTrait,
    JsonColumn, NumericColumn, NumericColumnNullable, StringColumn, StringColumnNullable,
};

macro_rules! columns {
    ($($(#[$doc:meta])* $name:ident: $message:literal, $($of:ident)*;)*) => {$(
        $(#[$doc])*
        #[diagnostic::on_unimplemented(message = $message, label = "this column holds something else")]
        pub trait $name {
            /// The entity of the column.
            type Entity: EntityTrait;
            /// The column itself.
            fn column(self) -> <Self::Entity as EntityTrait>::Column;
        }
        $(impl<E: EntityTrait> $name for $of<E> {
            type Entity = E;
            fn column(self) -> E::Column { self.0 }
        })*
    )*};
}

columns! {
    /// A column of text.
    TextColumn: "this kind of field needs a column of text; for an enum use `choice`, for an id `relation`",
        StringColumn StringColumnNullable;
    /// A column of whole numbers.
    NumberColumn: "this kind of field needs a column of numbers", NumericColumn NumericColumnNullable;
    /// A column of days.
    DayColumn: "this kind of field needs a column of days: its type should be `Date`", DateLikeColumn;
    /// A column of points in time.
    MomentColumn: "this kind of field needs a column of points in time: its type should be `DateTimeUtc`",
        DateTimeLikeColumn;
    /// A column of yes and no.
    YesNoColumn: "this kind of field needs a column of `bool`", BoolColumn;
    /// A column of documents.
    DocumentColumn: "this kind of field needs a column of `Json`", JsonColumn;
}

/// A column that says whose it is: of an enum, or of an id with a type of its own.
pub trait PlainColumn: ColumnTrait {
    /// The entity of the column.
    type Entity: EntityTrait<Column = Self>;
}

impl<C> PlainColumn for C
where
    C: ColumnTrait,
    C::EntityName: EntityName + EntityTrait<Column = C>,
{
    type Entity = C::EntityName;
}
