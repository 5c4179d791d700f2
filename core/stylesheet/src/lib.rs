//! Which classes the templates of the tree use that the committed stylesheet lacks: asked by the tests of
//! `core/ui`, by `groundwork check` and by `make dev`.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The stylesheet, below the root of the tree.
pub const STYLESHEET: &str = "core/ui/assets/app.css";

/// Classes in templates of the tree at `root` that `css` has not, with the file that uses each. A class that is put
/// together in a template's tags is not seen.
pub fn missing(root: &Path, css: &str) -> BTreeSet<(String, PathBuf)> {
    let mut missing = BTreeSet::new();
    for path in templates(root) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        for class in classes(&without_tags(&text)) {
            if !has_class(css, &class) {
                missing.insert((class, path.strip_prefix(root).unwrap_or(&path).to_owned()));
            }
        }
    }
    for path in descriptions(root) {
        let text = fs::read_to_string(&path).unwrap_or_default();
        // `.class("max-md:hidden")` of a field.
        let said = text.split(".class(\"").skip(1).filter_map(|rest| rest.split('"').next());
        for class in said.flat_map(str::split_whitespace).filter(|class| !has_class(css, class)) {
            let file = path.strip_prefix(root).unwrap_or(&path).to_owned();
            missing.insert((class.to_owned(), file));
        }
    }
    missing
}

/// The Rust of the apps, in which columns are given classes.
fn descriptions(root: &Path) -> Vec<PathBuf> {
    let apps = fs::read_dir(root.join("apps")).into_iter().flatten().flatten();
    files(apps.map(|app| app.path().join("src")).collect(), "rs")
}

/// Every template of `core/ui` and `core/resource`, of the apps, and of what `make app` copies. A folder with a
/// `style.css` has a look of its own: pages of another site that development plays.
pub fn templates(root: &Path) -> Vec<PathBuf> {
    let mut folders = vec![root.join("core/ui/templates"), root.join("core/resource/templates")];
    for place in ["apps", "tools"] {
        for app in fs::read_dir(root.join(place)).into_iter().flatten().flatten() {
            folders.push(app.path().join("templates"));
        }
    }
    files(folders, "html")
}

/// The files below these folders whose names end so.
fn files(mut folders: Vec<PathBuf>, wanted: &str) -> Vec<PathBuf> {
    let mut found = vec![];
    while let Some(folder) = folders.pop() {
        if folder.join("style.css").exists() {
            continue;
        }
        for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == wanted) {
                found.push(path);
            }
        }
    }
    found
}

/// Template text without `{% … %}`, `{{ … }}` and `{# … #}`.
fn without_tags(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('{') {
        let end = match rest.as_bytes().get(start + 1) {
            Some(b'%') => "%}",
            Some(b'{') => "}}",
            Some(b'#') => "#}",
            _ => {
                plain.push_str(&rest[..=start]);
                rest = &rest[start + 1..];
                continue;
            }
        };
        plain.push_str(&rest[..start]);
        plain.push_str(if end == "%}" { " " } else { "" });
        // One that is still being written ends nowhere.
        let length = rest[start..].find(end).map_or(rest.len() - start, |at| at + end.len());
        rest = &rest[start + length..];
    }
    plain + rest
}

/// Every class that this HTML uses.
pub fn classes(html: &str) -> BTreeSet<String> {
    let attributes = html.split("class=\"").skip(1);
    let values = attributes.filter_map(|rest| rest.split('"').next());
    values.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

/// Does the stylesheet have a rule for the class?
pub fn has_class(css: &str, class: &str) -> bool {
    let escape = |letter: char| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter.to_string(),
        _ => format!("\\{letter}"),
    };
    let selector = format!(".{}", class.chars().map(escape).collect::<String>());
    css.match_indices(&selector).any(|(at, _)| {
        let next = css[at + selector.len()..].chars().next();
        next.is_some_and(|next| !next.is_ascii_alphanumeric() && !matches!(next, '-' | '_' | '\\'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_beside_tags_and_in_the_stylesheet_as_it_escapes_them() {
        let html =
            r#"<a class="btn {% if x %}sm:w-1/2{% endif %} {{ y }}">{# class="no" #}{{ half"#;
        assert_eq!(classes(&without_tags(html)), ["btn", "sm:w-1/2"].map(str::to_owned).into());
        let css = r".btn-sm{}.btn{color:red}.sm\:w-1\/2{width:50%}";
        assert!(has_class(css, "btn") && has_class(css, "sm:w-1/2"));
        assert!(!has_class(css, "bt") && !has_class(css, "btn-s") && !has_class(css, "w-1/2"));
    }

    #[test]
    fn a_class_that_nobody_used_before_is_named_with_its_file() {
        let root = std::env::temp_dir().join(format!("stylesheet-{}", std::process::id()));
        let folder = root.join("apps/a/templates/a");
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("x.html"), r#"<p class="old new">"#).expect("a file");
        let source = root.join("apps/a/src/thing");
        fs::create_dir_all(&source).expect("a folder");
        fs::write(source.join("mod.rs"), r#"x.class("old other").y()"#).expect("a file");
        let found = missing(&root, ".old{}");
        fs::remove_dir_all(&root).expect("it goes");
        let file = PathBuf::from("apps/a/templates/a/x.html");
        let described = PathBuf::from("apps/a/src/thing/mod.rs");
        let wanted = [("new".to_owned(), file), ("other".to_owned(), described)];
        assert_eq!(found, BTreeSet::from(wanted));
    }
}
