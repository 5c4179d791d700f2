//! Shells: whole pages, with nothing in them that the CSP forbids.

use askama::{DynTemplate, Template};
use core_ui::{
    AccountShell, AppShell, AuthShell, Bell, Brand, Crumb, ErrorPage, ErrorShell, Frame, Front,
    Locale, NavLink, Person, PublicShell, ShellPart, Theme, Toast, Tone, WorkspaceLink, note,
};

use crate::{EVIL, assert_harmless, markup};

#[derive(Template)]
#[template(ext = "html", source = "<h1>{{ title }}</h1>")]
struct Page<'a> {
    title: &'a str,
}

fn frame<'a>(text: &'a str, brand: &'a Brand, content: &'a dyn DynTemplate) -> Frame<'a> {
    let (theme, csrf) = (Some(Theme::Dark), "c5-rf_");
    let locale = Locale::American;
    Frame { title: text, description: text, brand, locale, theme, csrf, flash: None, content }
}

fn part(text: &str) -> ShellPart {
    let bell = Bell { icon: "bell", label: text.into(), count: 120, path: text.into() };
    let part = ShellPart::new().bell(bell).menu(text, "sparkles", text);
    part.banner(Tone::Info, text, Some((text, text)))
}

fn app(text: &str) -> String {
    let (brand, page, toast) = (Brand::new(text), Page { title: text }, Toast::success(text));
    AppShell {
        frame: Frame { flash: Some(&toast), ..frame(text, &brand, &page) },
        workspace: text,
        workspace_note: text,
        workspaces: &[WorkspaceLink { name: text, url: text, current: true }],
        account_url: "http://localhost:8000",
        settings: &[],
        nav: &[NavLink { label: text, path: text, icon: "house", current: true }],
        person: Person { name: text, email: text },
        search: "/search",
        part: &part(text),
        crumbs: &[Crumb::new(text, text), Crumb::here(text)],
    }
    .render()
    .expect("it renders")
}

fn auth(text: &str) -> String {
    let (brand, page) = (Brand::new(text), note(Tone::Info, text, ""));
    let frame = Frame { theme: None, csrf: "", description: "", ..frame(text, &brand, &page) };
    AuthShell { frame, corner: Some((text, text, text)), foot: &[(text, text)], wide: false }
        .render()
        .expect("it renders")
}

fn account(text: &str) -> String {
    let (brand, page) = (Brand::new(text), Page { title: text });
    AccountShell {
        frame: Frame { theme: Some(Theme::Light), ..frame(text, &brand, &page) },
        nav: &[NavLink { label: text, path: text, icon: "user", current: false }],
        person: Person { name: text, email: text },
    }
    .render()
    .expect("it renders")
}

fn public(text: &str, signed_in: bool, sign_up: Option<&str>) -> String {
    let (brand, page) = (Brand::new(text), Page { title: text });
    let links = [("Prices", "/prices"), (text, text)];
    let front = Front { tagline: text, links: &links, sign_up };
    PublicShell { frame: frame(text, &brand, &page), front, path: "/prices", signed_in }
        .render()
        .expect("it renders")
}

fn error(text: &str) -> String {
    let page = ErrorPage::of(404).title(text).text(text).action(text, text);
    ErrorShell { brand: &Brand::new(text), theme: None, page, typed: None, request_id: text }
        .render()
}

#[test]
fn no_shell_lets_markup_through() {
    let public = public(EVIL, false, Some(EVIL));
    for html in [app(EVIL), auth(EVIL), account(EVIL), public, error(EVIL)] {
        assert_harmless(&html);
    }
}

#[test]
fn no_shell_has_inline_script_or_style() {
    let public = public("x", false, Some("/x"));
    for html in [app("x"), auth("x"), account("x"), public, error("x")] {
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
    assert!(app("x").contains(r#"<html lang="en-US" data-theme="dark">"#));
    assert!(account("x").contains(r#"<html lang="en-US" data-theme="light">"#));
    assert!(auth("x").contains(r#"<html lang="en-US">"#));
    assert!(app("x").contains(r#"hx-headers='{"X-CSRF-Token":"c5-rf_"}'"#));
    assert!(!auth("x").contains("hx-headers"));
    assert!(app("x").contains(r#"<input type="hidden" name="_csrf" value="c5-rf_">"#));
    assert!(app("x").contains(r#"href="http://localhost:8000/workspaces""#));
}

#[test]
fn only_pages_with_something_to_say_to_search_engines_say_it() {
    assert!(markup(&account("x")).contains(r#"<meta name="description" content="x">"#));
    assert!(markup(&auth("x")).contains(r#"<meta name="description" content="x in x">"#));
}

#[test]
fn the_public_bar_leads_strangers_in_and_others_on() {
    let stranger = markup(&public("x", false, Some("/join")));
    assert!(stranger.contains(r#"href="/login"> Log in </a>"#));
    assert!(stranger.contains(r#"btn-primary" href="/join"> Get started </a>"#));
    assert!(!stranger.contains("/workspaces") && !stranger.contains("/account"));
    let signed_in = markup(&public("x", true, Some("/join")));
    assert!(signed_in.contains(r#"btn-primary" href="/workspaces"> Workspaces </a>"#));
    assert!(!signed_in.contains("/login") && !signed_in.contains("/join"));
    let closed = markup(&public("x", false, None));
    assert!(closed.contains(r#"btn-primary" href="/login"> Log in </a>"#));
    assert!(!closed.contains("> Get started <"));
    assert!(closed.contains(r#"href="/prices" aria-current="page""#));
}

#[test]
fn the_theme_is_read_from_the_cookies() {
    assert_eq!(Theme::from_cookies("a=b; theme=dark"), Some(Theme::Dark));
    assert_eq!(Theme::from_cookies("theme=light"), Some(Theme::Light));
    assert_eq!(Theme::from_cookies("theme=system"), Some(Theme::System));
    for none in ["", "theme=blue", "mytheme=dark", "theme=dark2"] {
        assert_eq!(Theme::from_cookies(none), None, "{none}");
    }
}

#[test]
fn every_error_has_a_page_of_its_own() {
    let brand = Brand::default();
    let draw = |page| {
        ErrorShell { brand: &brand, theme: None, page, typed: None, request_id: "r-1" }.render()
    };
    let known = [400, 401, 403, 404, 405, 408, 409, 413, 422, 429, 500, 503];
    let mut titles = Vec::new();
    for status in known {
        let html = draw(ErrorPage::of(status));
        assert!(html.contains(&format!("Error {status}. If you contact us")), "{html}");
        assert!(html.contains("<code>r-1</code>"), "{html}");
        titles.push(
            html.split("<title>").nth(1).map(|rest| rest.split(" ·").next().map(str::to_owned)),
        );
    }
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), known.len(), "two errors share a title");
    assert!(draw(ErrorPage::of(418)).contains("process that"), "unknown 4xx: the caller's fault");
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
