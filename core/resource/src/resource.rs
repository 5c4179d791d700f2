//! A described entity, as data: nothing behind this point depends on the entity's types.

use std::{borrow::Cow, sync::Arc};

use chrono::{DateTime, Utc};
use core_access::entitlements::{Entitlement, LimitReached};
use core_base::{Result, Verdict};
use core_db::TenantDb;
use core_ui::Errors;
use sea_orm::{
    DbErr, Value,
    sea_query::{
        Alias, Condition, DynIden, Expr, InsertStatement, IntoIden, TableRef, UpdateStatement,
    },
};

use crate::{
    Control, Row, Screen, action::ActionParts, column::Column, parts::Parts, stored::Stored,
};

/// What people see of an entity, wherever they see it.
#[derive(Clone)]
pub struct Resource {
    /// What people call a row: "project".
    pub noun: &'static str,
    /// What they call several: "projects".
    pub plural: &'static str,
    pub(crate) name: String,
    pub(crate) table: TableRef,
    pub(crate) columns: Vec<Column>,
    pub(crate) fields: Vec<Spec>,
    pub(crate) title: usize,
    pub(crate) key: usize,
    pub(crate) version: Option<usize>,
    pub(crate) created: Option<usize>,
    pub(crate) updated: Option<usize>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) limit: Option<(Room, Entitlement)>,
    /// What an empty list says: a title and a sentence.
    pub(crate) empty: [&'static str; 2],
    pub(crate) writes: Arc<dyn Writes>,
    /// What is true of every row that exists for it.
    pub(crate) scope: Vec<Expr>,
    pub(crate) actions: Vec<ActionParts>,
    /// Pages that the app has itself.
    pub(crate) without: Vec<Screen>,
    /// It is read here, and changed by rules of its own at this path.
    pub(crate) managed_at: Option<&'static str>,
}

/// A field, and where its values stand.
#[derive(Clone)]
pub(crate) struct Spec {
    /// The place of its column.
    pub(crate) at: usize,
    pub(crate) stored: Stored,
    pub(crate) parts: Parts,
    /// What the table it refers to is called in a query: two fields may refer to one.
    pub(crate) alias: DynIden,
}

/// A boxed future.
pub(crate) type Work<T> = std::pin::Pin<Box<dyn Future<Output = T> + Send>>;

/// Is there room for one more?
pub(crate) type Room = for<'a> fn(
    &'a TenantDb,
) -> std::pin::Pin<
    Box<dyn Future<Output = Verdict<(), LimitReached>> + Send + 'a>,
>;

/// A rule about a row as it would be, and as it was.
pub(crate) type Rule =
    Arc<dyn Fn(TenantDb, Option<&Row>, &Row) -> Result<Work<Result<Errors>>> + Send + Sync>;

/// What stays generic over the entity: making statements of values, by the places of their columns. The
/// entity's own types have the last word.
pub(crate) trait Writes: Send + Sync {
    fn insert(&self, values: Vec<(usize, Value)>) -> Result<InsertStatement, DbErr>;
    fn update(&self, values: Vec<(usize, Value)>) -> Result<UpdateStatement, DbErr>;
    /// Does the entity take this value in this column?
    fn takes(&self, at: usize, value: &Value) -> bool;
}

impl Spec {
    pub(crate) fn new(at: usize, stored: Stored, parts: Parts) -> Self {
        let alias = Alias::new(format!("{}_", parts.name)).into_iden();
        Self { at, stored, parts, alias }
    }
}

impl Spec {
    /// What to say where a row that is referred to is not there.
    pub(crate) fn gone(&self) -> &'static str {
        match self.parts.referred.as_ref().is_some_and(|referred| referred.are_people) {
            true => "This person is not a member of the workspace. Choose someone else.",
            false => "This is not there any more. Choose another one.",
        }
    }

    /// What to say where something must stand.
    pub(crate) fn missing(&self) -> String {
        let label = self.parts.label.to_lowercase();
        match self.parts.kind.control() {
            Control::Choice(_) => format!("Choose the {label}."),
            _ => format!("Enter the {label}."),
        }
    }

    /// What people call setting it in many rows at once.
    pub(crate) fn deed(&self) -> &'static str {
        self.parts.bulk.unwrap_or(self.parts.label)
    }
}

impl Resource {
    /// The field with this name.
    pub(crate) fn field(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.parts.name == name)
    }

    /// A column of the table, or what stands for one, in an expression.
    pub(crate) fn column(&self, at: usize) -> Expr {
        match &self.columns[at].computed {
            Some(expr) => expr.clone(),
            None => Expr::col((Alias::new(&self.name), self.columns[at].iden.clone())),
        }
    }

    /// The fields that may be seen.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &Spec> {
        self.fields.iter().filter(|field| !field.parts.is_hidden)
    }

    /// What every row must be that exists for it.
    pub(crate) fn scoped(&self) -> Condition {
        self.scope.iter().fold(Condition::all(), |all, one| all.add(one.clone()))
    }

    /// Since when the row is there.
    pub(crate) fn created_at(&self, row: &Row) -> Option<DateTime<Utc>> {
        instant(row.value(self.created?)?)
    }

    /// When it changed last.
    pub(crate) fn updated_at(&self, row: &Row) -> Option<DateTime<Utc>> {
        instant(row.value(self.updated?)?)
    }

    /// The limit that it asks, which its app declares.
    pub fn entitlement(&self) -> Option<Entitlement> {
        self.limit.map(|(_, entitlement)| entitlement)
    }

    /// What people know a row by.
    pub fn title(&self, row: &Row) -> String {
        self.title_of(row).into_owned()
    }

    /// The same, borrowed where it stands in the row.
    pub(crate) fn title_of<'v>(&self, row: &'v Row) -> Cow<'v, str> {
        match row.value(self.fields[self.title].at) {
            Some(Value::String(Some(title))) => title.into(),
            _ => row.id.to_string().into(),
        }
    }
}

fn instant(value: &Value) -> Option<DateTime<Utc>> {
    match value {
        Value::ChronoDateTimeUtc(at) => *at,
        _ => None,
    }
}
