//! A copy of the example app, with its migrations and its samples, under another name.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::{
    changes::{Changes, files_below},
    list::{MIGRATIONS, add_migration},
    words::{Words, capital},
};

/// What is true of the example alone.
const OF_THE_EXAMPLE: [(&str, &str); 6] = [
    (
        "Projects: the example app. Copy this folder to start your own.",
        "Projects: what the app brings.",
    ),
    ("The example app, and the one to copy. A", "A"),
    ("What it shows to whoever copies it:", "What it has:"),
    (
        " The example is also what `web/src/seed.rs`, `web/src/commands/seed.rs` and `make app` work with.",
        "",
    ),
    ("factories for tests, and demo data,", "factories for tests,"),
    ("to look at and to measure with", "and to measure with"),
];

const SAMPLES: &str = "tests/it/samples/mod.rs";

/// The app itself. Its demo data stays behind: it speaks of rockets.
pub(crate) fn app(root: &Path, words: &Words, changes: &mut Changes) -> Result<()> {
    for file in files_below(root, "apps/projects")? {
        if file.ends_with("testing/demo.rs") {
            continue;
        }
        let mut text = changes.read(&file)?;
        for (old, new) in OF_THE_EXAMPLE {
            text = text.replace(old, new);
        }
        text = text.replace("mod demo;\n\n", "").replace("pub use demo::demo;\n\n", "");
        copy(words, &file, &text, changes)?;
    }
    Ok(())
}

fn copy(words: &Words, file: &Path, text: &str, changes: &mut Changes) -> Result<PathBuf> {
    let path = file.to_str().context("a file of the example has a strange name")?;
    let path = PathBuf::from(words.in_path(path));
    changes.write(&path, words.in_file(file, text));
    Ok(path)
}

/// The lines by which the site knows the app.
pub(crate) fn register(words: &Words, changes: &mut Changes) -> Result<()> {
    let plural = &words.plural;
    let line = format!("{plural} = {{ path = \"apps/{plural}\" }}\n");
    changes.add_behind("Cargo.toml", "projects = { path = \"apps/projects\" }\n", &line)?;
    changes.add_sorted(
        "web/Cargo.toml",
        "[dependencies]",
        &format!("{plural}.workspace = true"),
    )?;
    changes.add_behind("web/src/lib.rs", "projects::app(),", &format!(" {plural}::app(),"))
}

/// What the sweeps need of it.
pub(crate) fn samples(words: &Words, changes: &mut Changes) -> Result<()> {
    let (plural, file) = (&words.plural, Path::new("tests/it/samples/projects.rs"));
    let text = changes.read(file)?;
    copy(words, file, &text, changes)?;
    changes.add_behind(SAMPLES, "mod projects;\n", &format!("mod {plural};\n"))?;
    let add = "    projects::add(owner, &mut things).await;\n";
    changes.add_behind(SAMPLES, add, &words.in_path(add))?;
    changes.add_behind(SAMPLES, "projects::WORDS", &format!(", {plural}::WORDS"))
}

/// Every migration that the example's tables went through, dated `today`.
pub(crate) fn migrations(
    root: &Path,
    words: &Words,
    today: &str,
    changes: &mut Changes,
) -> Result<()> {
    let files = files_below(root, "migrations/tenant/projects")?;
    ensure!(!files.is_empty(), "migrations/tenant/projects is empty: the copy would have no table");
    for file in files {
        let text = changes.read(&file)?;
        let list = changes.read(MIGRATIONS)?;
        let old = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let what = old.splitn(3, '_').nth(2).context("a migration has no number in its name")?;
        let step = list.split(&format!("name: \"{old}\",")).nth(1).unwrap_or_default();
        let is_data = step.split("},").next().is_some_and(|step| step.contains("Step::Data"));
        let (kind, what_runs) = if is_data { ("Data", "run") } else { ("Schema", "up") };
        let step = (words.in_file(&file, &text), kind, what_runs);
        let step = (step.0.as_str(), step.1, step.2);
        add_migration(changes, &words.plural, &words.in_path(what), step, today)?;
    }
    Ok(())
}

/// The name as people read it, for what is printed.
pub(crate) fn label(words: &Words) -> String {
    capital(&words.plural.replace('_', " "))
}
