//! What every request may need, made once at start-up.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use core_access::{
    Member, Members, Permission, PermissionDef, RateLimiter, Sessions, WorkspaceMemberships,
};
use core_base::{Config, Secret, SiteKey};
use core_db::Store;
use core_ui::Brand;

use crate::{
    ConcurrencyLimits, HomeSlot, Requests, Route, headers::Policies, known_routes::KnownRoutes,
};

/// A kind of host with its own router and sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SiteKind {
    /// Landing, sign-in, credentials, switcher.
    Account,
    /// One tenant's app.
    Workspace,
}

impl SiteKind {
    /// What its sessions are stored under.
    pub fn key(self) -> SiteKey {
        match self {
            Self::Account => SiteKey::ACCOUNT,
            Self::Workspace => SiteKey::WORKSPACE,
        }
    }
}

/// An entry of the workspace's navigation, or of its settings.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// What people read.
    pub label: &'static str,
    /// Where it leads.
    pub path: &'static str,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// Who sees it; none: every member.
    pub needs: Option<PermissionDef>,
    /// Whether it stands before the entries of all other apps.
    pub first: bool,
}

impl NavEntry {
    /// For every member.
    pub fn new(label: &'static str, path: &'static str, icon: &'static str) -> Self {
        Self { label, path, icon, needs: None, first: false }
    }

    /// For those who hold `P`.
    #[must_use]
    pub fn needs<P: Permission>(mut self) -> Self {
        self.needs = Some(PermissionDef::of::<P>());
        self
    }

    /// Before the entries of all other apps.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// Does this member see it?
    pub fn is_for(&self, member: &Member) -> bool {
        self.needs.is_none_or(|grant| member.may(&grant))
    }
}

/// Permissions that are listed together.
#[derive(Clone, Debug)]
pub struct PermissionGroup {
    /// What people read above them.
    pub title: String,
    /// In the order in which they were declared.
    pub grants: Vec<PermissionDef>,
}

/// What all apps contribute to the workspace's site besides routes.
#[derive(Debug, Default)]
pub struct Contributions {
    /// The navigation, in the order of the apps.
    pub nav: Vec<NavEntry>,
    /// The pages under “Settings”, in the order of the apps.
    pub settings: Vec<NavEntry>,
    /// What stands on the first page, in the order of the apps.
    pub home: Vec<HomeSlot>,
    /// All permissions.
    pub grants: Vec<PermissionGroup>,
}

/// What the whole process shares: settings, stores, caches, limits.
pub struct Services {
    /// All settings.
    pub config: Config,
    /// All data.
    pub store: Store,
    /// Who is signed in.
    pub sessions: Sessions,
    /// Who may do what.
    pub members: Members,
    /// Who has tried what how often.
    pub limiter: RateLimiter,
    /// Name of the product.
    pub brand: Brand,
    /// The workspace's navigation, in the order of the apps.
    pub nav: Vec<NavEntry>,
    /// The workspace's settings, in the order of the apps.
    pub settings: Vec<NavEntry>,
    /// What stands on the workspace's first page, in the order of the apps.
    pub(crate) home: Vec<HomeSlot>,
    /// Every permission.
    pub grants: Vec<PermissionDef>,
    /// Every permission, grouped as they are listed for people.
    pub grant_groups: Vec<PermissionGroup>,
    /// Where a person can switch to.
    pub belongings: WorkspaceMemberships,
    /// What was asked so far; none: nobody reads it (`METRICS_LISTEN`).
    pub requests: Option<Requests>,
    /// In development, the pages for developers.
    pub(crate) dev_pages: Vec<(SiteKind, &'static str)>,
    /// How many requests each workspace has at work.
    pub turns: ConcurrencyLimits,
    /// What is known of each route before its handler runs.
    pub(crate) routes: KnownRoutes,
    /// Signs the tokens in forms.
    pub(crate) csrf_key: Secret,
    pub(crate) policies: Policies,
    draining: AtomicBool,
}

impl Services {
    /// Makes it at start-up.
    pub fn new(config: Config, store: Store, brought: Contributions, routes: &[Route]) -> Self {
        let Contributions { nav, settings, home, grants: grant_groups } = brought;
        Self {
            sessions: Sessions::new(store.catalog().clone(), store.changes().clone()),
            members: Members::new(&store),
            limiter: RateLimiter::new(store.catalog().clone(), config.rate_limits),
            brand: Brand::new(config.product_name.clone()),
            belongings: WorkspaceMemberships::new(&store),
            requests: config.metrics_listen.map(|_| Requests::of(routes)),
            dev_pages: crate::development::pages(routes, config.environment),
            turns: ConcurrencyLimits::new(config.connections),
            routes: KnownRoutes::of(routes),
            csrf_key: config.derive_key("csrf"),
            policies: Policies::new(&config),
            draining: AtomicBool::new(false),
            nav,
            settings,
            home,
            grants: grant_groups.iter().flat_map(|group| group.grants.clone()).collect(),
            grant_groups,
            store,
            config,
        }
    }

    /// From now on load balancers are told to go elsewhere.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Is the process about to end?
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }
}

/// The state of our routers. Apps never see it: they ask for extractors.
#[derive(Clone)]
pub struct Site {
    pub(crate) core: Arc<Services>,
}
