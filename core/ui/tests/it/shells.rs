//! Shells: whole pages, with nothing in them that the CSP forbids.

use askama::Template;
use core_ui::{
    AccountShell, AppShell, AuthShell, Brand, Crumb, ErrorPage, ErrorShell, NavLink, Person, Theme,
    Toast, Tone, WorkspaceLink, note,
};

use crate::{EVIL, assert_harmless};

#[derive(Template)]
#[template(ext = "html", source = "<h1>{{ title }}</h1>")]
struct Page<'a> {
    title: &'a str,
}

fn app(text: &str) -> String {
    let toast = Toast::success(text);
    AppShell {
        title: text,
        brand: &Brand::new(text),
        theme: Some(Theme::Dark),
        csrf: "c5-rf_",
        workspace: text,
        workspace_note: text,
        workspaces: &[WorkspaceLink { name: text, url: text, current: true }],
        account_url: "http://localhost:8000",
        settings: &[],
        nav: &[NavLink { label: text, path: text, icon: "house", current: true }],
        person: Person { name: text, email: text },
        crumbs: &[Crumb::new(text, text), Crumb::here(text)],
        flash: Some(&toast),
        content: &Page { title: text },
    }
    .render()
    .expect("it renders")
}

fn auth(text: &str) -> String {
    AuthShell {
        title: text,
        brand: &Brand::new(text),
        theme: None,
        csrf: "",
        corner: Some((text, text, text)),
        foot: &[(text, text)],
        flash: None,
        content: &note(Tone::Info, text, ""),
    }
    .render()
    .expect("it renders")
}

fn account(text: &str) -> String {
    AccountShell {
        title: text,
        brand: &Brand::new(text),
        theme: Some(Theme::Light),
        csrf: "c5-rf_",
        nav: &[NavLink { label: text, path: text, icon: "user", current: false }],
        person: Person { name: text, email: text },
        flash: None,
        content: &Page { title: text },
    }
    .render()
    .expect("it renders")
}

fn error(text: &str) -> String {
    let page = ErrorPage::of(404).title(text).text(text).action(text, text);
    ErrorShell { brand: &Brand::new(text), theme: None, page, request_id: text }.render()
}

#[test]
fn no_shell_lets_markup_through() {
    for html in [app(EVIL), auth(EVIL), account(EVIL), error(EVIL)] {
        assert_harmless(&html);
    }
}

#[test]
fn no_shell_has_inline_script_or_style() {
    for html in [app("x"), auth("x"), account("x"), error("x")] {
        assert!(!html.contains(" style=") && !html.contains("<style"), "{html}");
        assert!(!html.contains(" onclick=") && !html.contains("hx-on"), "{html}");
        for script in html.split("<script").skip(1) {
            assert!(script.contains(" src=\"/assets/"), "{script}");
            assert!(script.contains("></script>"), "{script}");
        }
        assert!(html.starts_with("<!doctype html>") && html.trim_end().ends_with("</html>"));
    }
}

#[test]
fn the_chosen_theme_and_the_token_are_in_the_page() {
    assert!(app("x").contains(r#"<html lang="en" data-theme="dark">"#));
    assert!(account("x").contains(r#"<html lang="en" data-theme="light">"#));
    assert!(auth("x").contains(r#"<html lang="en">"#));
    assert!(app("x").contains(r#"hx-headers='{"X-CSRF-Token":"c5-rf_"}'"#));
    assert!(!auth("x").contains("hx-headers"));
    assert!(app("x").contains(r#"<input type="hidden" name="_csrf" value="c5-rf_">"#));
    assert!(app("x").contains(r#"href="http://localhost:8000/workspaces""#));
}

#[test]
fn the_theme_is_read_from_the_cookies() {
    assert_eq!(Theme::from_cookies("a=b; theme=dark"), Some(Theme::Dark));
    assert_eq!(Theme::from_cookies("theme=light"), Some(Theme::Light));
    for none in ["", "theme=blue", "mytheme=dark", "theme=dark2"] {
        assert_eq!(Theme::from_cookies(none), None, "{none}");
    }
}

#[test]
fn every_error_has_a_page_of_its_own() {
    let brand = Brand::default();
    let draw = |page| ErrorShell { brand: &brand, theme: None, page, request_id: "r-1" }.render();
    let known = [400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503];
    let mut titles = Vec::new();
    for status in known {
        let html = draw(ErrorPage::of(status));
        assert!(html.contains(&format!("Error {status}. Mention this")), "{html}");
        assert!(html.contains("<code>r-1</code>"), "{html}");
        titles.push(
            html.split("<title>").nth(1).map(|rest| rest.split(" ·").next().map(str::to_owned)),
        );
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), known.len(), "two errors share a title");
    assert!(draw(ErrorPage::of(418)).contains("makes no sense"), "unknown 4xx: the caller's fault");
    assert!(draw(ErrorPage::of(599)).contains("on our side"), "unknown 5xx: ours");
    assert!(draw(ErrorPage::suspended("Acme")).contains("Acme is paused"));
    assert!(draw(ErrorPage::of(429).retry_after(1)).contains("Try again in 1 second."));
    assert!(draw(ErrorPage::of(429).retry_after(38)).contains("Try again in 38 seconds."));
}

#[test]
fn a_navigation_entry_covers_what_lies_under_it() {
    assert!(NavLink::covers("/projects", "/projects/7/edit"));
    assert!(NavLink::covers("/projects", "/projects"));
    assert!(!NavLink::covers("/projects", "/projects-old"));
    assert!(NavLink::covers("/", "/") && !NavLink::covers("/", "/projects"));
}
