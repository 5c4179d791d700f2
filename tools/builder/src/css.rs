//! The stylesheet, built again where templates use classes that it lacks: `make run` and `make dev` ask.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use core_stylesheet::{STYLESHEET, missing};

/// Builds the stylesheet where a template needs more than it has and Node is there; says what is missing
/// otherwise. Nothing here stops a build: a page without a class is a page all the same.
pub fn css(root: &Path) {
    if lacks(root).is_empty() {
        return;
    }
    let has_node =
        Command::new("npm").arg("--version").output().is_ok_and(|npm| npm.status.success());
    if has_node {
        say!("css: templates use classes that the stylesheet lacks: make css");
        let built =
            Command::new("make").args(["--no-print-directory", "css"]).current_dir(root).output();
        if !built.is_ok_and(|make| make.status.success()) {
            say!("css: it could not be built; `make css` says why");
        }
    }
    let left: Vec<_> = lacks(root).into_iter().collect();
    if left.is_empty() {
        return;
    }
    let why =
        if has_node { "no such class exists" } else { "install Node 18 or newer, then `make css`" };
    say!("css: without effect ({why}): {}", left.join(", "));
}

/// The classes, without their files.
fn lacks(root: &Path) -> BTreeSet<String> {
    let css = fs::read_to_string(root.join(STYLESHEET)).unwrap_or_default();
    missing(root, &css).into_iter().map(|(class, _)| class).collect()
}
