//! What may be sent inside a transaction, and where it points.

use std::borrow::Cow;

use sea_orm::{DbErr, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;

/// The name entities give to the schema of tenants' tables.
pub const TENANT_SCHEMA: &str = "tenant";
/// The name entities give to the schema of the catalogue's tables.
pub const CATALOG_SCHEMA: &str = "catalog";

/// Where the placeholder schemas point in one transaction.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// Replaces `"tenant".`; where no tenant is open, by a name that does not exist.
    tenant: Cow<'static, str>,
    /// Replaces `"catalog".`.
    catalog: &'static str,
    /// Replaces `"shared".`.
    shared: &'static str,
    /// Ends every statement, so that a prepared one never outlives a migration.
    suffix: String,
}

impl Target {
    /// A tenant's schema on PostgreSQL, at the migration level `level`.
    pub(crate) fn tenant(schema: &str, level: &str) -> Self {
        let level = level.get(..8).unwrap_or(level);
        Self {
            tenant: format!("\"{schema}\".").into(),
            suffix: format!(" /*{level}*/"),
            ..Self::catalog()
        }
    }

    /// The catalogue on PostgreSQL; a tenant's table named here does not exist.
    pub(crate) fn catalog() -> Self {
        Self {
            tenant: "\"no tenant is open\".".into(),
            catalog: "\"catalog\".",
            shared: "\"shared\".",
            suffix: String::new(),
        }
    }

    /// The catalogue's own trail on PostgreSQL, whose tables are described as a tenant's.
    pub(crate) fn catalog_trail() -> Self {
        Self { tenant: "\"catalog\".".into(), ..Self::catalog() }
    }

    /// A SQLite file: it holds either a tenant or the catalogue, and the tables of the other
    /// do not exist in it.
    pub(crate) fn file() -> Self {
        let main = "\"main\".";
        Self { tenant: main.into(), catalog: main, shared: main, suffix: String::new() }
    }

    /// `sql` with the placeholders filled in.
    pub(crate) fn point(&self, sql: &str) -> String {
        let mut out = String::with_capacity(sql.len() + 96);
        let mut rest = sql;
        // Values are bound, never written into the text, so this can't touch what people typed.
        while let Some(at) = rest.find('"') {
            let (before, quoted) = rest.split_at(at);
            out.push_str(before);
            let known = [
                ("\"tenant\".", &*self.tenant),
                ("\"catalog\".", self.catalog),
                ("\"shared\".", self.shared),
            ];
            let found =
                known.iter().find_map(|(name, place)| Some((quoted.strip_prefix(name)?, place)));
            if let Some((after, place)) = found {
                out.push_str(place);
                rest = after;
            } else {
                // The whole quoted name, so that its closing quote isn't taken for an opening one.
                let end = quoted[1..].find('"').map_or(quoted.len(), |close| close + 2);
                out.push_str(&quoted[..end]);
                rest = &quoted[end..];
            }
        }
        out.push_str(rest);
        out.push_str(&self.suffix);
        out
    }
}

/// The text to send and the values to bind; refuses what has no place inside a transaction.
pub(crate) fn prepare(
    statement: Statement,
    target: &Target,
) -> Result<(String, SqlxValues), DbErr> {
    let verb = statement.sql.trim_start().split(|c: char| !c.is_ascii_alphabetic()).next();
    let reads_or_writes = ["select", "insert", "update", "delete", "with"]
        .iter()
        .any(|allowed| verb.is_some_and(|verb| verb.eq_ignore_ascii_case(allowed)));
    if !reads_or_writes {
        return Err(refused("only SELECT, INSERT, UPDATE, DELETE and WITH may be sent here"));
    }
    // SQLite runs whatever follows a semicolon; values are bound, so no text of ours holds one.
    if statement.sql.contains(';') {
        return Err(refused("one statement at a time, without a semicolon"));
    }
    let values = statement.values.unwrap_or(Values(vec![]));
    Ok((target.point(&statement.sql), SqlxValues(values)))
}

/// Does it only read? A `WITH` may write in one of its parts, so every word of it is looked at; a name
/// that is such a word costs it the writer's place, and no more.
pub(crate) fn is_read(sql: &str) -> bool {
    let mut words = sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let writes = |word: &str| {
        ["insert", "update", "delete"].iter().any(|verb| word.eq_ignore_ascii_case(verb))
    };
    match words.find(|word| !word.is_empty()) {
        Some(word) if word.eq_ignore_ascii_case("select") => true,
        Some(word) if word.eq_ignore_ascii_case("with") => !words.any(writes),
        _ => false,
    }
}

/// An error of ours in SeaORM's clothes.
pub(crate) fn refused(why: &str) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(why.to_owned()))
}

#[cfg(test)]
mod tests {
    use sea_orm::{DbBackend, Statement};

    use super::{Target, is_read, prepare};

    #[test]
    fn what_only_reads_is_told_by_its_words() {
        for reads in [
            "SELECT 1",
            "\n  select 1",
            "WITH a AS (SELECT updated_at FROM b) SELECT * FROM a",
            "with recursive a as (select 1) select * from a",
        ] {
            assert!(is_read(reads), "{reads}");
        }
        for writes in [
            "INSERT INTO a SELECT 1",
            "WITH a AS (SELECT 1) DELETE FROM b",
            "WITH a AS (UPDATE b SET c = 1 RETURNING c) SELECT * FROM a",
            "",
        ] {
            assert!(!is_read(writes), "{writes}");
        }
    }

    #[test]
    fn placeholders_are_filled_in_and_nothing_else() {
        let target = Target::tenant("t_1", "abcdef0123456789");
        let sql = r#"SELECT "projects"."tenant", 'x"tenant".y' FROM "tenant"."projects" JOIN "catalog"."users""#;
        // A literal of the developer's own is not spared: values belong into parameters.
        assert_eq!(
            target.point(sql),
            r#"SELECT "projects"."tenant", 'x"t_1".y' FROM "t_1"."projects" JOIN "catalog"."users" /*abcdef01*/"#
        );
        assert_eq!(
            Target::file().point(r#"SELECT 1 FROM "tenant"."a""#),
            r#"SELECT 1 FROM "main"."a""#
        );
        assert_eq!(Target::file().point("SELECT \""), "SELECT \"");
    }

    #[test]
    fn only_reading_and_writing_is_let_through() {
        let target = Target::file();
        let send = |sql: &str| {
            prepare(Statement::from_string(DbBackend::Sqlite, sql.to_owned()), &target).is_ok()
        };
        for good in
            ["SELECT 1", " select 1", "WITH a AS (SELECT 1) SELECT 2", "insert into a values (1)"]
        {
            assert!(send(good), "{good}");
        }
        for bad in [
            "RESET ROLE",
            "SET ROLE x",
            "DO $$ BEGIN END $$",
            "COMMIT",
            "ATTACH 'x' AS y",
            "PRAGMA x",
            "CREATE TEMP TABLE a (b int)",
            "",
            "/* */ RESET ROLE",
            "selectx",
            "VACUUM INTO 'x'",
        ] {
            assert!(!send(bad), "{bad}");
        }
    }
}
