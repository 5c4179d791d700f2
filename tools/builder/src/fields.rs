//! `make app … fields='number:text amount:money due:date?'`: the fields of a new app in the place of the
//! template's name and notes.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};

use crate::words::capital;

/// One field of a new app.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    name: String,
    kind: Kind,
    /// It may be left empty.
    is_optional: bool,
}

/// What there is to choose from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Long,
    Email,
    Url,
    Colour,
    Int,
    Money,
    Date,
    Time,
    Bool,
    Tags,
    Json,
}

/// The word in the command, the function in `platform::resource`, and a value as somebody types it.
const KINDS: [(&str, Kind, &str, &str); 12] = [
    ("text", Kind::Text, "text", "Rocket"),
    ("long", Kind::Long, "long_text", "Up and away"),
    ("email", Kind::Email, "email", "maya@example.com"),
    ("url", Kind::Url, "url", "https://example.com/a"),
    ("colour", Kind::Colour, "colour", "#2f6f4f"),
    ("int", Kind::Int, "whole", "3"),
    ("money", Kind::Money, "money", "12.50"),
    ("date", Kind::Date, "day", "2027-05-31"),
    ("time", Kind::Time, "moment", "2027-05-31T09:30"),
    ("bool", Kind::Bool, "yes_no", "true"),
    ("tags", Kind::Tags, "tags", "copper, warm"),
    ("json", Kind::Json, "json", "{}"),
];

/// What every row of an app has anyway, and what addresses say themselves.
const TAKEN: [&str; 14] = [
    "id",
    "version",
    "created_at",
    "updated_at",
    "q",
    "sort",
    "page",
    "per_page",
    "all",
    "action",
    "offered",
    "created",
    "updated",
    "type",
];

/// Reads them. The first is what people know a row by.
pub(crate) fn read(text: &str) -> Result<Vec<Field>> {
    let mut all: Vec<Field> = vec![];
    for word in text.split_whitespace() {
        let (name, kind) = word.split_once(':').with_context(|| {
            format!("{word}: a field is a name, a colon and a kind, as in due:date?")
        })?;
        let is_optional = kind.ends_with('?');
        let kind = kind.trim_end_matches('?');
        let kinds = KINDS.map(|(word, ..)| word).join(", ");
        // By its function's name too, as descriptions have it.
        let known = KINDS.iter().find(|(known, _, function, _)| [known, function].contains(&&kind));
        let (_, kind, ..) = *known.with_context(|| format!("{word}: a kind is one of {kinds}"))?;
        let is_word = name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        ensure!(is_word, "{word}: a name is snake_case, like paid_at");
        let is_free = !TAKEN.contains(&name) && all.iter().all(|field| field.name != name);
        ensure!(is_free, "{word}: another field is called so");
        all.push(Field { name: name.to_owned(), kind, is_optional });
    }
    let first = all.first().context("fields= names none")?;
    let is_title = first.kind == Kind::Text && !first.is_optional;
    ensure!(is_title, "the first field is what people know a row by: {}:text", first.name);
    Ok(all)
}

/// A file of the template with these fields.
pub(crate) fn apply(file: &str, text: &str, fields: &[Field]) -> Result<String> {
    let title = &fields[0].name;
    let rest = &fields[1..];
    let changes: Vec<(&str, String)> = if file.ends_with("README.md") {
        let names: Vec<_> = fields.iter().map(|field| field.name.replace('_', " ")).collect();
        vec![("a name and notes.", format!("{}.", names.join(", ")))]
    } else if file.ends_with("entity.rs") {
        vec![
            ("    pub name: String,\n", format!("    pub {title}: String,\n")),
            (
                "    /// What people want to remember about it; may be empty.\n    pub notes: String,\n",
                rest.iter().map(Field::in_entity).collect(),
            ),
        ]
    } else if file.ends_with("widget/mod.rs") {
        vec![
            ("resource::{Builder, Resource, long_text, since, text},", imports(rest)),
            ("let title = text(C.name, 80)", format!("let title = text(C.{title}, 80)")),
            ("        .field(long_text(C.notes, 500).subtitle().searched())\n", described(rest)),
            ("titled(Column::Name)", format!("titled(Column::{})", camel(title))),
        ]
    } else if file.ends_with("migration.rs") {
        let columns = rest.iter().map(Field::in_table).collect::<String>();
        vec![
            (
                "        .col(text(\"name\"))\n        .col(text(\"notes\"))\n",
                format!("        .col(text(\"{title}\"))\n{columns}"),
            ),
            (
                "unique(\"widgets_name_key\", \"widgets\", &[\"name\"])",
                format!("unique(\"widgets_{title}_key\", \"widgets\", &[\"{title}\"])"),
            ),
            (
                "use crate::table::{id, index, instant, integer, table, text, unique};",
                columns_of(rest),
            ),
        ]
    } else if file.ends_with("demo.rs") {
        vec![
            (
                "        name: Set(name.to_owned()),\n",
                format!("        {title}: Set(name.to_owned()),\n"),
            ),
            (
                "        notes: Set(\"Made for the demo.\".to_owned()),\n",
                rest.iter().map(Field::in_demo).collect(),
            ),
        ]
    } else if file.ends_with("tests.rs") {
        let others =
            rest.iter().map(|field| format!(", (\"{}\", {:?})", field.name, field.typed()));
        let sent = format!("(\"{title}\", \" Falcon \"){}", others.collect::<String>());
        vec![("(\"name\", \" Falcon \"), (\"notes\", \"Up and away\")", sent)]
    } else {
        vec![]
    };
    let mut text = text.to_owned();
    for (old, new) in changes {
        ensure!(text.contains(old), "the template {file} has no `{old}` any more");
        text = text.replace(old, &new);
    }
    if file.ends_with("widget/mod.rs") {
        let label = title.replace('_', " ");
        text = text.replace("has this name.", &format!("has this {label}."));
        if rest.iter().any(|field| field.kind == Kind::Money) {
            text =
                text.replace("\n};\n\npub use entity", "\n    ui::Currency,\n};\n\npub use entity");
        }
    }
    Ok(text)
}

impl Field {
    fn typed(&self) -> &'static str {
        self.row().3
    }

    fn row(&self) -> &'static (&'static str, Kind, &'static str, &'static str) {
        KINDS.iter().find(|(_, kind, ..)| *kind == self.kind).unwrap_or(&KINDS[0])
    }

    /// Nothing in the column is NULL: texts are empty instead, and a box has no tick.
    fn is_null(&self) -> bool {
        use Kind::{Bool, Colour, Email, Json, Long, Tags, Text, Url};
        let is_text = matches!(self.kind, Text | Long | Email | Url | Colour | Bool);
        matches!(self.kind, Tags | Json) || self.is_optional && !is_text
    }

    fn in_entity(&self) -> String {
        let of = match self.kind {
            Kind::Text | Kind::Long | Kind::Email | Kind::Url | Kind::Colour => "String",
            Kind::Int => "i32",
            Kind::Money => "i64",
            Kind::Date => "Date",
            Kind::Time => "DateTimeUtc",
            Kind::Bool => "bool",
            Kind::Tags | Kind::Json => "Json",
        };
        let of = if self.is_null() { format!("Option<{of}>") } else { of.to_owned() };
        let label = capital(&self.name.replace('_', " "));
        let unit = if self.kind == Kind::Money { ", in cents" } else { "" };
        let may = if self.is_optional { "; may be empty" } else { "" };
        format!("    /// {label}{unit}{may}.\n    pub {}: {of},\n", self.name)
    }

    fn in_table(&self) -> String {
        let name = &self.name;
        let column = match self.kind {
            Kind::Text | Kind::Long | Kind::Email | Kind::Url | Kind::Colour => {
                format!("text(\"{name}\")")
            }
            Kind::Int => format!("integer(\"{name}\")"),
            Kind::Money => format!("big_integer(\"{name}\")"),
            Kind::Time => format!("instant(\"{name}\")"),
            Kind::Bool => format!("boolean(\"{name}\")"),
            Kind::Date => return self.of_sea_query("date"),
            Kind::Tags | Kind::Json => return self.of_sea_query("json_binary"),
        };
        match self.is_null() {
            true => format!("        .col(optional({column}))\n"),
            false => format!("        .col({column})\n"),
        }
    }

    fn of_sea_query(&self, of: &str) -> String {
        let not_null = if self.is_null() { "" } else { ".not_null()" };
        format!("        .col(ColumnDef::new(\"{}\").{of}(){not_null})\n", self.name)
    }

    fn in_demo(&self) -> String {
        let value = match self.kind {
            Kind::Text | Kind::Long => "\"Made for the demo.\".to_owned()",
            Kind::Email => "\"maya@example.com\".to_owned()",
            Kind::Url => "\"https://example.com\".to_owned()",
            Kind::Colour => "\"#2f6f4f\".to_owned()",
            Kind::Int => "3",
            Kind::Money => "1_250",
            Kind::Date => "now.date_naive()",
            Kind::Time => "now",
            Kind::Bool => "false",
            Kind::Tags | Kind::Json => return format!("        {}: Set(None),\n", self.name),
        };
        match self.is_null() {
            true => format!("        {}: Set(Some({value})),\n", self.name),
            false => format!("        {}: Set({value}),\n", self.name),
        }
    }

    fn in_resource(&self, is_first_long: bool) -> String {
        let (name, function) = (&self.name, self.row().2);
        let call = match self.kind {
            Kind::Text => format!("{function}(C.{name}, 80)"),
            Kind::Long => format!("{function}(C.{name}, 500)"),
            Kind::Int => format!("{function}(C.{name}, 0..=1_000_000)"),
            Kind::Money => format!("{function}(C.{name}, Currency::EUR)"),
            _ => format!("{function}(C.{name})"),
        };
        let words = match self.kind {
            Kind::Text => ".listed().searched()",
            Kind::Long if is_first_long => ".subtitle().searched()",
            Kind::Long => ".searched()",
            Kind::Int => ".sorted().class(\"num max-sm:hidden\")",
            Kind::Money => ".sorted().class(\"num\")",
            Kind::Date | Kind::Time => ".filtered().sorted().class(\"max-sm:hidden\")",
            Kind::Bool => ".filtered().listed().class(\"max-md:hidden\")",
            Kind::Email | Kind::Url | Kind::Colour | Kind::Tags | Kind::Json => "",
        };
        let is_text = matches!(self.kind, Kind::Text | Kind::Long | Kind::Email | Kind::Url);
        let needed = match is_text && !self.is_optional {
            true => ".required()",
            false => "",
        };
        format!("        .field({call}{words}{needed})\n")
    }
}

fn described(rest: &[Field]) -> String {
    let first_long = rest.iter().position(|field| field.kind == Kind::Long);
    let all = rest.iter().enumerate();
    all.map(|(at, field)| field.in_resource(Some(at) == first_long)).collect()
}

/// What the noun takes from `platform::resource`.
fn imports(rest: &[Field]) -> String {
    let mut names: Vec<&str> = rest.iter().map(|field| field.row().2).collect();
    names.extend(["since", "text"]);
    names.sort_unstable();
    names.dedup();
    format!("resource::{{Builder, Resource, {}}},", names.join(", "))
}

/// What the migration takes.
fn columns_of(rest: &[Field]) -> String {
    let mut names = vec!["id", "index", "instant", "integer", "table", "text", "unique"];
    for field in rest {
        names.extend(match field.kind {
            Kind::Money => Some("big_integer"),
            Kind::Bool => Some("boolean"),
            _ => None,
        });
        let is_own = !matches!(field.kind, Kind::Date | Kind::Tags | Kind::Json);
        names.extend((field.is_null() && is_own).then_some("optional"));
    }
    names.sort_unstable();
    names.dedup();
    let mut text = String::new();
    if rest.iter().any(|field| matches!(field.kind, Kind::Date | Kind::Tags | Kind::Json)) {
        text += "use sea_orm::sea_query::ColumnDef;\n\n";
    }
    // Writing to a string does not fail.
    let _ = write!(text, "use crate::table::{{{}}};", names.join(", "));
    text
}

/// `PaidAt`
fn camel(name: &str) -> String {
    name.split('_').map(capital).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{apply, read};

    #[test]
    fn what_is_no_field_is_named() {
        for (text, why) in [
            ("", "names none"),
            ("number", "a colon and a kind"),
            ("number:word", "a kind is one of text, long"),
            ("number:text Due:date", "snake_case"),
            ("number:text number:date", "another field"),
            ("number:text version:int", "another field"),
            ("amount:money", "what people know a row by"),
            ("number:text?", "what people know a row by"),
        ] {
            let error = format!("{:#}", read(text).unwrap_err());
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    /// Every file of the template still has what is replaced.
    #[test]
    fn every_kind_finds_its_places_in_the_template() {
        let all = "number:text about:long? mail:email? site:url? tint:colour? pieces:int? price:money \
                   due:date? seen:time? paid:bool words:tags extra:json";
        let fields = read(all).unwrap();
        for file in ["widget/entity.rs", "widget/mod.rs", "migration.rs", "demo.rs", "tests.rs"] {
            let text = std::fs::read_to_string(format!("../widgets/src/{file}")).unwrap();
            let made = apply(file, &text, &fields).unwrap();
            for old in ["notes", "name\"", ".name", "Column::Name"] {
                assert!(!made.contains(old), "{file} still says {old}: {made}");
            }
        }
    }
}
