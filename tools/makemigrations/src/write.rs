//! A migration as a file of Rust, in the words of `migrations/src/table.rs`.

use std::collections::BTreeSet;

use crate::{
    compare::Step,
    read::{Column, Index, Reference, Table},
};

/// The file, and what it takes from elsewhere.
#[derive(Default)]
struct File {
    helpers: BTreeSet<&'static str>,
    query: BTreeSet<&'static str>,
    body: String,
}

/// The text of a migration that takes these steps; or the column that has to be written by hand.
pub(crate) fn write(steps: &[Step]) -> Result<String, String> {
    let mut file = File::default();
    for step in steps {
        match step {
            Step::Table(name, table) => file.table(name, table)?,
            Step::Column(table, column) => file.column(table, column)?,
            Step::Index(table, index) => file.index(table, index),
        }
    }
    Ok(file.text(steps))
}

/// What the migration is called behind its number.
pub(crate) fn name(steps: &[Step]) -> String {
    let part = |step: &Step| match step {
        Step::Table(..) => None,
        Step::Column(_, column) => Some(column.name.clone()),
        Step::Index(_, index) => Some(index.columns.join("_")),
    };
    let mut parts = vec![];
    for step in steps {
        for part in [Some(step.table().to_owned()), part(step)].into_iter().flatten() {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    let name = parts.join("_");
    if name.len() <= 50 { name } else { format!("{}_changes", parts[0]) }
}

impl File {
    fn table(&mut self, name: &str, table: &Table) -> Result<(), String> {
        self.helpers.insert("table");
        self.body += &format!("    let mut made = table({name:?});\n    made");
        for column in &table.columns {
            let column = self.definition(name, column, true)?;
            self.body += &format!("\n        .col({column})");
        }
        for Reference { column, table: to, on_delete } in &table.references {
            self.helpers.insert("reference");
            self.query.insert("ForeignKeyAction");
            let action = match on_delete.as_str() {
                "CASCADE" => "Cascade",
                "SET NULL" => "SetNull",
                "RESTRICT" => "Restrict",
                _ => "NoAction",
            };
            self.body += &format!(
                "\n        .foreign_key(&mut reference(\"{name}_{column}_fkey\", ({name:?}, {column:?}), \
                 {to:?}, ForeignKeyAction::{action}))"
            );
        }
        self.body += ";\n    script.create_table(&made);\n";
        table.indexes.iter().for_each(|index| self.index(name, index));
        Ok(())
    }

    fn column(&mut self, table: &str, column: &Column) -> Result<(), String> {
        self.query.insert("Table");
        let definition = self.definition(table, column, false)?;
        self.body += &format!(
            "    let mut changed = Table::alter();\n    changed.table({table:?}).add_column({definition});\n    \
             script.alter_table(&changed);\n"
        );
        Ok(())
    }

    fn index(&mut self, table: &str, index: &Index) {
        let (helper, end) = if index.unique { ("unique", "_key") } else { ("index", "") };
        self.helpers.insert(helper);
        let columns = &index.columns;
        self.body += &format!(
            "    script.create_index(&{helper}(\"{table}_{}{end}\", {table:?}, &{columns:?}));\n",
            columns.join("_")
        );
    }

    fn definition(&mut self, table: &str, column: &Column, new: bool) -> Result<String, String> {
        let name = &column.name;
        if new && column.primary && name == "id" && column.kind == "uuid_text" {
            self.helpers.insert("id");
            return Ok("id()".to_owned());
        }
        let helper = match column.kind.as_str() {
            "uuid_text" => "uuid",
            "varchar" | "text" => "text",
            "timestamp_with_timezone_text" => "instant",
            "integer" => "integer",
            "bigint" => "big_integer",
            "boolean" => "boolean",
            "blob" => "bytes",
            _ => "",
        };
        let plain = match column.kind.as_str() {
            "date_text" => "date",
            "json_text" => "json",
            "double" => "double",
            "float" => "float",
            "smallint" => "small_integer",
            _ => "",
        };
        let mut made = if helper.is_empty() {
            if plain.is_empty() {
                return Err(format!(
                    "{table}.{name} is of the type `{}`, which is not among those of \
                     migrations/src/table.rs: write this migration by hand",
                    column.kind
                ));
            }
            self.query.insert("ColumnDef");
            let required = if column.required { ".not_null()" } else { "" };
            format!("ColumnDef::new({name:?}).{plain}(){required}")
        } else {
            self.helpers.insert(helper);
            let required = format!("{helper}({name:?})");
            if column.required || column.primary {
                required
            } else {
                self.helpers.insert("optional");
                format!("optional({required})")
            }
        };
        if column.primary {
            made += ".primary_key()";
        }
        if let Some(value) = &column.default {
            made += &format!(".default({})", default(column, value));
        }
        Ok(made)
    }

    fn text(self, steps: &[Step]) -> String {
        let list = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(", ");
        let tables: BTreeSet<_> = steps.iter().map(Step::table).collect();
        let mut text = format!("//! What the entities of {} came to ask for.\n\n", list(&tables));
        text += "use core_db::Script;\n";
        if !self.query.is_empty() {
            text += &format!("use sea_orm::sea_query::{{{}}};\n", list(&self.query));
        }
        if !self.helpers.is_empty() {
            text += &format!("\nuse crate::table::{{{}}};\n", list(&self.helpers));
        }
        text + &format!("\npub(crate) fn up(script: &mut Script) {{\n{}}}\n", self.body)
    }
}

/// A default as Rust: SQLite tells it as SQL.
fn default(column: &Column, value: &str) -> String {
    match value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        Some(text) => format!("{:?}", text.replace("''", "'")),
        None if column.kind == "boolean" => {
            (value == "1" || value.eq_ignore_ascii_case("true")).to_string()
        }
        None => value.to_owned(),
    }
}
