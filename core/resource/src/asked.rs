//! What an action asks for: fields that are no columns.

use std::ops::RangeInclusive;

use core_ui::Currency;

use crate::{
    Choices, Field, Kind, Stored,
    kinds::{Choice, Day, Money, Relation, Shape, Text, Whole, YesNo},
    parts::Source,
};

/// The entity of fields that no table has.
pub enum Asked {}

fn field(name: &'static str, stored: Stored, kind: impl Kind) -> Field<Asked> {
    Field::of(Source::Asked(stored), name, kind)
}

/// A line of at most `max` characters.
pub fn text(name: &'static str, max: usize) -> Field<Asked> {
    field(name, Stored::Text, Text { max, shape: Shape::Line })
}

/// Several lines of at most `max` characters.
pub fn long_text(name: &'static str, max: usize) -> Field<Asked> {
    field(name, Stored::Text, Text { max, shape: Shape::Lines })
}

/// A whole number of this range.
pub fn whole(name: &'static str, range: RangeInclusive<i64>) -> Field<Asked> {
    field(name, Stored::Big, Whole { range })
}

/// An amount of money.
pub fn money(name: &'static str, currency: Currency) -> Field<Asked> {
    field(name, Stored::Big, Money { currency })
}

/// A day.
pub fn day(name: &'static str) -> Field<Asked> {
    field(name, Stored::Date, Day)
}

/// A box to tick.
pub fn yes_no(name: &'static str) -> Field<Asked> {
    field(name, Stored::Bool, YesNo)
}

/// One of the words of an enum; the first is chosen beforehand.
pub fn choice<T: Choices>(name: &'static str) -> Field<Asked> {
    let kind = Choice::of::<T>();
    let first = kind.words.first().map(|(word, _)| sea_orm::Value::from(*word));
    field(name, Stored::Text, kind).required().with(|parts| parts.default = first)
}

/// A member of the workspace.
pub fn person(name: &'static str) -> Field<Asked> {
    field(name, Stored::Uuid, Relation).of_people()
}
