//! All apps, checked against each other and mounted. Every problem is reported at once.

use std::{collections::BTreeMap, fmt, sync::Arc};

use axum::Router;
use core_access::PermissionDef;
use core_base::{Config, Error, Owned, SiteKey, Slug, config::Reader};
use core_db::{CatalogTable, Migrations, Schema, Store, Tenant};
use core_http::{
    ACCOUNT, Access, AppState, BodyKind, Contributions, HomeSlot, Hosts, NavEntry, PermissionGroup,
    Route, Services, Site, WORKSPACE, mount,
};
use core_jobs::{Jobs, Listener, Runner, Schedule};
use core_mail::EmailService;

use crate::{
    App, AppCommand,
    app::Table,
    demo::{Demo, Fill},
};

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

/// All apps, checked.
pub struct Registry {
    /// Every route of every app.
    pub routes: Vec<Route>,
    /// Every permission.
    pub permissions: Vec<PermissionDef>,
    /// Every table of tenants.
    pub tables: Vec<Table>,
    /// Every table of the catalogue, those of the platform first.
    pub catalog_tables: Vec<CatalogTable>,
    runners: Vec<Runner>,
    listeners: Vec<Listener>,
    schedules: Vec<Schedule>,
    /// What can be typed after the program's name.
    pub commands: Vec<AppCommand>,
    demos: Vec<(&'static str, Fill)>,
    brought: Contributions,
    sites: Vec<&'static Site>,
    routers: Vec<(SiteKey, Router<AppState>)>,
}

impl Registry {
    /// Puts the apps together, in the order of the navigation; or every problem, so that a fork can
    /// mend them in one go. Apps read their settings of `env`, which notes what is wrong with those.
    pub fn new(apps: Vec<App>, env: &mut Reader) -> Result<Self, Vec<AppProblem>> {
        let mut found = Problems::default();
        let mut this = Self {
            routes: vec![],
            permissions: vec![],
            tables: vec![],
            catalog_tables: crate::catalog::own(),
            runners: vec![],
            listeners: vec![],
            schedules: vec![],
            commands: vec![],
            demos: vec![],
            brought: Contributions::default(),
            sites: vec![&ACCOUNT, &WORKSPACE],
            routers: vec![],
        };
        for app in apps {
            found.app = app.name;
            found.once("app", app.name, "the app is listed twice", "remove one of the lines");
            for grant in &app.permissions {
                let text = format!("the permission `{}` is declared twice", grant.key);
                found.once("permission", grant.key, text, "rename one, keys are app.verb");
                if grant.key.split_once('.').is_none_or(|(start, _)| start != app.name) {
                    let hint = format!("call it `{}.…`", app.name);
                    found.add(format!("the permission `{}` is not the app's own", grant.key), hint);
                }
            }
            for table in &app.tables {
                let text = format!("the table `{}` belongs to two apps", table.name);
                found.once("table", &table.name, text, "one table, one app");
            }
            for table in &app.catalog_tables {
                let text =
                    format!("the table `{}` of the catalogue belongs to two apps", table.name);
                found.once("catalogue", &table.name, text, "one table, one app");
            }
            let listeners = app.listeners.iter().map(|one| ("listener", one.name()));
            let jobs = app.jobs.iter().map(|runner| ("job", runner.name.as_str()));
            jobs.chain(listeners).for_each(|(kind, name)| found.check_job(kind, name));
            for schedule in &app.schedules {
                found.check_schedule(schedule, &app.jobs);
            }
            env.on_behalf_of(app.name);
            for make in app.own {
                if !make(env, &mut this.brought.own) {
                    found
                        .add("something it owns is another app's too", "give it a type of its own");
                }
            }
            for command in &app.commands {
                let text = format!("the command `{}` is there twice", command.name());
                found.once("command", command.name(), text, "rename one");
            }
            this.commands.extend(app.commands);
            this.runners.extend(app.jobs);
            this.listeners.extend(app.listeners);
            this.schedules.extend(app.schedules);
            this.demos.extend(app.demo.map(|fill| (app.name, fill)));
            for (site, routes) in app.routes {
                found.check_site(site, &mut this.sites);
                let (router, table) = routes.into_parts();
                let before = found.list.len();
                for mut route in table {
                    (route.app, route.site) = (app.name, site.key);
                    found.check(&route, &app.permissions);
                    this.routes.push(route);
                }
                // axum panics on doubled routes; the problem list says it better.
                if found.list.len() == before {
                    this.mount_at(site.key, router);
                }
            }
            for entry in app.nav.iter().chain(&app.settings) {
                found.check_nav(entry, &this.routes);
            }
            for entry in &app.settings {
                found.check_settings(entry);
            }
            for slot in &app.home {
                found.check_home(slot, &app.permissions);
            }
            let title = app.title.map_or_else(|| capital(app.name), str::to_owned);
            list(&mut this.brought.grants, title, &app.permissions);
            this.brought.nav.extend(app.nav);
            this.brought.settings.extend(app.settings);
            this.brought.home.extend(app.home);
            this.brought.keys.extend(app.keys);
            this.permissions.extend(app.permissions);
            this.tables.extend(app.tables);
            this.catalog_tables.extend(app.catalog_tables);
        }
        found.check_catalog(&this.catalog_tables);
        found.check_own(&this.routes, &this.brought.own);
        if !found.list.is_empty() {
            return Err(found.list);
        }
        this.brought.nav.sort_by_key(|entry| !entry.first);
        Ok(this)
    }

    /// What a store is made of.
    pub fn schema(&self, migrations: Migrations) -> Schema {
        Schema { migrations, tables: self.catalog_tables.clone() }
    }

    fn mount_at(&mut self, site: SiteKey, router: Router<AppState>) {
        match self.routers.iter_mut().find(|(key, _)| *key == site) {
            Some((_, all)) => *all = std::mem::take(all).merge(router),
            None => self.routers.push((site, router)),
        }
    }

    /// Lets every app fill a workspace of the demo, in the order of the navigation, each in a transaction
    /// of its own. Those that could not are named with the reason; the others' rows are there.
    pub async fn fill(
        &self,
        store: &Store,
        tenant: &Arc<Tenant>,
        demo: &Demo,
    ) -> Vec<(&'static str, Error)> {
        let mut failed = vec![];
        for (app, fill) in &self.demos {
            let fill = |db| fill(db, demo.clone());
            if let Err(error) = store.write_in(tenant.clone(), fill).await {
                failed.push((*app, error));
            }
        }
        failed
    }

    /// What workers know.
    pub fn jobs(&self, config: &Config) -> Arc<Jobs> {
        let (runners, listeners) = (self.runners.clone(), self.listeners.clone());
        let jobs = Jobs::new(EmailService::new(config), runners, listeners, self.schedules.clone());
        Arc::new(jobs.with_own(self.brought.own.clone()))
    }

    /// What apps made for themselves.
    pub(crate) fn own(&self) -> &Owned {
        &self.brought.own
    }

    /// The running site.
    pub fn mount(&self, config: Config, store: Store) -> (Router, Arc<Services>) {
        let known = (&*self.sites, &*self.routes);
        let core = Arc::new(Services::new(config, store, self.brought.clone(), known));
        (mount(core.clone(), self.routers.clone()), core)
    }
}

/// Lists an app's permissions, with those of another app of the same title.
fn list(groups: &mut Vec<PermissionGroup>, title: String, grants: &[PermissionDef]) {
    if grants.is_empty() {
        return;
    }
    match groups.iter_mut().find(|group| group.title == title) {
        Some(group) => group.grants.extend(grants),
        None => groups.push(PermissionGroup { title, grants: grants.to_vec() }),
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[derive(Default)]
struct Problems {
    app: &'static str,
    list: Vec<AppProblem>,
    seen: BTreeMap<(&'static str, String), ()>,
}

impl Problems {
    fn add(&mut self, text: impl Into<String>, hint: impl Into<String>) {
        self.list.push(AppProblem { app: self.app, text: text.into(), hint: hint.into() });
    }

    fn once(&mut self, kind: &'static str, name: &str, text: impl Into<String>, hint: &str) {
        if self.seen.insert((kind, name.to_owned()), ()).is_some() {
            self.add(text, hint);
        }
    }

    /// Notes a site that was not known yet, and says what would go wrong with it.
    fn check_site(&mut self, site: &'static Site, known: &mut Vec<&'static Site>) {
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

    fn check_catalog(&mut self, tables: &[CatalogTable]) {
        for table in tables {
            self.app = table.app;
            let hint = "mend the entity: see `CatalogEntity::about`";
            table.problems.iter().for_each(|problem| self.add(problem, hint));
        }
    }

    fn check_own(&mut self, routes: &[Route], own: &Owned) {
        for route in routes {
            self.app = route.app;
            for missing in
                route.takes_own.iter().filter(|name| !own.names().any(|own| own == **name))
            {
                let text = format!("{} {} takes `Own<{missing}>`", route.method, route.path);
                self.add(text, "no app brings it: add `.own(…)` to app()");
            }
        }
    }

    fn check(&mut self, route: &Route, permissions: &[PermissionDef]) {
        let name = format!("{} {}", route.method, route.path);
        let text = format!("{name} is there twice");
        let key = format!("{:?} {name}", route.site);
        self.once("route", &key, text, "two apps, one address: rename one");
        if let Access::Permission(grant) = route.access
            && !permissions.contains(&grant)
        {
            let text = format!("{name} needs `{}`, which the app does not declare", grant.key);
            self.add(text, "add `.permission::<…>()` to app()");
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

    /// Jobs and listeners are found in the queue by one kind of names.
    fn check_job(&mut self, kind: &str, name: &str) {
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

    fn check_schedule(&mut self, schedule: &Schedule, jobs: &[Runner]) {
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

    fn check_nav(&mut self, entry: &NavEntry, routes: &[Route]) {
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

    fn check_home(&mut self, slot: &HomeSlot, permissions: &[PermissionDef]) {
        if !permissions.contains(&slot.needs) {
            let key = slot.needs.key;
            let text =
                format!("a card of the first page needs `{key}`, which is not the app's own");
            self.add(text, "use a permission that app() declares");
        }
    }

    fn check_settings(&mut self, entry: &NavEntry) {
        if !entry.path.starts_with("/settings/") {
            let text = format!("the settings page “{}” is at {}", entry.label, entry.path);
            self.add(text, "move it under /settings/");
        }
    }
}
