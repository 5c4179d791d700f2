//! The kinds of fields, as functions that name them: `text(C.name, 80)`.

use std::ops::RangeInclusive;

use core_ui::{Currency, Tone};
use sea_orm::{
    ColumnTrait, EntityName, EntityTrait, ExprTrait, Iterable, PrimaryKeyToColumn, Value,
    sea_query::{Asterisk, Expr, Func, IntoTableRef, Query},
};

use crate::{
    Field, Stored,
    kinds::{Choice, Day, Document, Moment, Money, Relation, Shape, Tags, Text, Whole, YesNo},
    parts::{Referred, Source},
    typed::{
        DayColumn, DocumentColumn, MomentColumn, NumberColumn, PlainColumn, TextColumn, YesNoColumn,
    },
};

/// The words of a column that holds choices.
pub trait Choices: Copy + 'static {
    /// All of them, in their order.
    fn all() -> impl Iterator<Item = Self>;
    /// What is stored and sent.
    fn word(self) -> &'static str;
    /// What people read.
    fn label(self) -> &'static str;
    /// How it stands out in a list; none: as text.
    fn tone(self) -> Option<Tone> {
        None
    }
}

/// A line of at most `max` characters.
pub fn text<C: TextColumn>(column: C, max: usize) -> Field<C::Entity> {
    Field::new(column.column(), Text { max, shape: Shape::Line })
}

/// Several lines of at most `max` characters.
pub fn long_text<C: TextColumn>(column: C, max: usize) -> Field<C::Entity> {
    Field::new(column.column(), Text { max, shape: Shape::Lines })
}

/// An email address, kept in its normal form.
pub fn email<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 254, shape: Shape::Email })
}

/// The address of a page.
pub fn url<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 2000, shape: Shape::Url })
}

/// A colour: `#2f6f4f`.
pub fn colour<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 7, shape: Shape::Colour })
}

/// A whole number of this range.
pub fn whole<C: NumberColumn>(column: C, range: RangeInclusive<i64>) -> Field<C::Entity> {
    Field::new(column.column(), Whole { range })
}

/// An amount of money, in a column of `i64` that holds minor units such as cents.
pub fn money<C: NumberColumn>(column: C, currency: Currency) -> Field<C::Entity> {
    Field::new(column.column(), Money { currency })
}

/// A day.
pub fn day<C: DayColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Day)
}

/// A point in time, typed and read in the person's own zone.
pub fn moment<C: MomentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Moment { is_ago: false })
}

/// A point in time that is read as "4 min ago" and that nobody types.
pub fn since<C: MomentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Moment { is_ago: true }).read_only()
}

/// Yes or no.
pub fn yes_no<C: YesNoColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), YesNo)
}

/// Words, parted by commas where people type them; in a column of `Json`.
pub fn tags<C: DocumentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Tags)
}

/// A document.
pub fn json<C: DocumentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Document)
}

/// One of the words of an enum; the first is what a new row has.
pub fn choice<T: Choices, C: PlainColumn>(column: C) -> Field<C::Entity> {
    let kind = Choice::of::<T>();
    let first = kind.words.first().map(|(word, _)| Value::from(*word));
    Field::<C::Entity>::new(column, kind).required().with(|parts| parts.default = first)
}

/// A row of another table, known by one of its columns: `relation(Column::OwnerId, member::Column::Id,
/// member::Column::Name)`.
pub fn relation<C: PlainColumn, R: PlainColumn>(column: C, key: R, label: R) -> Field<C::Entity> {
    let referred = Referred::of(key, label);
    Field::<C::Entity>::new(column, Relation).with(|parts| parts.referred = Some(referred))
}

/// A member of the workspace.
pub fn person<C: PlainColumn>(column: C) -> Field<C::Entity> {
    Field::<C::Entity>::new(column, Relation).of_people()
}

/// How many rows of another table refer to this one: `count("tasks", task::Column::ProjectId)`. Nobody
/// sets it.
pub fn count<E: EntityTrait, C: PlainColumn>(name: &'static str, child: C) -> Field<E> {
    let mut query = Query::select();
    query.expr(Func::count(Expr::col(Asterisk)));
    query.from(C::Entity::default().table_ref().into_table_ref());
    query.and_where(child.into_expr().eq(key_of::<E>()));
    let source = Source::Computed(Some(Stored::Big), Expr::SubQuery(None, Box::new(query.into())));
    Field::<E>::of(source, name, Whole { range: 0..=i64::MAX }).read_only()
}

/// A text of the row that a column refers to: `through("owner_email", Column::OwnerId, member::Column::Id,
/// member::Column::Email)`. Nobody sets it here.
pub fn through<C: PlainColumn, R: PlainColumn>(
    name: &'static str,
    column: C,
    key: R,
    text: R,
) -> Field<C::Entity> {
    let mut query = Query::select();
    query.expr(text.into_expr()).from(R::Entity::default().table_ref().into_table_ref());
    query.and_where(key.into_expr().eq(column.into_expr()));
    let source = Source::Computed(Some(Stored::Text), Expr::SubQuery(None, Box::new(query.into())));
    Field::<C::Entity>::of(source, name, Text { max: 2000, shape: Shape::Line }).read_only()
}

fn key_of<E: EntityTrait>() -> Expr {
    let key = E::PrimaryKey::iter().next().map(PrimaryKeyToColumn::into_column);
    key.map_or_else(|| Expr::val(0), |key| key.into_expr())
}
