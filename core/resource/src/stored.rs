//! What a column holds: reading it by its place, its null, and making a value fit it.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, QueryResult, Value, sea_query::ArrayType};
use serde_json::Value as Json;
use uuid::Uuid;

/// The type of a column's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// Yes or no.
    Bool,
    /// `i16`.
    Small,
    /// `i32`.
    Int,
    /// `i64`.
    Big,
    /// `f64`.
    Double,
    /// Text, and enums that are stored as words.
    Text,
    /// A document.
    Json,
    /// A day.
    Date,
    /// A point in time, UTC.
    Instant,
    /// An id.
    Uuid,
}

impl Stored {
    /// None: no kind of field knows such columns.
    pub(crate) fn of(column: &ArrayType) -> Option<Self> {
        Some(match column {
            ArrayType::Bool => Self::Bool,
            ArrayType::SmallInt => Self::Small,
            ArrayType::Int => Self::Int,
            ArrayType::BigInt => Self::Big,
            ArrayType::Double => Self::Double,
            ArrayType::String => Self::Text,
            ArrayType::Json => Self::Json,
            ArrayType::ChronoDate => Self::Date,
            ArrayType::ChronoDateTimeUtc => Self::Instant,
            ArrayType::Uuid => Self::Uuid,
            _ => return None,
        })
    }

    pub(crate) fn null(self) -> Value {
        match self {
            Self::Bool => Value::Bool(None),
            Self::Small => Value::SmallInt(None),
            Self::Int => Value::Int(None),
            Self::Big => Value::BigInt(None),
            Self::Double => Value::Double(None),
            Self::Text => Value::String(None),
            Self::Json => Value::Json(None),
            Self::Date => Value::ChronoDate(None),
            Self::Instant => Value::ChronoDateTimeUtc(None),
            Self::Uuid => Value::Uuid(None),
        }
    }

    /// The value of a row at this place.
    pub(crate) fn read(self, row: &QueryResult, at: usize) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Bool => row.try_get_by_index::<Option<bool>>(at)?.into(),
            Self::Small => row.try_get_by_index::<Option<i16>>(at)?.into(),
            Self::Int => row.try_get_by_index::<Option<i32>>(at)?.into(),
            Self::Big => row.try_get_by_index::<Option<i64>>(at)?.into(),
            Self::Double => row.try_get_by_index::<Option<f64>>(at)?.into(),
            Self::Text => row.try_get_by_index::<Option<String>>(at)?.into(),
            Self::Json => row.try_get_by_index::<Option<Json>>(at)?.into(),
            Self::Date => row.try_get_by_index::<Option<NaiveDate>>(at)?.into(),
            Self::Instant => row.try_get_by_index::<Option<DateTime<Utc>>>(at)?.into(),
            Self::Uuid => row.try_get_by_index::<Option<Uuid>>(at)?.into(),
        })
    }

    /// The value as the column takes it; none: it does not fit. Whole numbers of all sizes are the same to
    /// people, and the entity takes exactly one.
    pub(crate) fn fit(self, value: Value) -> Option<Value> {
        if is_null(&value) {
            return Some(self.null());
        }
        Some(match (self, value) {
            (Self::Bool, value @ Value::Bool(_))
            | (Self::Double, value @ Value::Double(_))
            | (Self::Text, value @ Value::String(_))
            | (Self::Json, value @ Value::Json(_))
            | (Self::Date, value @ Value::ChronoDate(_))
            | (Self::Instant, value @ Value::ChronoDateTimeUtc(_))
            | (Self::Uuid, value @ Value::Uuid(_)) => value,
            (Self::Small, value) => i16::try_from(whole(&value)?).ok()?.into(),
            (Self::Int, value) => i32::try_from(whole(&value)?).ok()?.into(),
            (Self::Big, value) => whole(&value)?.into(),
            _ => return None,
        })
    }
}

/// A whole number of whatever size.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::SmallInt(number) => number.map(i64::from),
        Value::Int(number) => number.map(i64::from),
        Value::BigInt(number) => *number,
        _ => None,
    }
}

/// Nothing, of whatever type.
pub(crate) fn is_null(value: &Value) -> bool {
    match value {
        Value::Bool(value) => value.is_none(),
        Value::SmallInt(value) => value.is_none(),
        Value::Int(value) => value.is_none(),
        Value::BigInt(value) => value.is_none(),
        Value::Double(value) => value.is_none(),
        Value::String(value) => value.is_none(),
        Value::Json(value) => value.is_none(),
        Value::ChronoDate(value) => value.is_none(),
        Value::ChronoDateTimeUtc(value) => value.is_none(),
        Value::Uuid(value) => value.is_none(),
        _ => false,
    }
}

/// Nothing to be read: null, or a text without letters.
pub(crate) fn is_nothing(value: &Value) -> bool {
    is_null(value) || matches!(value, Value::String(Some(text)) if text.is_empty())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use sea_orm::Value;

    use super::{Stored, is_null};

    #[test]
    fn whole_numbers_fit_where_they_are_small_enough() {
        assert_eq!(Stored::Int.fit(Value::BigInt(Some(7))), Some(Value::Int(Some(7))));
        assert_eq!(Stored::Int.fit(Value::BigInt(Some(i64::MAX))), None);
        assert_eq!(Stored::Small.fit(Value::Int(Some(70_000))), None);
        assert_eq!(Stored::Big.fit(Value::SmallInt(Some(-1))), Some(Value::BigInt(Some(-1))));
        assert_eq!(Stored::Int.fit(Value::String(Some("7".to_owned()))), None);
    }

    #[test]
    fn nothing_fits_every_column() {
        for column in [Stored::Bool, Stored::Int, Stored::Text, Stored::Date, Stored::Uuid] {
            let nothing = column.fit(Value::BigInt(None)).unwrap();
            assert!(is_null(&nothing));
            assert_eq!(nothing, column.null());
        }
    }
}
