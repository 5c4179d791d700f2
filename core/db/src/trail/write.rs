//! Takes a writing statement apart: which table, which columns, for which rows, what it gives back.

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Insert,
    Update,
    Delete,
}

/// A statement that writes to one table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Write<'a> {
    pub(super) verb: Verb,
    /// The table as the statement names it: `"tenant"."projects"`.
    pub(super) target: &'a str,
    /// Its name alone.
    pub(super) table: &'a str,
    /// From the beginning to what says which rows.
    pub(super) head: &'a str,
    /// The columns that an update sets.
    pub(super) sets: Vec<&'a str>,
    /// Which rows; none: all.
    pub(super) condition: Option<&'a str>,
    /// What is asked back.
    pub(super) returning: Option<&'a str>,
    /// A row that is there already is changed by an insert.
    pub(super) is_upsert: bool,
}

/// The statement, if it writes; an error where it can't be told what it writes.
pub(super) fn write(sql: &str) -> Result<Option<Write<'_>>, &'static str> {
    let sql = sql.trim();
    let verb = match word(sql) {
        verb if verb.eq_ignore_ascii_case("insert") => Verb::Insert,
        verb if verb.eq_ignore_ascii_case("update") => Verb::Update,
        verb if verb.eq_ignore_ascii_case("delete") => Verb::Delete,
        _ if crate::statement::is_read(sql) => return Ok(None),
        _ => return Err("a WITH that writes cannot be told: send what writes alone"),
    };
    let mut rest = sql[word(sql).len()..].trim_start();
    if verb != Verb::Update {
        rest = rest[word(rest).len()..].trim_start();
    }
    let (target, table) = table(rest).ok_or("the table of a write cannot be told")?;
    let clauses = clauses(sql);
    let at = |wanted: &str| clauses.iter().find(|(name, _)| *name == wanted).map(|(_, at)| *at);
    let end = at("returning").unwrap_or(sql.len());
    let condition = at("where").filter(|at| verb != Verb::Insert && *at < end);
    let begin = target.as_ptr() as usize - sql.as_ptr() as usize;
    let rows = condition.unwrap_or(end);
    let strange = |(name, at): &(&str, usize)| match *name {
        "from" | "using" => (begin..rows).contains(at),
        "order" | "limit" => *at < end,
        _ => false,
    };
    if verb != Verb::Insert && clauses.iter().any(strange) {
        return Err("an UPDATE with FROM, a DELETE with USING, ORDER or LIMIT cannot be told");
    }
    let sets = match (verb, at("set")) {
        (Verb::Update, Some(set)) => columns(&sql[set + 3..rows]),
        _ => vec![],
    };
    Ok(Some(Write {
        verb,
        target,
        table,
        head: sql[..rows].trim_end(),
        sets,
        condition: condition.map(|at| sql[at + 5..end].trim()),
        returning: at("returning").map(|at| sql[at + 9..].trim()),
        is_upsert: at("conflict").is_some() && at("do").is_some() && at("update").is_some(),
    }))
}

fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// A name, quoted or not, at the beginning; with its quotes, and without.
fn name(text: &str) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let end = inner.find('"')?;
        return Some((&text[..end + 2], &inner[..end]));
    }
    Some(word(text)).filter(|word| !word.is_empty()).map(|word| (word, word))
}

/// `"schema"."table"` at the beginning, and the table's name.
fn table(text: &str) -> Option<(&str, &str)> {
    let (schema, bare) = name(text)?;
    let Some(rest) = text[schema.len()..].strip_prefix('.') else { return Some((schema, bare)) };
    let (quoted, table) = name(rest)?;
    Some((&text[..schema.len() + 1 + quoted.len()], table))
}

const CLAUSES: [&str; 10] =
    ["set", "where", "returning", "from", "using", "conflict", "do", "update", "order", "limit"];

/// Where each clause begins that stands outside of brackets and quotes.
fn clauses(sql: &str) -> Vec<(&'static str, usize)> {
    let mut found = vec![];
    scan(sql, |at, depth| {
        let begins = at == 0 || !is_name(sql.as_bytes()[at - 1]);
        if depth == 0 && begins {
            let word = word(&sql[at..]);
            let known = CLAUSES.iter().find(|name| word.eq_ignore_ascii_case(name));
            found.extend(known.map(|name| (*name, at)));
        }
    });
    // The verb itself is no clause.
    found.retain(|(_, at)| *at > 0);
    found
}

/// Calls `visit` with the place of each character outside of quotes, and how deep in brackets it is.
fn scan(sql: &str, mut visit: impl FnMut(usize, usize)) {
    let (mut quote, mut depth) = (None, 0_usize);
    for (at, byte) in sql.bytes().enumerate() {
        match (quote, byte) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != byte),
            (None, b'\'' | b'"') => quote = Some(byte),
            (None, b'(') => depth += 1,
            (None, b')') => depth = depth.saturating_sub(1),
            (None, _) if sql.is_char_boundary(at) => visit(at, depth),
            _ => {}
        }
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'"' | b'$' | b'.')
}

/// The columns on the left of `a = …, b = …`.
fn columns(text: &str) -> Vec<&str> {
    let mut starts = vec![0];
    scan(text, |at, depth| {
        if depth == 0 && text.as_bytes()[at] == b',' {
            starts.push(at + 1);
        }
    });
    let left = |at: usize| table(text[at..].trim_start()).map(|(_, name)| name);
    starts.into_iter().filter_map(left).collect()
}

/// How many values stand in a text by question marks.
pub(super) fn marks(text: &str) -> usize {
    let mut count = 0;
    scan(text, |at, _| count += usize::from(text.as_bytes()[at] == b'?'));
    // Those in brackets too: `scan` visits every depth.
    count
}

#[cfg(test)]
mod tests {
    use super::{Verb, Write, marks, write};

    fn of(sql: &str) -> Write<'_> {
        write(sql).expect("it can be told").expect("it writes")
    }

    #[test]
    fn an_update_is_taken_apart() {
        let sql = r#"UPDATE "tenant"."projects" SET "name" = $1, "version" = "version" + (1, 2) WHERE "id" IN (SELECT a FROM b WHERE c = $2) RETURNING "id""#;
        let write = of(sql);
        assert_eq!((write.verb, write.table), (Verb::Update, "projects"));
        assert_eq!(write.target, r#""tenant"."projects""#);
        assert_eq!(write.sets, ["name", "version"]);
        assert_eq!(write.condition, Some(r#""id" IN (SELECT a FROM b WHERE c = $2)"#));
        assert_eq!(write.returning, Some("\"id\""));
        assert!(write.head.ends_with("(1, 2)"), "{}", write.head);
        assert_eq!(of("update \"tenant\".members set a = 'x where y'").condition, None);
    }

    #[test]
    fn inserts_and_deletes_too() {
        let write = of(r#"INSERT INTO "tenant"."a" ("set", "where") VALUES ($1, $2)"#);
        assert_eq!((write.verb, write.table, write.is_upsert), (Verb::Insert, "a", false));
        assert_eq!(write.returning, None);
        let upsert = of(
            r#"INSERT INTO "tenant"."a" ("b") VALUES (?) ON CONFLICT ("b") DO UPDATE SET "b" = 1"#,
        );
        assert!(upsert.is_upsert);
        let nothing =
            of(r#"INSERT INTO "tenant"."a" ("b") VALUES (?) ON CONFLICT ("b") DO NOTHING"#);
        assert!(!nothing.is_upsert);
        let delete = of(r#"DELETE FROM "tenant"."a" WHERE "a"."b" = ? AND c = '?'"#);
        assert_eq!(
            (delete.verb, delete.condition),
            (Verb::Delete, Some(r#""a"."b" = ? AND c = '?'"#))
        );
    }

    #[test]
    fn what_cannot_be_told_is_an_error() {
        assert_eq!(write("SELECT 1"), Ok(None));
        for sql in [
            "WITH a AS (UPDATE b SET c = 1 RETURNING c) SELECT * FROM a",
            "UPDATE a SET b = 1 FROM c WHERE a.d = c.d",
            "DELETE FROM a USING b WHERE a.c = b.c",
            "DELETE FROM a ORDER BY b LIMIT 1",
        ] {
            assert!(write(sql).is_err(), "{sql}");
        }
    }

    #[test]
    fn marks_in_texts_are_none() {
        assert_eq!(marks(r#""a" = ? AND b = '?' AND c IN (?, ?)"#), 3);
    }
}
