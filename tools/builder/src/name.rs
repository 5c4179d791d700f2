//! What a new app may be called.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Result, bail, ensure};

use crate::{changes::files_below, copy::Template, words::Words};

/// Words that no package and no variable may be called.
const RESERVED: &str = "abstract alloc as async await become box break const continue core crate do dyn else \
    enum extern false final fn for gen if impl in let loop macro match mod move mut override priv proc_macro \
    pub ref return self static std struct super test tests trait true try type typeof unsafe unsized use \
    virtual where while yield builder it platform web migrations assets health healthz readyz metrics \
    bin bins main mains lib libs example examples bench benches build builds";

/// The words for an app of this name, unless there is something against it.
pub(crate) fn check(
    root: &Path,
    template: Template,
    plural: &str,
    singular: Option<&str>,
) -> Result<Words> {
    for word in [Some(plural), singular].into_iter().flatten() {
        let fits = word.starts_with(|first: char| first.is_ascii_lowercase())
            && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && !word.ends_with('_')
            && !word.contains("__");
        ensure!(fits, "`{word}` is not snake_case: write it like `invoices` or `purchase_orders`");
        ensure!(word.len() <= 30, "`{word}` is long: use at most 30 characters");
    }
    let Some(singular) = singular.map(str::to_owned).or_else(|| singular_of(plural)) else {
        bail!(
            "apps are called by a plural, and `{plural}` is none: `make app name={plural}s`; or say \
             what one of them is: `make app name={plural} singular=…`"
        );
    };
    ensure!(singular != plural, "one and many must differ: both are `{plural}`");
    for word in [plural, &singular] {
        ensure!(
            RESERVED.split_whitespace().all(|reserved| reserved != word),
            "`{word}` is a word of Rust or of the house: choose another one"
        );
    }
    let words = Words { plural: plural.to_owned(), singular };
    is_free(root, template, &words)?;
    Ok(words)
}

/// One of them; none where it doesn't look like a plural.
fn singular_of(plural: &str) -> Option<String> {
    // Both are alike, or the ending does not tell: these are asked for.
    if ["series", "species", "leaves", "lenses"].iter().any(|word| plural.ends_with(word)) {
        return None;
    }
    if ["cookies", "movies", "ties", "houses", "clauses", "causes", "shoes"]
        .iter()
        .any(|word| plural.split('_').next_back() == Some(word))
    {
        return plural.strip_suffix('s').map(str::to_owned);
    }
    for (end, instead) in [
        ("ies", "y"),
        ("sses", "ss"),
        ("zzes", "z"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("uses", "us"),
        ("oes", "o"),
    ] {
        if let Some(start) = plural.strip_suffix(end) {
            let least = usize::from(end != "uses");
            return (start.len() > least).then(|| format!("{start}{instead}"));
        }
    }
    let singular = plural.strip_suffix('s')?;
    (singular.len() > 1 && !singular.ends_with(['s', 'u', 'i'])).then(|| singular.to_owned())
}

/// Is the name neither an app's, a package's, a table's nor an address, and no word of the template?
fn is_free(root: &Path, template: Template, words: &Words) -> Result<()> {
    let (plural, singular) = (&words.plural, &words.singular);
    for folder in ["apps", "tools"] {
        let is_there = root.join(folder).join(plural).exists();
        ensure!(
            !is_there,
            "{folder}/{plural} is there already: choose another name, or remove it first"
        );
    }
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let is_package =
        |name: &str| manifest.lines().any(|line| line.starts_with(&format!("{name} = ")));
    let dashed = plural.replace('_', "-");
    ensure!(
        !is_package(plural) && !is_package(&dashed),
        "a package is called `{plural}` already (Cargo.toml): choose another name"
    );
    for file in files_below(root, "migrations/tenant")? {
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        ensure!(
            !text.contains(&format!("table(\"{plural}\")")),
            "{} makes a table `{plural}` already: choose another name",
            file.display()
        );
    }
    for file in files_below(root, "apps")? {
        let text = fs::read_to_string(root.join(&file)).unwrap_or_default();
        let is_rust = file.extension().is_some_and(|end| end == "rs");
        let taken = is_rust && text.lines().any(|line| has_page(line, plural));
        ensure!(!taken, "{} has pages at /{plural}: choose another name", file.display());
    }
    let used = words_of_the_template(root, template)?;
    for word in [plural, singular] {
        ensure!(
            !used.contains(word),
            "the template uses the word `{word}` for something else, so that a copy of it under this name \
             would not compile: choose a longer one, like `sales_{plural}`"
        );
    }
    Ok(())
}

/// Does this line make a page at an address? Others may speak of such a path.
fn has_page(line: &str, plural: &str) -> bool {
    const WAYS: [&str; 8] =
        [".get(", ".post(", ".put(", ".patch(", ".delete(", ".route(", "NavEntry::new(", "&str = "];
    let is_there = ["\"", "/"].iter().any(|end| line.contains(&format!("\"/{plural}{end}")));
    is_there && WAYS.iter().any(|way| line.contains(way))
}

/// Every name in the code of the template, and what its pages know.
fn words_of_the_template(root: &Path, template: Template) -> Result<BTreeSet<String>> {
    let mut used = BTreeSet::new();
    for file in files_below(root, template.folder())? {
        let text = fs::read_to_string(root.join(&file))?;
        if file.extension().is_some_and(|end| end == "rs") {
            // Without comments and quoted text, as near as it need be.
            for line in text.lines().map(|line| line.split("//").next().unwrap_or_default()) {
                let code = line.split('"').step_by(2);
                let words =
                    code.flat_map(|code| code.split(|c: char| !c.is_alphanumeric() && c != '_'));
                used.extend(words.map(str::to_lowercase));
            }
        }
    }
    used.retain(|word| word != "widget" && word != "widgets");
    Ok(used)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn refused(plural: &str, singular: Option<&str>) -> String {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        match check(&root, Template::Full, plural, singular) {
            Ok(words) => format!("took {words:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_bad_name_is_refused_with_what_to_do() {
        for (name, singular, why) in [
            ("Invoices", None, "not snake_case"),
            ("in-voices", None, "not snake_case"),
            ("1nvoices", None, "not snake_case"),
            ("../invoices", None, "not snake_case"),
            ("_invoices", None, "not snake_case"),
            ("in__voices", None, "not snake_case"),
            ("invoices", Some("In voice"), "not snake_case"),
            ("invoice", None, "make app name=invoices"),
            ("status", None, "singular="),
            ("news", Some("news"), "must differ"),
            ("types", None, "a word of Rust"),
            ("tests", None, "a word of Rust"),
            ("bins", None, "a word of Rust"),
            ("tenants", None, "apps/tenants is there already"),
            ("projects", None, "is there already"),
            ("widgets", None, "is there already"),
            ("roles", None, "makes a table"),
            ("settings", None, "has pages at /settings"),
            ("pages", None, "for something else"),
            ("numbers", None, "for something else"),
        ] {
            let said = refused(name, singular);
            assert!(said.contains(why), "{name}: {said}");
        }
    }

    #[test]
    fn the_singular_is_found_or_asked_for() {
        for (plural, singular) in [
            ("invoices", Some("invoice")),
            ("companies", Some("company")),
            ("boxes", Some("box")),
            ("classes", Some("class")),
            ("branches", Some("branch")),
            ("purchase_orders", Some("purchase_order")),
            ("statuses", Some("status")),
            ("buses", Some("bus")),
            ("heroes", Some("hero")),
            ("quizzes", Some("quiz")),
            ("cookies", Some("cookie")),
            ("green_houses", Some("green_house")),
            ("uses", None),
            ("series", None),
            ("lenses", None),
            ("people", None),
            ("bus", None),
            ("glass", None),
        ] {
            assert_eq!(singular_of(plural).as_deref(), singular, "{plural}");
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        assert_eq!(check(&root, Template::Full, "geese", Some("goose")).unwrap().singular, "goose");
        // What README and guides make.
        assert_eq!(check(&root, Template::Full, "invoices", None).unwrap().singular, "invoice");
    }
}
