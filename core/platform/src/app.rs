//! An app as a value: what it brings, to be read, checked, printed and mounted.

use core_access::{
    Guards, Objection, Permission, PermissionDef, Question,
    archives::{self, ValidateRows},
    entitlements::{self, Entitlement, Feature, Limit},
    entity::{invitation, member, role},
};
use core_base::{Result, Verdict};
use core_db::{
    AuditedTable, CatalogEntity, CatalogTable, TenantDb, TenantEntity, audit_day, audit_entry,
    audit_head, job_done,
};
use core_http::{
    ACCOUNT, Key, KeyReader, NavEntry, Routes, ShownKey, Site, Slot, SlotReader, WORKSPACE,
};
use core_jobs::{Event, Handler, Job, Listener, Runner, Schedule};
use core_resource::{import, undo::operation};
use core_ui::{HomeCard, ShellPart};

use crate::{
    AppCommand, AppResource,
    demo::{Demo, Fill, boxed},
    extension::{IsThere, Make, MakeFormTarget, MakePlans, OnServe},
};

/// One app. Its `app()` function is its table of contents.
pub struct App {
    pub(crate) name: &'static str,
    pub(crate) routes: Vec<(&'static Site, Routes)>,
    pub(crate) title: Option<&'static str>,
    pub(crate) nav: Vec<NavEntry>,
    pub(crate) settings: Vec<NavEntry>,
    pub(crate) home: Vec<Slot<HomeCard>>,
    pub(crate) shell: Vec<Slot<ShellPart>>,
    pub(crate) keys: Vec<KeyReader>,
    pub(crate) entitlements: Vec<Entitlement>,
    pub(crate) guards: Guards,
    pub(crate) permissions: Vec<PermissionDef>,
    pub(crate) tables: Vec<Table>,
    pub(crate) catalog_tables: Vec<CatalogTable>,
    pub(crate) jobs: Vec<Runner>,
    pub(crate) listeners: Vec<Listener>,
    pub(crate) schedules: Vec<Schedule>,
    pub(crate) extensions: Vec<Make>,
    pub(crate) plans: Option<MakePlans>,
    pub(crate) form_target: Option<MakeFormTarget>,
    pub(crate) is_there: Option<IsThere>,
    pub(crate) after_founding: Option<&'static str>,
    pub(crate) searched_at: Option<&'static str>,
    pub(crate) on_serve: Vec<OnServe>,
    pub(crate) commands: Vec<AppCommand>,
    pub(crate) demo: Option<Fill>,
    pub(crate) resources: Vec<AppResource>,
    /// The permissions that its resources ask for.
    pub(crate) asked: Vec<PermissionDef>,
    /// What is wrong with what it describes, for the developer.
    pub(crate) mistakes: Vec<String>,
}

/// A table of tenants that an app owns.
#[derive(Clone, Debug)]
pub struct Table {
    /// The app that owns it.
    pub app: &'static str,
    /// Its name.
    pub name: String,
    /// The columns that the entity describes.
    pub columns: Vec<String>,
    /// CREATE TABLE and CREATE INDEX, derived from the entity.
    pub create_table_sql: fn(core_db::DbBackend) -> Vec<String>,
    /// How its changes are told; none: they are not.
    pub audited: Option<AuditedTable>,
    /// Reads every row of a workspace: an error at the first that does not decode or breaks its rules.
    pub validate_rows: ValidateRows,
}

impl Table {
    fn of<E: TenantEntity>(app: &'static str) -> Self {
        let (name, columns) = (E::default().table_name().to_owned(), core_db::columns::<E>());
        let validate_rows = archives::validate_rows::<E>;
        let (create_table_sql, audited) =
            (core_db::create_table_sql::<E>, AuditedTable::of(E::audit()));
        Self { app, name, columns, create_table_sql, audited, validate_rows }
    }

    /// Those that every tenant has without any app, each behind those it refers to.
    pub fn core() -> [Self; 11] {
        [
            Self::of::<role::Entity>("core"),
            Self::of::<member::Entity>("core"),
            Self::of::<invitation::Entity>("core"),
            Self::of::<job_done::Entity>("core"),
            Self::of::<entitlements::entity::Entity>("core"),
            Self::of::<audit_entry::Entity>("core"),
            Self::of::<audit_head::Entity>("core"),
            Self::of::<audit_day::Entity>("core"),
            Self::of::<operation::Entity>("core"),
            Self::of::<import::entity::Entity>("core"),
            Self::of::<import::rows::Entity>("core"),
        ]
    }
}

impl App {
    /// An app that brings nothing yet. The name is the folder's.
    pub fn new(name: &'static str) -> Self {
        Self {
            name,
            title: None,
            routes: vec![],
            nav: vec![],
            settings: vec![],
            home: vec![],
            shell: vec![],
            keys: vec![],
            permissions: vec![],
            entitlements: vec![],
            guards: Guards::default(),
            tables: vec![],
            catalog_tables: vec![],
            jobs: vec![],
            listeners: vec![],
            schedules: vec![],
            extensions: vec![],
            plans: None,
            form_target: None,
            is_there: None,
            after_founding: None,
            searched_at: None,
            on_serve: vec![],
            commands: vec![],
            demo: None,
            resources: vec![],
            asked: vec![],
            mistakes: vec![],
        }
    }

    /// Pages of the workspace site.
    #[must_use]
    pub fn workspace(self, routes: Routes) -> Self {
        self.at(&WORKSPACE, routes)
    }

    /// Pages of the account site.
    #[must_use]
    pub fn account(self, routes: Routes) -> Self {
        self.at(&ACCOUNT, routes)
    }

    /// Pages of a site, which need not be one of the platform's: a [`Site`] of one's own answers as
    /// soon as an app has a route on it.
    #[must_use]
    pub fn at(mut self, site: &'static Site, routes: Routes) -> Self {
        self.routes.push((site, routes));
        self
    }

    /// An entry of the workspace's navigation.
    #[must_use]
    pub fn nav(mut self, entry: NavEntry) -> Self {
        self.nav.push(entry);
        self
    }

    /// A page under “Settings” of the workspace, at `/settings/…`.
    #[must_use]
    pub fn settings(mut self, entry: NavEntry) -> Self {
        self.settings.push(entry);
        self
    }

    /// Something on the first page of a workspace, read by an `async fn(Visit) -> Result<HomeCard>`
    /// for those who hold `P`. It asks the database two or three times: all cards share ten queries
    /// and two seconds, and one that fails is left out.
    #[must_use]
    pub fn home<P: Permission>(mut self, read: impl SlotReader<HomeCard>) -> Self {
        self.home.push(Slot::new(self.name, PermissionDef::of::<P>(), read));
        self
    }

    /// Something in the frame around every page of a workspace (a notice, a button that counts, a line
    /// in the menu), read by an `async fn(Visit) -> Result<ShellPart>` for those who hold `P`. It is
    /// read for each page: all apps share three queries and a quarter of a second, and one that fails
    /// is left out.
    #[must_use]
    pub fn shell<P: Permission>(mut self, read: impl SlotReader<ShellPart>) -> Self {
        self.shell.push(Slot::new(self.name, PermissionDef::of::<P>(), read));
        self
    }

    /// What looks up the keys that programs show (`Authorization: Bearer …`) on the host of a tenant:
    /// `async fn(ShownKey) -> Result<Option<Key>>`.
    #[must_use]
    pub fn keys<F, Fut>(mut self, read: F) -> Self
    where
        F: Fn(ShownKey) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Key>>> + Send + 'static,
    {
        self.keys.push(KeyReader::new(read));
        self
    }

    /// What people read above the app's permissions, instead of its name. Apps of one title are
    /// listed together.
    #[must_use]
    pub fn title(mut self, title: &'static str) -> Self {
        self.title = Some(title);
        self
    }

    /// Something that roles may hold.
    #[must_use]
    pub fn permission<P: Permission>(mut self) -> Self {
        self.permissions.push(PermissionDef::of::<P>());
        self
    }

    /// Where somebody goes who has just made a workspace: a path of the account site, which is given its address as
    /// `?workspace=`. One app may say so; otherwise they go to its first page.
    #[must_use]
    pub fn after_founding(mut self, path: &'static str) -> Self {
        self.after_founding = Some(path);
        self
    }

    /// Where things of a workspace are searched for: a button at the top of its pages and a key lead there. One app
    /// may say so.
    #[must_use]
    pub fn searched_at(mut self, path: &'static str) -> Self {
        self.searched_at = Some(path);
        self
    }

    /// A job, by the function that does it: `async fn(Payload, TenantDb)`, or with `Run` in place
    /// of the transaction.
    #[must_use]
    pub fn job<J: Job, A>(mut self, handler: impl Handler<J, A>) -> Self {
        self.jobs.push(Runner::of(handler));
        self
    }

    /// A listener, by its function, which is run as a job of its own after each such event. The name,
    /// `app.verb`, is kept in the queue like a job's: never change it while jobs wait.
    #[must_use]
    pub fn on<E: Event, A>(mut self, name: &str, handler: impl Handler<E, A>) -> Self {
        self.listeners.push(Listener::of(name, handler));
        self
    }

    /// A job that repeats: [`each_tenant`](core_jobs::each_tenant) or [`once`](core_jobs::once).
    #[must_use]
    pub fn every(mut self, schedule: Schedule) -> Self {
        self.schedules.push(schedule);
        self
    }

    /// Rows for the demo workspaces of development and for `seed`: `async fn(TenantDb, Demo)`, in a
    /// transaction of the workspace that is filled.
    #[must_use]
    pub fn demo<F, Fut>(mut self, fill: F) -> Self
    where
        F: Fn(TenantDb, Demo) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.demo = Some(boxed(fill));
        self
    }

    /// Something of which a workspace may have so many: see [`Limit`].
    #[must_use]
    pub fn limit<L: Limit>(mut self) -> Self {
        self.entitlements.push(Entitlement::limit::<L>());
        self
    }

    /// Something that a workspace has or has not: see [`Feature`].
    #[must_use]
    pub fn feature<F: Feature>(mut self) -> Self {
        self.entitlements.push(Entitlement::feature::<F>());
        self
    }

    /// Is asked before another app does something: `async fn(Question, TenantDb)`, which gives
    /// `Ok(Err(Objection(…)))` to say no.
    #[must_use]
    pub fn guard<Q: Question, F, Fut>(mut self, answer: F) -> Self
    where
        F: Fn(Q, TenantDb) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Verdict<(), Objection>> + Send + 'static,
    {
        self.guards.add(answer);
        self
    }

    /// A table in every tenant's schema.
    #[must_use]
    pub fn owns<E: TenantEntity>(mut self) -> Self {
        self.tables.push(Table::of::<E>(self.name));
        self
    }

    /// A table in the catalogue. Its [`CatalogEntity::ownership`] says what becomes of a row when the
    /// workspace or the person it is about is erased, and whether archives carry it.
    #[must_use]
    pub fn owns_in_catalog<E: CatalogEntity>(mut self) -> Self {
        self.catalog_tables.push(CatalogTable::of::<E>(self.name));
        self
    }
}
