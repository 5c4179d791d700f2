//! The columns of tables and what they refer to, asked of the database itself.

use core_base::Result;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::{CATALOG_SCHEMA, TENANT_SCHEMA, TenantDb};

/// A column as it is.
pub(crate) struct TableColumn {
    pub(crate) table: String,
    pub(crate) name: String,
    /// In the database's own words.
    pub(crate) kind: String,
    /// Part of the primary key.
    pub(crate) is_key: bool,
    /// Never null.
    pub(crate) is_required: bool,
    /// Filled by the database where a row says nothing.
    pub(crate) has_default: bool,
}

/// A column that refers to a row.
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
    /// The table that it refers to.
    pub(crate) to: String,
}

const SQLITE_COLUMNS: &str = "SELECT m.name AS t, c.name AS c, c.type AS k, c.pk > 0 AS p, \
     c.\"notnull\" > 0 AS n, c.dflt_value IS NOT NULL AS d \
     FROM \"tenant\".\"sqlite_master\" m JOIN pragma_table_info(m.name) c \
     WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY m.name, c.cid";
const SQLITE_REFERENCES: &str = "SELECT m.name AS t, f.\"from\" AS c, f.\"table\" AS p \
     FROM \"tenant\".\"sqlite_master\" m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'";
const POSTGRES_COLUMNS: &str = "SELECT c.relname::text AS t, a.attname::text AS c, \
     format_type(a.atttypid, a.atttypmod) AS k, \
     coalesce(a.attnum = ANY (i.indkey::int2[]), false) AS p, a.attnotnull AS n, \
     a.atthasdef OR a.attidentity <> '' AS d \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
     LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary \
     WHERE n.nspname = $1 AND c.relkind = 'r' ORDER BY c.relname, a.attnum";
const POSTGRES_REFERENCES: &str = "SELECT c.relname::text AS t, a.attname::text AS c, \
     p.relname::text AS p \
     FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid JOIN pg_class p ON p.oid = f.confrelid \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (f.conkey) \
     JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND f.contype = 'f'";

/// All columns of a tenant's tables, table by table, in the order of the tables.
pub(crate) async fn table_columns(db: &TenantDb) -> Result<Vec<TableColumn>> {
    columns_of(db, (TENANT_SCHEMA, &db.tenant().schema())).await
}

/// The same of the catalogue.
pub(crate) async fn catalog_columns(db: &impl ConnectionTrait) -> Result<Vec<TableColumn>> {
    columns_of(db, (CATALOG_SCHEMA, CATALOG_SCHEMA)).await
}

async fn columns_of(db: &impl ConnectionTrait, schema: (&str, &str)) -> Result<Vec<TableColumn>> {
    let column = |row: &QueryResult| {
        Ok::<_, DbErr>(TableColumn {
            table: row.try_get("", "t")?,
            name: row.try_get("", "c")?,
            kind: row.try_get("", "k")?,
            is_key: row.try_get("", "p")?,
            is_required: row.try_get("", "n")?,
            has_default: row.try_get("", "d")?,
        })
    };
    let rows = ask(db, schema, (SQLITE_COLUMNS, POSTGRES_COLUMNS)).await?;
    Ok(rows.iter().map(column).collect::<Result<_, _>>()?)
}

/// All references between a tenant's tables.
pub(crate) async fn references(db: &TenantDb) -> Result<Vec<Reference>> {
    let reference = |row: &QueryResult| {
        Ok::<_, DbErr>(Reference {
            table: row.try_get("", "t")?,
            column: row.try_get("", "c")?,
            to: row.try_get("", "p")?,
        })
    };
    let schema = db.tenant().schema();
    let texts = (SQLITE_REFERENCES, POSTGRES_REFERENCES);
    let rows = ask(db, (TENANT_SCHEMA, &schema), texts).await?;
    Ok(rows.iter().map(reference).collect::<Result<_, _>>()?)
}

/// `named` is what entities call the schema, `schema` what PostgreSQL does.
async fn ask(
    db: &impl ConnectionTrait,
    (named, schema): (&str, &str),
    (sqlite, postgres): (&str, &str),
) -> Result<Vec<QueryResult>> {
    let backend = db.get_database_backend();
    let statement = match backend {
        DbBackend::Postgres => Statement::from_sql_and_values(backend, postgres, [schema.into()]),
        _ => Statement::from_string(backend, sqlite.replace(TENANT_SCHEMA, named)),
    };
    Ok(db.query_all_raw(statement).await?)
}
