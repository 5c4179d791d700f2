//! `make app`: a new app, which is a template under another name, mounted and green.

use std::{path::Path, process::Command};

use anyhow::{Context, Result, ensure};

use crate::{
    changes::Changes,
    copy::{self, Template},
    fields,
    list::today,
    name,
};

/// Makes the app, or says why not.
pub fn make(
    root: &Path,
    template: Template,
    plural: &str,
    singular: Option<&str>,
    fields: Option<&str>,
) -> Result<()> {
    let fields = fields.map(fields::read).transpose()?.unwrap_or_default();
    let words = name::check(root, template, plural, singular)?;
    let mut changes = Changes::to(root);
    copy::app(root, template, &words, &fields, &today()?, &mut changes)?;
    copy::register(&words, template, &mut changes)?;
    let files = changes.keep()?;
    settle(root, &[plural, "web", "migrations", "it"])?;
    let label = copy::label(&words);
    say!("{label}: {} files written or changed.", files.len());
    if let Template::Full = template {
        say!(
            "One of them is called `{}`. Where that is wrong: undo it, and say singular=…",
            words.singular
        );
    }
    for file in files.iter().filter(|file| !file.starts_with(format!("apps/{plural}"))) {
        say!("  {}", file.display());
    }
    say!(
        "\nThe app is apps/{plural}, its pages are at /{plural}. Next:\n  \
         cargo nextest run -p {plural}    its tests (or cargo test -p {plural})\n  \
         make run                         look at it: “{label}” in the navigation\n\
         Then make it yours: docs/guides/add-an-app.md"
    );
    Ok(())
}

/// Brings the lock file up to date and formats these packages.
pub fn settle(root: &Path, packages: &[&str]) -> Result<()> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let lock = Command::new(&cargo)
        .args(["update", "--workspace", "--offline", "--quiet"])
        .current_dir(root)
        .status()
        .context("cargo cannot be run")?;
    ensure!(lock.success(), "Cargo.lock could not be brought up to date: see above");
    let packages = packages.iter().flat_map(|package| ["-p", package]);
    let format = Command::new(cargo).arg("fmt").args(packages).current_dir(root).status();
    if !format.is_ok_and(|done| done.success()) {
        say!("The new files are not formatted: `rustup component add rustfmt`, then `cargo fmt`.");
    }
    Ok(())
}
