//! Search for words, whatever their case; the one thing that the two stores spell differently.

use sea_orm::{
    ConnectionTrait, DbBackend, IntoSimpleExpr,
    sea_query::{Expr, extension::postgres::PgExpr, extension::sqlite::SqliteExpr},
};

use crate::TenantDb;

impl TenantDb {
    /// Rows whose `column` contains `text` in whatever case. The text is never a pattern.
    pub fn contains(&self, column: impl IntoSimpleExpr, text: &str) -> Expr {
        let column = column.into_simple_expr();
        match self.get_database_backend() {
            DbBackend::Sqlite => column.glob(glob(text)),
            _ => column.ilike(like(text)),
        }
    }
}

/// PostgreSQL's ILIKE knows the case of every script.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

/// SQLite's LIKE knows the case of ASCII only, so each letter becomes the set of its two forms.
fn glob(text: &str) -> String {
    let mut pattern = String::from("*");
    for letter in text.chars() {
        let (lower, upper) = (one(letter.to_lowercase()), one(letter.to_uppercase()));
        let forms = [lower.unwrap_or(letter), upper.unwrap_or(letter)];
        if forms != [letter; 2] || matches!(letter, '*' | '?' | '[') {
            pattern.push('[');
            pattern.push(letter);
            pattern.extend(forms.into_iter().filter(|form| *form != letter));
            pattern.push(']');
        } else {
            pattern.push(letter);
        }
    }
    pattern + "*"
}

/// Only where a letter stays one letter: `ß` has no upper form of its own.
fn one(mut letters: impl Iterator<Item = char>) -> Option<char> {
    let first = letters.next()?;
    letters.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::{glob, like};

    #[test]
    fn what_was_typed_is_never_a_pattern() {
        assert_eq!(like(r"50%_a\"), r"%50\%\_a\\%");
        assert_eq!(glob("5*?["), "*5[*][?][[]*");
        assert_eq!(glob("]^-"), "*]^-*");
    }

    #[test]
    fn both_forms_of_a_letter_are_found() {
        assert_eq!(glob("aÄß"), "*[aA][Ää]ß*");
        assert_eq!(glob(""), "**");
    }
}
