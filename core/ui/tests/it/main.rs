//! The tests of the look: what components print, and that stylesheet and icons have what they use.

mod answer;
mod assets;
mod components;
mod lists;
mod money;
mod panels;
mod shells;
mod stylesheet;
mod times;

/// What no component may let through.
const EVIL: &str = r#""><script>alert('x')</script>&"#;

/// With one space for any white space: how a template is laid out says nothing.
fn markup(html: &str) -> String {
    html.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Nothing of [`EVIL`] is left as markup, and what it said still stands there.
fn assert_harmless(html: &str) {
    assert!(!html.contains("<script>alert"), "markup came through: {html}");
    assert!(!html.contains("\"><script"), "an attribute was left: {html}");
    assert!(html.contains("&#62;&#60;script&#62;"), "the text is missing: {html}");
}
