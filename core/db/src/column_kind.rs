//! The kinds of values that columns hold, on either store, and how each stands in JSON.

use anyhow::{Context, bail, ensure};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sea_orm::{
    ColIdx, ColumnType, ExprTrait, QueryResult, Value,
    sea_query::{Alias, Expr},
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use uuid::Uuid;

/// Bytes of text in one value: more than any form of the house takes.
const TEXT: usize = 1 << 20;

/// What a column holds, on either store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Uuid,
    Text,
    Json,
    Instant,
    Date,
    Integer,
    Real,
    Boolean,
    Bytes,
}

impl Kind {
    /// By the type that the database says the column has.
    pub(crate) fn of(declared: &str) -> Option<Self> {
        let declared = declared.to_ascii_lowercase();
        let name = declared.split('(').next().unwrap_or_default().trim();
        Some(match name {
            "uuid" | "uuid_text" => Self::Uuid,
            "text" | "varchar" | "char" | "character varying" | "character" => Self::Text,
            "json" | "jsonb" | "json_text" | "jsonb_text" => Self::Json,
            "timestamp with time zone" | "timestamp_with_timezone_text" => Self::Instant,
            "date" | "date_text" => Self::Date,
            "integer" | "bigint" | "smallint" | "tinyint" => Self::Integer,
            "double" | "double precision" | "float" | "real" => Self::Real,
            "boolean" => Self::Boolean,
            "bytea" | "blob" | "binary" | "varbinary" | "varbinary_blob" => Self::Bytes,
            _ => return None,
        })
    }

    /// By the type that an entity gives to the column; what it does not know is read as text.
    pub(crate) fn of_type(column: &ColumnType) -> Self {
        match column {
            ColumnType::Uuid => Self::Uuid,
            ColumnType::Json | ColumnType::JsonBinary => Self::Json,
            ColumnType::TimestampWithTimeZone => Self::Instant,
            ColumnType::Date => Self::Date,
            ColumnType::TinyInteger
            | ColumnType::SmallInteger
            | ColumnType::Integer
            | ColumnType::BigInteger => Self::Integer,
            ColumnType::Float | ColumnType::Double => Self::Real,
            ColumnType::Boolean => Self::Boolean,
            ColumnType::Binary(_) | ColumnType::VarBinary(_) | ColumnType::Blob => Self::Bytes,
            _ => Self::Text,
        }
    }

    /// What a statement in text asks for to [`read`](Self::read) this column.
    pub(crate) fn sql(self, column: &str) -> String {
        match self {
            Self::Integer => format!("CAST({column} AS bigint)"),
            Self::Real => format!("CAST({column} AS double precision)"),
            Self::Json => format!("CAST({column} AS text)"),
            _ => column.to_owned(),
        }
    }

    /// The column as it is asked for: whole numbers of all sizes alike, documents as text.
    pub(crate) fn select(self, column: &str) -> Expr {
        let column = Expr::col(Alias::new(column));
        match self {
            Self::Integer => column.cast_as("bigint"),
            Self::Real => column.cast_as("double precision"),
            Self::Json => column.cast_as("text"),
            _ => column,
        }
    }

    /// The value of a row at `place`: a number or a name.
    pub(crate) fn read(self, row: &QueryResult, place: impl ColIdx) -> anyhow::Result<Json> {
        fn json<T>(value: Option<T>, to: impl FnOnce(T) -> Json) -> Json {
            value.map_or(Json::Null, to)
        }
        Ok(match self {
            Self::Uuid => {
                let id = row.try_get_by::<Option<Uuid>, _>(place);
                // Written by hand into a SQLite file it is text.
                let text = |_| row.try_get_by::<Option<String>, _>(place);
                let id = id.map(|id| id.map(|id| id.to_string())).or_else(text)?;
                json(id, Json::String)
            }
            Self::Text | Self::Json => json(row.try_get_by(place)?, Json::String),
            Self::Instant => json(row.try_get_by::<Option<DateTime<Utc>>, _>(place)?, |at| {
                at.to_rfc3339_opts(SecondsFormat::Micros, true).into()
            }),
            Self::Date => {
                json(row.try_get_by::<Option<NaiveDate>, _>(place)?, |day| day.to_string().into())
            }
            Self::Integer => json(row.try_get_by::<Option<i64>, _>(place)?, Json::from),
            Self::Real => json(row.try_get_by::<Option<f64>, _>(place)?, Json::from),
            Self::Boolean => json(row.try_get_by(place)?, Json::Bool),
            Self::Bytes => json(row.try_get_by::<Option<Vec<u8>>, _>(place)?, |bytes| {
                hex::encode(bytes).into()
            }),
        })
    }

    /// The value to write. The other way round of [`read`](Self::read).
    pub(crate) fn value(self, json: &Json) -> anyhow::Result<Value> {
        if json.is_null() {
            return Ok(self.null());
        }
        let text = || json.as_str().context("not a text");
        Ok(match self {
            Self::Uuid => text()?.parse::<Uuid>()?.into(),
            Self::Text => {
                let text = text()?;
                ensure!(
                    text.len() <= TEXT,
                    "{} bytes of text; at most {TEXT} are allowed",
                    text.len()
                );
                text.into()
            }
            Self::Json => serde_json::from_str::<Json>(text()?)?.into(),
            Self::Instant => DateTime::parse_from_rfc3339(text()?)?.to_utc().into(),
            Self::Date => text()?.parse::<NaiveDate>()?.into(),
            Self::Integer => json.as_i64().context("not a whole number")?.into(),
            Self::Real => json.as_f64().context("not a number")?.into(),
            Self::Boolean => json.as_bool().context("neither yes nor no")?.into(),
            Self::Bytes => hex::decode(text()?)?.into(),
        })
    }

    fn null(self) -> Value {
        match self {
            Self::Uuid => None::<Uuid>.into(),
            Self::Text => None::<String>.into(),
            Self::Json => None::<Json>.into(),
            Self::Instant => None::<DateTime<Utc>>.into(),
            Self::Date => None::<NaiveDate>.into(),
            Self::Integer => None::<i64>.into(),
            Self::Real => None::<f64>.into(),
            Self::Boolean => None::<bool>.into(),
            Self::Bytes => None::<Vec<u8>>.into(),
        }
    }
}

/// The kind of a column, or what to do about it.
pub(crate) fn kind_of(table: &str, column: &str, declared: &str) -> anyhow::Result<Kind> {
    match Kind::of(declared) {
        Some(kind) => Ok(kind),
        None => bail!(
            "{table}.{column} is of the type {declared}, which archives do not know yet: add it to \
             core/db/src/column_kind.rs"
        ),
    }
}
