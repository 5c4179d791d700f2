//! A copy of a template, with its migration, under another name, and the lines by which the tree knows it.
//!
//! The templates are crates beside this one, compiled and tested like everything else: `widgets` has a
//! table and the pages around it, `blank_widgets` a page. What is true of a template alone is marked there:
//! a line that ends in `template`, a paragraph that begins with `// template`, the file `own.rs`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::{
    changes::{Changes, files_below},
    fields::{self, Field},
    list::{List, add_migration},
    words::{Words, capital},
};

const SAMPLES: &str = "tests/it/samples.rs";

/// What a new app begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Template {
    /// A table, and pages to list, show, create, edit and delete its rows.
    Full,
    /// One page.
    Empty,
}

impl Template {
    /// The folder of the crate.
    pub(crate) fn folder(self) -> &'static str {
        match self {
            Self::Full => "tools/widgets",
            Self::Empty => "tools/blank_widgets",
        }
    }
}

/// The app itself, and its migration where it has a table, dated `today`.
pub(crate) fn app(
    root: &Path,
    template: Template,
    words: &Words,
    fields: &[Field],
    today: &str,
    changes: &mut Changes,
) -> Result<()> {
    let folder = template.folder();
    for file in files_below(root, folder)? {
        if ["own.rs", "clippy.toml"].iter().any(|own| file.ends_with(own)) {
            continue;
        }
        let mut text = plain(&changes.read(&file)?);
        if !fields.is_empty() {
            text = fields::apply(&file.to_string_lossy(), &text, fields)?;
        }
        if file.ends_with("src/migration.rs") {
            let step = (&*words.in_file(&file, &text), "Schema", "up");
            add_migration(changes, List::Tenant, (&words.plural, &words.plural), step, today)?;
            continue;
        }
        let path = file.to_str().context("a file of the template has a strange name")?;
        let path = format!("apps/widgets{}", &path[folder.len()..]);
        let path = PathBuf::from(words.in_path(&of_one_name(&path)));
        changes.write(path, words.in_file(&file, &text));
    }
    Ok(())
}

/// Both templates speak of widgets from here on.
fn of_one_name(text: &str) -> String {
    text.replace("blank_widgets", "widgets").replace("Blank_widgets", "Widgets")
}

/// The text without what is true of the template alone.
fn plain(text: &str) -> String {
    let (mut out, mut skips) = (String::new(), false);
    for line in of_one_name(text).split_inclusive('\n') {
        let end = line.trim_end();
        skips = end.starts_with("// template") || skips && !end.is_empty();
        let marked = [" // template", " # template"].iter().any(|mark| end.ends_with(mark));
        let is_second_blank = end.is_empty() && out.ends_with("\n\n");
        if !(skips || marked || is_second_blank) {
            out += line;
        }
    }
    out
}

/// The lines by which the site knows the app, and its tests, where it has pages of its own.
pub(crate) fn register(words: &Words, template: Template, changes: &mut Changes) -> Result<()> {
    let plural = &words.plural;
    let heading = "# --- our crates\n";
    let line = format!("{plural} = {{ path = \"apps/{plural}\" }}\n");
    changes.add_behind("Cargo.toml", heading, &line)?;
    let line = format!("{plural}.workspace = true");
    changes.add_sorted("web/Cargo.toml", "[dependencies]", &line)?;
    changes.add_behind("web/src/lib.rs", "apps.extend([", &format!("{plural}::app(), "))?;
    if template == Template::Full {
        return Ok(());
    }
    let line = format!("{plural} = {{ workspace = true, features = [\"testing\"] }}");
    changes.add_sorted("tests/it/Cargo.toml", "[dev-dependencies]", &line)?;
    let line = format!("    {plural}::testing::samples(owner, &mut things).await;\n");
    changes.add_behind(SAMPLES, "    let mut things = Things::default();\n", &line)
}

/// The name as people read it, for what is printed.
pub(crate) fn label(words: &Words) -> String {
    capital(&words.plural.replace('_', " "))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn what_is_the_templates_own_stays_behind() {
        let text = "a\n\n// template: this\nmod own;\n\nb\nc // template\nBlank_widgets\n";
        assert_eq!(plain(text), "a\n\nb\nWidgets\n");
    }
}
