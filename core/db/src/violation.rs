//! Whether an error of the database is a unique constraint that was hit, and which.

use sea_orm::{DbErr, RuntimeErr};

/// Was it this unique constraint or index? SQLite names the columns instead: `table.column`, so
/// indexes are named `<table>_<column>_key` and compared in that form.
pub fn violates(error: &DbErr, index: &str) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    let Some(error) = error.as_database_error() else { return false };
    if !error.is_unique_violation() {
        return false;
    }
    match error.constraint() {
        Some(name) => name == index,
        None => sqlite_index(error.message()).is_some_and(|name| name == index),
    }
}

/// `UNIQUE constraint failed: projects.name` → `projects_name_key`;
/// `UNIQUE constraint failed: index 'projects_name_key'` → `projects_name_key`.
fn sqlite_index(message: &str) -> Option<String> {
    let at = message.split("UNIQUE constraint failed: ").nth(1)?;
    if let Some(name) = at.strip_prefix("index '") {
        return Some(name.trim_end_matches('\'').to_owned());
    }
    let columns: Vec<_> = at.split(", ").filter_map(|column| column.split_once('.')).collect();
    let table = columns.first()?.0;
    let names: Vec<_> = columns.iter().map(|(_, column)| *column).collect();
    Some(format!("{table}_{}_key", names.join("_")))
}

#[cfg(test)]
mod tests {
    use super::sqlite_index;

    #[test]
    fn sqlite_names_columns_or_the_index() {
        let name = |message: &str| sqlite_index(message);
        assert_eq!(
            name("UNIQUE constraint failed: projects.name").as_deref(),
            Some("projects_name_key")
        );
        assert_eq!(name("UNIQUE constraint failed: a.b, a.c").as_deref(), Some("a_b_c_key"));
        assert_eq!(name("UNIQUE constraint failed: index 'x_y'").as_deref(), Some("x_y"));
        assert_eq!(name("something else"), None);
    }
}
