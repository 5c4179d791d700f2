//! Tables of the catalogue: whom their rows are about, and what becomes of them when a workspace or a
//! person is erased.

use core_base::{Result, TenantId, UserId};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, Iden, QueryFilter, Statement,
    Value,
};

use crate::{CATALOG_SCHEMA, CatalogTx, expected_schema, migration::columns};

/// What becomes of a row when whoever it is about is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnErase {
    /// It is deleted.
    Delete,
    /// It stays, and its column becomes null.
    Clear,
    /// It stays as it is. Say at the entity why that is right.
    Keep,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// A workspace, by its id.
    Tenant,
    /// A person, by their id.
    User,
    /// A person, by their email address in its normal form.
    Email,
}

/// Whom the rows of a table are about, column by column, for [`CatalogEntity::about`].
pub struct About<E: EntityTrait> {
    columns: Vec<(Whose, E::Column, OnErase)>,
    is_archived: bool,
}

impl<E: EntityTrait> About<E> {
    /// No row is about a workspace or a person.
    pub fn nobody() -> Self {
        Self { columns: vec![], is_archived: false }
    }

    /// The column holds the id of a workspace.
    pub fn tenant(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(Whose::Tenant, column, then)
    }

    /// The column holds the id of a person.
    pub fn user(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(Whose::User, column, then)
    }

    /// The column holds the email address of a person.
    pub fn email(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(Whose::Email, column, then)
    }

    /// One more column.
    #[must_use]
    pub fn and(mut self, whose: Whose, column: E::Column, then: OnErase) -> Self {
        self.columns.push((whose, column, then));
        self
    }

    /// The rows of a workspace are part of its archive (`tenant export`). An import replaces those that
    /// are there.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.is_archived = true;
        self
    }
}

/// An entity whose table lives in the catalogue.
pub trait CatalogEntity: EntityTrait {
    /// Whom its rows are about. Every column that names a workspace or a person must be in it.
    fn about() -> About<Self>;

    /// Why a row that an archive brings can't be taken, where it breaks a rule of what it stands for.
    fn problem(_row: &Self::Model) -> Option<String> {
        None
    }
}

/// A table of the catalogue, as everything that works on all of them needs it.
#[derive(Clone, Debug)]
pub struct CatalogTable {
    /// Whose it is.
    pub app: &'static str,
    /// Its name.
    pub name: String,
    /// What the entity believes stands in it.
    pub columns: Vec<String>,
    /// What makes the table that the entity asks for, in an empty database.
    pub wanted: fn(DbBackend) -> Vec<String>,
    /// Whom the rows are about: who, the column, what erasing does.
    pub about: Vec<(Whose, String, OnErase)>,
    /// Do archives carry the rows of a workspace?
    pub is_archived: bool,
    /// What is wrong with the entity's description, for the developer.
    pub problems: Vec<String>,
    pub(crate) check: Check,
}

/// Reads all rows about a workspace: an error where one is not what the entity says.
pub(crate) type Check = for<'a> fn(&'a CatalogTx, TenantId) -> BoxFuture<'a, Result<()>>;

impl CatalogTable {
    /// The table of an entity of this app.
    pub fn of<E: CatalogEntity>(app: &'static str) -> Self {
        let About { columns: about, is_archived } = E::about();
        let (name, columns) = (E::default().table_name().to_owned(), columns::<E>());
        let mut problems = vec![];
        if E::default().schema_name() != Some(CATALOG_SCHEMA) {
            problems.push(format!("`{name}` is not in the schema `{CATALOG_SCHEMA}`"));
        }
        for (_, column, then) in &about {
            if *then == OnErase::Clear && !column.def().is_null() {
                let column = column.to_string();
                problems.push(format!("`{name}.{column}` can't be cleared: it is never null"));
            }
        }
        let about: Vec<_> = about
            .into_iter()
            .map(|(whose, column, then)| (whose, column.to_string(), then))
            .collect();
        for column in &columns {
            let names = ["tenant_id", "user_id", "email"].contains(&column.as_str());
            if names && !about.iter().any(|(_, known, _)| known == column) {
                problems.push(format!("`{name}.{column}` is not in `about()`"));
            }
        }
        if is_archived && !about.iter().any(|(whose, ..)| *whose == Whose::Tenant) {
            problems.push(format!("`{name}` is archived, and no column names the workspace"));
        }
        let (wanted, check) = (expected_schema::wanted::<E>, check::<E> as Check);
        Self { app, name, columns, wanted, about, is_archived, problems, check }
    }

    /// The column that names the workspace of a row.
    pub(crate) fn tenant_column(&self) -> Option<&str> {
        let found = self.about.iter().find(|(whose, ..)| *whose == Whose::Tenant);
        found.map(|(_, column, _)| column.as_str())
    }

    async fn erase(&self, tx: &CatalogTx, whose: Whose, is: &Value) -> Result<(), DbErr> {
        let (backend, table) = (tx.get_database_backend(), &self.name);
        for (about, column, then) in &self.about {
            let sql = match then {
                _ if *about != whose => continue,
                OnErase::Keep => continue,
                OnErase::Delete => {
                    format!("DELETE FROM \"{CATALOG_SCHEMA}\".\"{table}\" WHERE \"{column}\" = $1")
                }
                OnErase::Clear => format!(
                    "UPDATE \"{CATALOG_SCHEMA}\".\"{table}\" SET \"{column}\" = NULL \
                     WHERE \"{column}\" = $1"
                ),
            };
            tx.execute_raw(Statement::from_sql_and_values(backend, sql, [is.clone()])).await?;
        }
        Ok(())
    }
}

/// Takes along, or lets go of, all rows about a workspace.
pub(crate) async fn erase_tenant(
    tables: &[CatalogTable],
    tx: &CatalogTx,
    tenant: TenantId,
) -> Result<(), DbErr> {
    for table in tables {
        table.erase(tx, Whose::Tenant, &tenant.into()).await?;
    }
    Ok(())
}

/// Takes along, or lets go of, all rows about a person, the person's own at last.
pub(crate) async fn erase_user(
    tables: &[CatalogTable],
    tx: &CatalogTx,
    (user, email): (UserId, &str),
) -> Result<(), DbErr> {
    // Those of apps first: they may refer to the person's own row, which goes last.
    for table in tables.iter().rev() {
        table.erase(tx, Whose::User, &user.into()).await?;
        table.erase(tx, Whose::Email, &email.into()).await?;
    }
    Ok(())
}

fn check<E: CatalogEntity>(tx: &CatalogTx, tenant: TenantId) -> BoxFuture<'_, Result<()>> {
    async move {
        let columns = E::about().columns.into_iter();
        let Some((_, column, _)) = columns.into_iter().find(|(whose, ..)| *whose == Whose::Tenant)
        else {
            return Ok(());
        };
        let table = E::default().table_name().to_owned();
        let refused =
            |why: String| anyhow::anyhow!("the archive is refused: a row of {table} {why}");
        let rows = tx.find::<E>().filter(column.eq(tenant)).all(tx).await;
        let rows = rows.map_err(|error| refused(format!("cannot be read: {error}")))?;
        match rows.iter().find_map(E::problem) {
            Some(problem) => Err(refused(problem).into()),
            None => Ok(()),
        }
    }
    .boxed()
}
