//! The committed stylesheet and sprite have what the templates of the whole product use.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use core_stylesheet::{classes, has_class};
use core_ui::{Tone, asset, asset_url, badge, confirm, note};

fn file(name: &str) -> &'static str {
    let url = asset_url(name);
    let asset = asset(url.trim_start_matches("/assets/"), "").expect("the file");
    str::from_utf8(asset.bytes).expect("text")
}

/// Files under `folder` of this crate and of every app.
fn sources(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![here.join(folder)];
    if let Ok(apps) = fs::read_dir(here.join("../../apps")) {
        folders.extend(apps.flatten().map(|app| app.path().join(folder)));
    }
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).expect("source files are text");
                found.push((path, text));
            }
        }
    }
    found
}

#[test]
fn every_class_in_a_template_is_in_the_stylesheet() {
    let css = file("app.css");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    assert!(core_stylesheet::templates(&root).len() > 60, "the search for templates finds them");
    let missing = core_stylesheet::missing(&root, css);
    assert!(missing.is_empty(), "run `make css`; if it stays, no such class exists: {missing:#?}");
    assert!(!has_class(css, "no-such-class") && !has_class(css, "btn-prim"), "the check checks");
}

#[test]
fn no_question_is_asked_but_by_a_page_that_names_the_deed() {
    let pages = sources("templates", "html").into_iter().chain(sources("src", "rs"));
    for (path, text) in pages.chain([("app.js".into(), file("app.js").to_owned())]) {
        for other in ["hx-confirm", "Are you sure"] {
            let at = path.display();
            assert!(!text.contains(other), "{at}: {other}; link to a page by `data-ask`");
        }
    }
}

#[test]
fn every_class_made_in_code_is_in_the_stylesheet() {
    let css = file("app.css");
    use Tone::{Error, Info, Neutral, Primary, Success, Warning};
    for tone in [Neutral, Primary, Info, Success, Warning, Error] {
        let html = [
            badge("x", tone, true).to_string(),
            note(tone, "x", "x").to_string(),
            confirm("x", "x", "x", "x", "x").icon("x", tone).to_string(),
        ];
        for class in classes(&html.concat()) {
            assert!(has_class(css, &class), "{class}");
        }
    }
    for tint in 1..=6 {
        assert!(has_class(css, &format!("tint-{tint}")));
    }
}

#[test]
fn every_icon_named_anywhere_is_in_the_sprite() {
    let sprite = file("icons.svg");
    let calls = ["icon(\"", "icon_with(\"", "empty(\"", "primary(\"", "icon: \"", "icons.svg#"];
    let mut named = BTreeSet::new();
    let places = [("templates", "html"), ("src", "rs"), ("assets", "js")];
    for (path, text) in places.into_iter().flat_map(|(folder, kind)| sources(folder, kind)) {
        for call in calls {
            for rest in text.split(call).skip(1) {
                let letters = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
                let name: String = rest.chars().take_while(|letter| letters(*letter)).collect();
                if !name.is_empty() {
                    named.insert((name, path.clone()));
                }
            }
        }
    }
    for status in [400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503] {
        let page = core_ui::ErrorPage::of(status);
        let brand = core_ui::Brand::default();
        let html =
            core_ui::ErrorShell { brand: &brand, theme: None, page, typed: None, request_id: "" }
                .render();
        for rest in html.split("icons.svg#").skip(1) {
            let name = rest.split('"').next().expect("split yields").to_owned();
            named.insert((name, PathBuf::from(format!("error page {status}"))));
        }
    }
    for tone in ["circle-check", "triangle-alert", "circle-x", "info", "logo"] {
        named.insert((tone.to_owned(), PathBuf::from("toasts and brand")));
    }
    assert!(named.len() > 20, "the search for icons finds them");
    let missing: Vec<_> = named
        .iter()
        .filter(|(name, _)| !sprite.contains(&format!("<symbol id=\"{name}\"")))
        .collect();
    assert!(missing.is_empty(), "add them to core/ui/css/icons.txt, run `make css`: {missing:#?}");
}

#[test]
fn every_address_in_the_stylesheet_is_a_file() {
    let mut fonts = 0;
    for rest in file("app.css").split("url(").skip(1) {
        let address = rest.split(')').next().expect("split yields").trim_matches(['"', '\'']);
        if address.starts_with("data:") || address.starts_with('#') {
            continue;
        }
        fonts += 1;
        file_exists(address.trim_start_matches("./"));
    }
    assert_eq!(fonts, 2, "both fonts are found");
}

fn file_exists(name: &str) {
    let url = asset_url(name);
    assert!(asset(url.trim_start_matches("/assets/"), "").is_some(), "{name}");
}

#[test]
fn templates_have_no_inline_script_or_style() {
    for (path, text) in sources("templates", "html") {
        for forbidden in [" style=\"", "<style", " onclick=", " onchange=", "hx-on", "javascript:"]
        {
            assert!(!text.contains(forbidden), "{forbidden} in {}", path.display());
        }
    }
}
