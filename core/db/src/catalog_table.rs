//! Tables of the catalogue as erasing, archives and checks need them: by what their entities say.

use core_base::{Result, TenantId, UserId};
use futures_util::{FutureExt, future::BoxFuture};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, Iden, QueryFilter, Statement, Value,
};

use crate::{
    AuditedTable, CATALOG_SCHEMA, CatalogTx, TenantEntity,
    catalog_entity::{CatalogEntity, OnErase, OwnedBy, Ownership},
    expected_schema::{self, columns},
};

/// A table of the catalogue, as everything that works on all of them needs it.
#[derive(Clone, Debug)]
pub struct CatalogTable {
    /// The app that owns it.
    pub app: &'static str,
    /// Its name.
    pub name: String,
    /// The columns that the entity describes.
    pub columns: Vec<String>,
    /// CREATE TABLE and CREATE INDEX, derived from the entity.
    pub create_table_sql: fn(DbBackend) -> Vec<String>,
    /// Whom the rows are about: who, the column, what erasing does.
    pub about: Vec<(OwnedBy, String, OnErase)>,
    /// How its changes are told; none: they are not.
    pub audited: Option<AuditedTable>,
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
        let Ownership { columns: about, is_archived } = E::ownership();
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
                problems.push(format!("`{name}.{column}` is not in `ownership()`"));
            }
        }
        if is_archived && !about.iter().any(|(whose, ..)| *whose == OwnedBy::Tenant) {
            problems.push(format!("`{name}` is archived, and no column names the workspace"));
        }
        let (create_table_sql, check) =
            (expected_schema::create_table_sql::<E>, check::<E> as Check);
        let audited = AuditedTable::of(E::audit());
        Self { app, name, columns, create_table_sql, about, audited, is_archived, problems, check }
    }

    /// A table of the catalogue's own trail, which is made like a workspace's. A person's id stays in it:
    /// it leads to nobody once their account is gone.
    pub fn of_trail<E: TenantEntity>() -> Self {
        let columns = columns::<E>();
        let people = columns.iter().filter(|column| *column == "user_id");
        let about = people.map(|column| (OwnedBy::User, column.clone(), OnErase::Keep));
        Self {
            app: "core",
            name: E::default().table_name().to_owned(),
            create_table_sql: expected_schema::create_table_sql::<E>,
            about: about.collect(),
            audited: None,
            is_archived: false,
            problems: vec![],
            check: |_, _| async { Ok(()) }.boxed(),
            columns,
        }
    }

    /// The column that names the workspace of a row.
    pub(crate) fn tenant_column(&self) -> Option<&str> {
        let found = self.about.iter().find(|(whose, ..)| *whose == OwnedBy::Tenant);
        found.map(|(_, column, _)| column.as_str())
    }

    /// The column that names the workspace of a row which goes with it.
    pub(crate) fn erased_by(&self) -> Option<&str> {
        let goes = |(whose, _, then): &&(OwnedBy, String, OnErase)| {
            *whose == OwnedBy::Tenant && !matches!(then, OnErase::Keep)
        };
        self.about.iter().find(goes).map(|(_, column, _)| column.as_str())
    }

    async fn erase(&self, tx: &CatalogTx, whose: OwnedBy, is: &Value) -> Result<(), DbErr> {
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

/// Deletes or clears all rows about a workspace, as their entities say.
pub(crate) async fn erase_tenant(
    tables: &[CatalogTable],
    tx: &CatalogTx,
    tenant: TenantId,
) -> Result<(), DbErr> {
    for table in tables {
        table.erase(tx, OwnedBy::Tenant, &tenant.into()).await?;
    }
    Ok(())
}

/// Deletes or clears all rows about a person, as their entities say; the person's own row last.
pub(crate) async fn erase_user(
    tables: &[CatalogTable],
    tx: &CatalogTx,
    user: UserId,
    email: &str,
) -> Result<(), DbErr> {
    // Those of apps first: they may refer to the person's own row, which goes last.
    for table in tables.iter().rev() {
        table.erase(tx, OwnedBy::User, &user.into()).await?;
        table.erase(tx, OwnedBy::Email, &email.into()).await?;
    }
    Ok(())
}

fn check<E: CatalogEntity>(tx: &CatalogTx, tenant: TenantId) -> BoxFuture<'_, Result<()>> {
    async move {
        let columns = E::ownership().columns.into_iter();
        let Some((_, column, _)) =
            columns.into_iter().find(|(whose, ..)| *whose == OwnedBy::Tenant)
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
