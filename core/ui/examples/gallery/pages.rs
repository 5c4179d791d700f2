//! The pages of the gallery, drawn with the same calls that the product uses.

use askama::{DynTemplate, Template};
use chrono::{DateTime, TimeDelta, Utc};
use core_ui::{
    AccountShell, Address, AppShell, AuthShell, Bell, Brand, Calendar, Crumb, ErrorPage,
    ErrorShell, FormState, Frame, Front, Locale, NavLink, Person, PublicShell, ShellPart, Theme,
    Toast, Tone, WorkspaceLink, confirm,
};

const MAYA: Person<'_> = Person { name: "Maya Chen", email: "maya@acmerockets.com" };

/// What the templates call components by.
mod ui {
    pub use core_ui::*;
}

#[derive(Template)]
#[template(path = "gallery/index.html")]
struct Index;

#[derive(Template)]
#[template(path = "gallery/login.html")]
struct Login {
    answer: FormState,
}

#[derive(Template)]
#[template(path = "gallery/workspaces.html")]
struct Workspaces;

#[derive(Template)]
#[template(path = "gallery/public.html")]
struct Public;

#[derive(Template)]
#[template(path = "gallery/projects.html")]
struct Projects {
    address: Address,
    sort: String,
    calendar: Calendar,
    rows: Vec<Row>,
}

struct Row {
    name: &'static str,
    status: &'static str,
    tone: Tone,
    owner: &'static str,
    due: chrono::NaiveDate,
    updated: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "gallery/form.html")]
struct Form {
    answer: FormState,
    owners: [(&'static str, &'static str); 3],
}

#[derive(Template)]
#[template(path = "gallery/empty.html")]
struct Empty {}

/// The page of that name; the index for any other.
pub fn page(name: &str, theme: Option<Theme>) -> String {
    let brand = Brand::default();
    let owners = [("", "Nobody"), ("1", "Maya Chen"), ("2", "Priya Nair")];
    let projects = Crumb::new("Projects", "/projects");
    let error = |page: ErrorPage<'_>| {
        ErrorShell { brand: &brand, theme, page, typed: None, request_id: "req_01JD8QK4" }.render()
    };
    if let Some(status) = name.strip_prefix("error-").and_then(|status| status.parse().ok()) {
        return error(ErrorPage::of(status));
    }
    match name {
        "error-suspended" => error(ErrorPage::suspended("Acme Rockets")),
        "workspaces" => account(&Workspaces, theme),
        "public" => public(&Public, theme),
        "login" => auth(&Login { answer: failed_login() }, theme),
        "projects" => app(&list(), theme, &[Crumb::here("Projects")], None),
        "projects-empty" => app(&Empty {}, theme, &[Crumb::here("Projects")], None),
        "project-form" => {
            let crumbs = [projects, Crumb::here("New project")];
            app(&Form { answer: rejected(), owners }, theme, &crumbs, None)
        }
        "confirm" => {
            let text = "Falcon stage 2 goes for good, with its dates and its history.";
            let action = "/projects/7/delete";
            let question = confirm("Delete", "Falcon stage 2", text, action, "token");
            let question = question.back("/projects");
            let crumbs = [projects, Crumb::new("Falcon stage 2", "/"), Crumb::here("Delete")];
            let saved = Toast::success("Project saved").text("3 people were told.");
            app(&question, theme, &crumbs, Some(&saved))
        }
        _ => auth(&Index, theme),
    }
}

fn app(
    content: &dyn DynTemplate,
    theme: Option<Theme>,
    crumbs: &[Crumb<'_>],
    flash: Option<&Toast>,
) -> String {
    let brand = Brand::default();
    let workspaces = [
        WorkspaceLink { name: "Acme Rockets", url: "/projects", current: true },
        WorkspaceLink { name: "Globex", url: "/projects", current: false },
    ];
    let nav = [
        NavLink { label: "Home", path: "/home", icon: "house", current: false },
        NavLink { label: "Projects", path: "/projects", icon: "folder-kanban", current: true },
    ];
    let shell = AppShell {
        frame: Frame { flash, ..frame("Projects", theme, &brand, content) },
        workspace: "Acme Rockets",
        workspace_note: "Owner",
        workspaces: &workspaces,
        account_url: "",
        nav: &nav,
        settings: &[],
        person: MAYA,
        part: &frame_part(),
        search: "",
        crumbs,
    };
    shell.render().expect("the gallery's pages render")
}

/// What apps may bring to the frame.
fn frame_part() -> ShellPart {
    let bell = Bell { icon: "bell", label: "Notifications".into(), count: 3, path: "/home".into() };
    ShellPart::new().bell(bell).menu("What's new", "rocket", "/home").banner(
        Tone::Warning,
        "Your trial ends in three days. After that, everybody can still read.",
        Some(("Choose a plan", "/home")),
    )
}

fn auth(content: &dyn DynTemplate, theme: Option<Theme>) -> String {
    AuthShell {
        frame: Frame { csrf: "", ..frame("Log in", theme, &Brand::default(), content) },
        corner: Some(("New here?", "Create an account", "/signup")),
        foot: &[("Gallery", "/")],
        wide: false,
    }
    .render()
    .expect("the gallery's pages render")
}

fn account(content: &dyn DynTemplate, theme: Option<Theme>) -> String {
    let icon = "layout-grid";
    AccountShell {
        frame: frame("Workspaces", theme, &Brand::default(), content),
        nav: &[NavLink { label: "Workspaces", path: "/workspaces", icon, current: true }],
        person: MAYA,
    }
    .render()
    .expect("the gallery's pages render")
}

fn public(content: &dyn DynTemplate, theme: Option<Theme>) -> String {
    let links = [("Gallery", "/"), ("Public", "/public")];
    let tagline = "Every component and shell, drawn with the calls that the product uses.";
    PublicShell {
        frame: frame("Public", theme, &Brand::default(), content),
        front: Front { tagline, links: &links, sign_up: Some("/login") },
        path: "/public",
        signed_in: false,
    }
    .render()
    .expect("the gallery's pages render")
}

fn frame<'a>(
    title: &'a str,
    theme: Option<Theme>,
    brand: &'a Brand,
    content: &'a dyn DynTemplate,
) -> Frame<'a> {
    let locale = Locale::default();
    Frame { title, description: "", brand, locale, theme, csrf: "token", flash: None, content }
}

fn failed_login() -> FormState {
    FormState::empty().with("email", "maya@acmerockets.com")
}

fn rejected() -> FormState {
    FormState::empty()
        .with("name", "Falcon stage 2")
        .with("summary", "Second-stage engine through hot-fire and acceptance.")
        .with("owner", "1")
        .with("start", "2026-12-01")
        .with("due", "2026-11-12")
        .reject("name", "Another project is called Falcon stage 2. Choose a different name.")
        .reject("due", "Choose a date after 1 December 2026.")
}

fn list() -> Projects {
    let now = DateTime::from_timestamp(1_795_255_200, 0).expect("in range");
    let rows = [
        ("Avionics bench", "On track", Tone::Success, "Diego Alves", 54, 6),
        ("Falcon stage 2", "On track", Tone::Success, "Maya Chen", 21, 70),
        ("Guidance review", "At risk", Tone::Warning, "Priya Nair", 13, 190),
        ("Helium supply", "On track", Tone::Success, "Lena Fischer", 9, 1500),
        ("Launch pad retrofit", "Off track", Tone::Error, "Tom Okafor", 7, 1600),
        ("Range safety case", "Done", Tone::Neutral, "Hana Suzuki", 91, 4800),
    ];
    let row = |(name, status, tone, owner, days, minutes)| Row {
        name,
        status,
        tone,
        owner,
        due: now.date_naive() + TimeDelta::days(days),
        updated: now - TimeDelta::minutes(minutes),
    };
    Projects {
        address: Address::new("/projects").with("sort", "name").with("status", "at-risk"),
        sort: "name".to_owned(),
        calendar: Calendar::new(now, "UTC", Locale::default()),
        rows: rows.map(row).into(),
    }
}
