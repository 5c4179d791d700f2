//! The rules of the house, read off the manifests and files themselves.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

/// Nobody reads longer files; tests may be longer.
const LINES: usize = 400;

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap().to_owned()
}

/// Name, folder below the root, and names of what it depends on, for each package.
fn packages() -> Vec<(String, String, Vec<String>)> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let package = |package: &Value| {
        let manifest = PathBuf::from(text(&package["manifest_path"]));
        let folder = manifest.parent().unwrap().strip_prefix(root()).unwrap().display().to_string();
        let needs = package["dependencies"].as_array().unwrap();
        (text(&package["name"]), folder, needs.iter().map(|need| text(&need["name"])).collect())
    };
    metadata["packages"].as_array().unwrap().iter().map(package).collect()
}

fn apps() -> Vec<(String, String, Vec<String>)> {
    packages().into_iter().filter(|(_, folder, _)| folder.starts_with("apps/")).collect()
}

/// Every file of ours with one of these endings, below the root.
fn files(endings: &[&str]) -> Vec<PathBuf> {
    let output = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let list = String::from_utf8(output.stdout).unwrap();
    let wanted = |file: &&str| endings.iter().any(|ending| file.ends_with(ending));
    let files: Vec<PathBuf> = list.lines().filter(wanted).map(PathBuf::from).collect();
    assert!(files.len() > 10, "git names too few files: {files:?}");
    files.into_iter().filter(|file| root().join(file).exists()).collect()
}

fn is_test(file: &Path) -> bool {
    file.iter().any(|part| part == "tests")
}

#[test]
fn apps_never_depend_on_apps() {
    let names: Vec<_> = apps().into_iter().map(|(name, ..)| name).collect();
    assert!(names.len() > 2);
    for (name, _, needs) in apps() {
        let others: Vec<_> = needs.iter().filter(|need| names.contains(need)).collect();
        assert!(others.is_empty(), "{name} depends on {others:?}: meet by URL, event or slot");
    }
}

#[test]
fn the_core_knows_no_app() {
    let mut outside: Vec<_> = apps().into_iter().map(|(name, ..)| name).collect();
    outside.extend(["web".to_owned(), "it".to_owned()]);
    for (name, folder, needs) in packages() {
        if folder.starts_with("core/") || folder == "migrations" {
            let known: Vec<_> = needs.iter().filter(|need| outside.contains(need)).collect();
            assert!(known.is_empty(), "{name} depends on {known:?}: a slot is missing");
        }
    }
}

#[test]
fn apps_see_the_facade_and_neither_the_core_nor_the_web_framework() {
    for (name, _, needs) in apps() {
        for need in needs {
            let hidden = matches!(&*need, "axum" | "hyper" | "tower" | "tower-http" | "sqlx")
                || need.starts_with("core-") && need != "core-testing";
            assert!(!hidden, "{name} depends on {need}: take it from `platform`");
        }
    }
}

/// A workspace says its own address: only what is not there yet, and demos, are told theirs by a slug.
#[test]
fn addresses_are_not_put_together_from_slugs() {
    let may = [
        "apps/accounts/src/pages/sign_in.rs", // strangers are not told whether it is there
        "apps/site/src/pages/landing.rs",     // a drawing
        "apps/tenants/src/pages/address.rs",  // the new one of a form
        "apps/tenants/src/pages/availability.rs",
        "core/base/src/config.rs",
        "core/base/src/config/read.rs",
        "core/http/src/site_lookup.rs",
        "web/src/seed.rs", // the demo's, printed while it starts
    ];
    for file in files(&[".rs"]).iter().filter(|file| !is_test(file)) {
        let text = fs::read_to_string(root().join(file)).unwrap();
        let name = file.to_string_lossy().replace('\\', "/");
        let builds = text.contains("workspace_origin(");
        let test = name.starts_with("core/testing") || name.starts_with("tests/");
        assert!(
            !builds || test || may.contains(&&*name),
            "{name}: ask the tenant for its `origin`"
        );
    }
}

/// What reaches beyond one workspace, and the apps that make up the platform and may use it.
const BEYOND: [(&str, &[&str]); 3] = [
    ("people", &["accounts", "audit", "billing", "example_id", "tenants"]),
    ("workspaces", &["accounts", "audit", "billing", "isolation", "permissions", "tenants"]),
    (
        "process",
        &[
            "accounts",
            "audit",
            "billing",
            "example_id",
            "isolation",
            "mailbox",
            "permissions",
            "site",
            "stripe_sandbox",
            "tenants",
        ],
    ),
];

#[test]
fn ordinary_apps_reach_no_further_than_their_workspace() {
    let mut used = vec![];
    for file in files(&[".rs"]).iter().filter(|file| file.starts_with("apps") && !is_test(file)) {
        let app = file.iter().nth(1).unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(root().join(file)).unwrap();
        for (module, may) in BEYOND {
            if text.contains(&format!("{module}::")) {
                let place = file.display();
                assert!(may.contains(&&*app), "{place}: `platform::{module}` is not for {app}");
                used.push((module, app.clone()));
            }
        }
    }
    for (module, may) in BEYOND {
        for app in may {
            let is_used = used.contains(&(module, (*app).to_owned()));
            assert!(is_used, "{app} needs `platform::{module}` no more: take it out of the list");
        }
    }
}

#[test]
fn folders_carry_the_names_of_their_packages() {
    let tests = |(_, folder, _): &(String, String, Vec<String>)| folder.starts_with("tests/");
    for (name, folder, _) in packages().into_iter().filter(|package| !tests(package)) {
        let last = folder.rsplit('/').next().unwrap();
        let wanted = match folder.strip_prefix("core/") {
            Some("platform") | None => last.to_owned(),
            Some(part) => format!("core-{part}"),
        };
        assert_eq!(name, wanted, "{folder}");
    }
}

#[test]
fn every_app_has_a_readme_that_says_how_to_remove_it() {
    for (name, folder, _) in apps() {
        let text = fs::read_to_string(root().join(&folder).join("README.md")).unwrap_or_default();
        assert!(text.contains("emov"), "{name}: README.md is missing or does not say it");
    }
}

#[test]
fn every_package_is_under_the_lints_of_the_house() {
    for (name, folder, _) in packages() {
        let manifest = fs::read_to_string(root().join(&folder).join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true"), "{name}");
        let local =
            manifest.lines().filter(|line| line.contains("version = \"") || line.contains("= \"^"));
        assert_eq!(local.count(), 0, "{name}: versions stand in the workspace's Cargo.toml only");
    }
}

#[test]
fn no_file_is_too_long() {
    for file in files(&[".rs", ".html"]).iter().filter(|file| !is_test(file)) {
        let lines = fs::read_to_string(root().join(file)).unwrap().lines().count();
        assert!(lines <= LINES, "{} has {lines} lines", file.display());
    }
}

/// The widest line of a template.
const COLUMNS: usize = 120;

/// Elements that have no end.
const VOID: [&str; 6] = ["br", "hr", "img", "input", "link", "meta"];

/// What a line of a template leaves open: elements that it begins and does not end. What askama writes
/// is looked through.
fn left_open(line: &str) -> Vec<String> {
    let mut plain = line.to_owned();
    for (from, to) in [("{{", "}}"), ("{%", "%}"), ("{#", "#}")] {
        while let Some(at) = plain.find(from) {
            let end = plain[at..].find(to).map_or(plain.len(), |end| at + end + to.len());
            plain.replace_range(at..end, "");
        }
    }
    let mut open: Vec<String> = vec![];
    for tag in plain.split('<').skip(1) {
        let name =
            |tag: &str| -> String { tag.chars().take_while(char::is_ascii_alphanumeric).collect() };
        match tag.strip_prefix('/') {
            Some(end) => {
                let end = name(end);
                if open.last() == Some(&end) {
                    open.pop();
                }
            }
            None if VOID.contains(&&*name(tag)) || tag.contains("/>") => {}
            None => open.push(name(tag)),
        }
    }
    open.retain(|name| !name.is_empty());
    open
}

#[test]
fn templates_have_a_line_for_each_element_that_holds_others() {
    for file in files(&[".html"]) {
        // Emails are tables in tables, drawings are coordinates.
        let is_email = file.starts_with("core/mail");
        for (number, line) in fs::read_to_string(root().join(&file)).unwrap().lines().enumerate() {
            let place = format!("{}:{}", file.display(), number + 1);
            let is_drawing = line.trim_start().starts_with("d=\"M") || line.contains("<path ");
            let width = line.chars().count();
            assert!(width <= COLUMNS || is_drawing, "{place} has {width} columns");
            let open = left_open(line);
            assert!(open.len() < 2 || is_email, "{place} opens {open:?}: give each its own line");
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is_for() {
    for file in files(&[".rs"]) {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        assert!(text.starts_with("//! "), "{} does not open with `//!`", file.display());
    }
}

#[test]
fn nothing_is_allowed_without_a_reason_or_left_for_later() {
    // Put together here, so that this file does not find itself.
    let later = ["TO", "DO"].concat();
    for file in files(&[".rs"]) {
        let text = fs::read_to_string(root().join(&file)).unwrap();
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", file.display(), number + 1);
            let line = line.trim_start();
            assert!(
                !line.starts_with("#[allow") && !line.starts_with("#![allow"),
                "{place}: use expect"
            );
            assert!(!line.contains(&later), "{place}");
        }
    }
}
