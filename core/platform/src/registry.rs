//! All apps, checked against each other and mounted. Every problem is reported at once.

use std::sync::Arc;

use axum::Router;
use core_access::{PermissionDef, entitlements::Entitlement};
use core_base::{Config, Error, Extensions, SiteKey, config::Reader, text::capitalised};
use core_db::{CatalogTable, Migrations, Plans, Schema, Store, Tenant};
use core_http::{
    ACCOUNT, AppState, Contributions, PermissionGroup, Route, Services, Site, WORKSPACE, mount,
};
use core_jobs::{Jobs, Listener, Runner, Schedule};
use core_mail::EmailService;
use core_resource::{admin::UseAdmin, jobs};

use crate::{
    App, AppCommand, AppProblem, AppResource, Resources,
    app::Table,
    core_tables::audited,
    demo::{Demo, Fill},
    extension::OnServe,
    problems::Problems,
};

/// All apps, checked.
pub struct Registry {
    /// Every route of every app.
    pub routes: Vec<Route>,
    /// Every permission.
    pub permissions: Vec<PermissionDef>,
    /// Every entity that is described.
    pub resources: Vec<AppResource>,
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
    /// What begins when `serve` does.
    pub on_serve: Vec<OnServe>,
    brought: Contributions,
    plans: Arc<Plans>,
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
            resources: vec![],
            tables: vec![],
            catalog_tables: crate::core_tables::all(),
            runners: vec![],
            listeners: vec![],
            schedules: vec![],
            commands: vec![],
            demos: vec![],
            on_serve: vec![],
            brought: Contributions::default(),
            plans: Arc::default(),
            sites: vec![&ACCOUNT, &WORKSPACE],
            routers: vec![],
        };
        for mut app in apps {
            found.app = app.name;
            found.once("app", app.name, "the app is listed twice", "remove one of the lines");
            for mistake in &app.mistakes {
                found.add(mistake, "mend its description");
            }
            for permission in &app.permissions {
                let text = format!("the permission `{}` is declared twice", permission.key);
                found.once("permission", permission.key, text, "rename one, keys are app.verb");
                if permission.key.split_once('.').is_none_or(|(start, _)| start != app.name) {
                    let hint = format!("call it `{}.…`", app.name);
                    found.add(
                        format!("the permission `{}` is not the app's own", permission.key),
                        hint,
                    );
                }
            }
            for entitlement in &app.entitlements {
                let (key, hint) = (entitlement.key, "rename one");
                let text = format!("the limit or feature `{key}` is declared twice");
                found.once("entitlement", key, text, hint);
            }
            for table in &app.tables {
                let text = format!("the table `{}` belongs to two apps", table.name);
                found.once("table", &table.name, text, "one table, one app");
                found.check_table(table);
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
            for make in std::mem::take(&mut app.extensions) {
                if !make(env, &mut this.brought.extensions) {
                    found
                        .add("something it owns is another app's too", "give it a type of its own");
                }
            }
            if let Some(is_there) = app.is_there.take()
                && !is_there(&this.brought.extensions)
            {
                app.hide();
            }
            if let Some(plans) = app.plans {
                found.once("plans", "", "two apps bring plans", "one of them has to go");
                this.plans = Arc::new(plans(&this.brought.extensions));
            }
            for command in &app.commands {
                let text = format!("the command `{}` is there twice", command.name());
                found.once("command", command.name(), text, "rename one");
            }
            if let Some(path) = app.after_founding {
                let text = "two apps say where to go after a workspace is made";
                found.once("founding", "", text, "one of them has to go");
                this.brought.after_founding = Some(path);
            }
            if let Some(path) = app.searched_at {
                let text = "two apps say where things are searched for";
                found.once("search", "", text, "one of them has to go");
                this.brought.search = Some(path);
            }
            this.on_serve.extend(app.on_serve);
            this.commands.extend(app.commands);
            this.runners.extend(app.jobs);
            this.listeners.extend(app.listeners);
            this.schedules.extend(app.schedules);
            this.demos.extend(app.demo.map(|fill| (app.name, fill)));
            let target = app.form_target.take().map(|make| make(&this.brought.extensions));
            for (site, routes) in app.routes {
                found.check_site(site, &mut this.sites);
                let (router, table) = routes.into_parts();
                let before = found.list.len();
                for mut route in table {
                    (route.app, route.site) = (app.name, site.key);
                    route.form_target = target.clone().unwrap_or_default();
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
                found.check_slot("a card of the first page", slot.needs, &app.permissions);
            }
            for slot in &app.shell {
                found.check_slot("what stands around pages", slot.needs, &app.permissions);
            }
            for needs in &app.asked {
                found.check_slot("a field or an action", *needs, &app.permissions);
            }
            let title = app.title.map_or_else(|| capitalised(app.name), str::to_owned);
            for resource in &mut app.resources {
                resource.title.clone_from(&title);
            }
            list(&mut this.brought.permissions, title, &app.permissions);
            this.brought.nav.extend(app.nav);
            this.brought.settings.extend(app.settings);
            this.brought.home.extend(app.home);
            this.brought.shell.extend(app.shell);
            this.brought.keys.extend(app.keys);
            this.brought.entitlements.extend(app.entitlements);
            this.brought.guards.extend(app.guards);
            this.permissions.extend(app.permissions);
            this.resources.extend(app.resources);
            this.tables.extend(app.tables);
            this.catalog_tables.extend(app.catalog_tables);
        }
        this.mount_admin(&mut found);
        let resources = Resources(this.resources.clone());
        this.brought.extensions.add(resources);
        found.check_catalog(&this.catalog_tables);
        found.check_extensions(&this.routes, &this.brought.extensions);
        if !found.list.is_empty() {
            return Err(found.list);
        }
        this.brought.nav.sort_by_key(|entry| !entry.first);
        Ok(this)
    }

    /// What a store is made of.
    pub fn schema(&self, migrations: Migrations) -> Schema {
        let audited = audited(Table::core().iter().chain(&self.tables));
        let (tables, plans) = (self.catalog_tables.clone(), self.plans.clone());
        Schema { migrations, tables, audited, plans }
    }

    /// What plans grant and no app asks for: each with the plan's key. An app may be gone whose limit they name.
    pub fn unknown_grants(&self) -> Vec<(&'static str, &'static str)> {
        let known = |key: &str| self.brought.entitlements.iter().any(|one| one.key == key);
        let of_plan = |plan: &core_db::PlanOffer| {
            let unknown = plan.grants.keys().copied().filter(|key| !known(key));
            unknown.map(|key| (plan.key, key)).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.plans.ladder.iter().flat_map(of_plan).collect();
        all.sort_unstable();
        all
    }

    /// The pages of every resource, where an app brings the admin.
    fn mount_admin(&mut self, found: &mut Problems) {
        if !self.permissions.contains(&PermissionDef::of::<UseAdmin>()) {
            return;
        }
        for one in self.resources.clone() {
            found.app = one.app;
            let routes = (one.admin_routes)(one.resource, one.admin_path, one.icon);
            let (router, table) = routes.into_parts();
            let before = found.list.len();
            for mut route in table {
                (route.app, route.site) = (one.app, WORKSPACE.key);
                found.check(&route, &self.permissions);
                self.routes.push(route);
            }
            if found.list.len() == before {
                self.mount_at(WORKSPACE.key, router);
            }
        }
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
        let (mut runners, listeners) = (self.runners.clone(), self.listeners.clone());
        let worked = self.resources.iter().filter(|one| !one.resource.is_read_only());
        runners.extend(jobs::runners(worked.map(AppResource::worked).collect()));
        let jobs = Jobs::new(EmailService::new(config), runners, listeners, self.schedules.clone());
        Arc::new(jobs.with_extensions(self.brought.extensions.clone()))
    }

    /// What apps made for themselves.
    pub(crate) fn extensions(&self) -> &Extensions {
        &self.brought.extensions
    }

    /// What workspaces may have of what apps declare.
    pub fn entitlements(&self) -> &[Entitlement] {
        &self.brought.entitlements
    }

    /// The running site.
    pub fn mount(&self, config: Config, store: Store) -> (Router, Arc<Services>) {
        let brought = self.brought.clone();
        let core = Arc::new(Services::new(config, store, brought, &self.sites, &self.routes));
        (mount(core.clone(), self.routers.clone()), core)
    }
}

/// Lists an app's permissions, with those of another app of the same title.
fn list(groups: &mut Vec<PermissionGroup>, title: String, permissions: &[PermissionDef]) {
    if permissions.is_empty() {
        return;
    }
    match groups.iter_mut().find(|group| group.title == title) {
        Some(group) => group.permissions.extend(permissions),
        None => groups.push(PermissionGroup { title, permissions: permissions.to_vec() }),
    }
}
