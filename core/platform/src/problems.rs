//! What would go wrong with the apps later, found when they are put together.

use std::{collections::BTreeMap, fmt};

use core_access::PermissionDef;
use core_base::{Extensions, SiteKey, Slug};
use core_db::CatalogTable;
use core_http::{Access, BodyKind, Hosts, NavEntry, Route, Site};
use core_jobs::{Runner, Schedule};

use crate::Table;

/// Something that would go wrong later, found at start-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppProblem {
    /// The app it concerns.
    pub app: &'static str,
    /// What is wrong, for the developer.
    pub text: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for AppProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.app, self.text, self.hint)
    }
}

#[derive(Default)]
pub(crate) struct Problems {
    pub(crate) app: &'static str,
    pub(crate) list: Vec<AppProblem>,
    seen: BTreeMap<(&'static str, String), ()>,
}

impl Problems {
    pub(crate) fn add(&mut self, text: impl Into<String>, hint: impl Into<String>) {
        self.list.push(AppProblem { app: self.app, text: text.into(), hint: hint.into() });
    }

    pub(crate) fn once(
        &mut self,
        kind: &'static str,
        name: &str,
        text: impl Into<String>,
        hint: &str,
    ) {
        if self.seen.insert((kind, name.to_owned()), ()).is_some() {
            self.add(text, hint);
        }
    }

    /// Notes a site that was not known yet, and says what would go wrong with it.
    pub(crate) fn check_site(&mut self, site: &'static Site, known: &mut Vec<&'static Site>) {
        if known.iter().any(|other| std::ptr::eq(*other, site)) {
            return;
        }
        for other in known.iter().filter(|other| other.key == site.key) {
            let text = format!("another site is called `{}`", other.key);
            self.add(text, "sessions are stored under the key: give the new site a key of its own");
        }
        for other in known.iter().filter(|other| other.hosts == site.hosts) {
            let text = format!("`{}` answers at the hosts of `{}`", site.key, other.key);
            self.add(text, "one host, one site");
        }
        if let Hosts::Label(label) = site.hosts
            && !Slug::is_reserved(label)
        {
            let text = format!("a workspace could take the host of `{}`", site.key);
            let hint = format!("add `{label}` to the reserved words in core/base/src/slug");
            self.add(text, hint);
        }
        known.push(site);
    }

    pub(crate) fn check_catalog(&mut self, tables: &[CatalogTable]) {
        for table in tables {
            self.app = table.app;
            let hint = "mend the entity: see `CatalogEntity::ownership`";
            table.problems.iter().for_each(|problem| self.add(problem, hint));
        }
    }

    pub(crate) fn check_extensions(&mut self, routes: &[Route], extensions: &Extensions) {
        for route in routes {
            self.app = route.app;
            for missing in route
                .takes_extensions
                .iter()
                .filter(|name| !extensions.names().any(|known| known == **name))
            {
                let text = format!("{} {} takes `Extension<{missing}>`", route.method, route.path);
                self.add(text, "no app brings it: add `.extension(…)` to app()");
            }
        }
    }

    pub(crate) fn check(&mut self, route: &Route, permissions: &[PermissionDef]) {
        let name = format!("{} {}", route.method, route.path);
        let text = format!("{name} is there twice");
        let key = format!("{:?} {name}", route.site);
        self.once("route", &key, text, "two apps, one address: rename one");
        if let Access::Permissions(all) = route.access {
            for lacking in all.iter().filter(|one| !permissions.contains(one)) {
                // Once, for the first of its routes: every other one lacks the same.
                if self.seen.insert(("permission", lacking.key.to_owned()), ()).is_some() {
                    continue;
                }
                let text =
                    format!("{name} needs `{}`, which the app does not declare", lacking.key);
                self.add(text, "add `.permission::<…>()` to app()");
            }
        }
        if route.takes_form && route.policy.body != BodyKind::Form {
            let text = format!("{name} reads a form, and its policy says otherwise");
            self.add(text, "use `.post(…)` or `Policy::FORM`");
        }
        if route.gate_site.is_some_and(|site| site != route.site) {
            let text = format!("{name} has a gate of the other site");
            self.add(
                text,
                "`SignedIn` is for the account site, `Can` and `WorkspaceMember` for workspaces",
            );
        }
    }

    /// What nobody may read is not in the trail, and so can't be brought back from it.
    pub(crate) fn check_table(&mut self, table: &Table) {
        let told = table.audited.as_ref();
        if told.is_some_and(|told| told.is_restorable && told.is_masked()) {
            let text = format!("deleted rows of `{}` can't be brought back", table.name);
            self.add(text, "its `audit()` masks a column: take out `.restorable()`");
        }
    }

    /// Jobs and listeners are found in the queue by one kind of names.
    pub(crate) fn check_job(&mut self, kind: &str, name: &str) {
        self.once("job", name, format!("the {kind} `{name}` is there twice"), "rename one");
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._".contains(c);
        match name.split_once('.') {
            Some((start, verb)) if start == self.app && !verb.is_empty() => {
                if !name.chars().all(plain) {
                    let text = format!("the {kind} `{name}` is written in an unusual way");
                    self.add(text, "use small letters, digits and `_`");
                }
            }
            _ => {
                let hint = format!("call it `{}.…`", self.app);
                self.add(format!("the {kind} `{name}` is not the app's own"), hint);
            }
        }
    }

    pub(crate) fn check_schedule(&mut self, schedule: &Schedule, jobs: &[Runner]) {
        let (name, key) = (schedule.name, schedule.key());
        if !jobs.iter().any(|runner| runner.name == name) {
            let text = format!("`{name}` is to be repeated, but is no job of the app");
            self.add(text, "add `.job(…)` to app()");
        }
        if let Err(why) = schedule.next(core_base::clock::now()) {
            self.add(format!("`{name}` can never be repeated: {why}"), "mend the rule");
        }
        self.once("schedule", &key, format!("`{key}` is there twice"), "remove one");
    }

    pub(crate) fn check_nav(&mut self, entry: &NavEntry, routes: &[Route]) {
        let leads = routes.iter().any(|route| {
            route.site == SiteKey::WORKSPACE && route.path == entry.path && route.method == "GET"
        });
        if !leads {
            self.add(
                format!("“{}” leads to {}, where nothing is", entry.label, entry.path),
                "add the route or drop the entry",
            );
        }
    }

    pub(crate) fn check_slot(
        &mut self,
        what: &str,
        needs: PermissionDef,
        permissions: &[PermissionDef],
    ) {
        if !permissions.contains(&needs) {
            let text = format!("{what} needs `{}`, which is not the app's own", needs.key);
            self.add(text, "use a permission that app() declares");
        }
    }

    pub(crate) fn check_settings(&mut self, entry: &NavEntry) {
        if !entry.path.starts_with("/settings/") {
            let text = format!("the settings page “{}” is at {}", entry.label, entry.path);
            self.add(text, "move it under /settings/");
        }
    }
}
