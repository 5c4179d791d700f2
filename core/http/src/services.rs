//! What every request may need, made once at start-up.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use core_access::{
    Guards, Members, PermissionDef, RateLimiter, Sessions, Vault, WorkspaceMemberships,
    entitlements::Entitlement,
};
use core_base::{Config, Extensions, Secret, SiteKey};
use core_db::Store;
use core_ui::{Brand, HomeCard, ShellPart};

use crate::{
    ConcurrencyLimits, Contributions, KeyReader, NavEntry, PermissionGroup, Requests, Route, Site,
    Slot, known_routes::KnownRoutes, site_lookup::Sites,
};

/// What the whole process shares: settings, stores, caches, limits.
pub struct Services {
    /// All settings.
    pub config: Config,
    /// All data.
    pub store: Store,
    /// Who is signed in.
    pub sessions: Sessions,
    /// What encrypts columns.
    pub vault: Vault,
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
    pub(crate) home: Vec<Slot<HomeCard>>,
    /// What stands in the frame around every page of a workspace, in the order of the apps.
    pub(crate) shell: Vec<Slot<ShellPart>>,
    /// Where somebody goes who has just made a workspace, on the account site; none: to its first page.
    pub after_founding: Option<&'static str>,
    /// Where things of a workspace are searched for.
    pub(crate) search: Option<&'static str>,
    /// Every permission.
    pub permissions: Vec<PermissionDef>,
    /// Every permission, grouped as they are listed for people.
    pub permission_groups: Vec<PermissionGroup>,
    /// What looks up the keys of programs.
    pub(crate) keys: Vec<KeyReader>,
    /// What workspaces may have, in the order of the apps.
    pub entitlements: Vec<Entitlement>,
    /// Who is asked before something is done.
    pub guards: Guards,
    /// Where a person can switch to.
    pub memberships: WorkspaceMemberships,
    /// What was asked so far; none: nobody reads it (`METRICS_LISTEN`).
    pub requests: Option<Requests>,
    /// In development, the pages for developers, by site.
    pub(crate) dev_pages: Vec<(SiteKey, &'static str)>,
    /// What apps made for themselves.
    pub extensions: Extensions,
    /// How many requests each workspace has at work.
    pub page_slots: ConcurrencyLimits,
    /// How many streams each workspace sends.
    pub stream_slots: ConcurrencyLimits,
    /// What is known of each route before its handler runs.
    pub(crate) routes: KnownRoutes,
    /// Signs the tokens in forms.
    pub(crate) csrf_key: Secret,
    /// Which site answers at which host.
    pub sites: Sites,
    draining: AtomicBool,
}

impl Services {
    /// Makes it at start-up.
    pub fn new(
        config: Config,
        store: Store,
        brought: Contributions,
        sites: &[&'static Site],
        routes: &[Route],
    ) -> Self {
        let Contributions {
            nav,
            settings,
            home,
            shell,
            permissions: permission_groups,
            keys,
            entitlements,
            guards,
            extensions,
            after_founding,
            search,
        } = brought;
        Self {
            sessions: Sessions::new(store.catalog().clone(), store.changes().clone()),
            members: Members::new(&store),
            vault: Vault::new(store.catalog().clone(), &config.master_keys),
            limiter: RateLimiter::new(store.catalog().clone(), config.rate_limits),
            brand: Brand::new(config.product_name.clone()),
            memberships: WorkspaceMemberships::new(&store),
            requests: config.metrics_listen.map(|_| Requests::of(routes)),
            dev_pages: crate::development::pages(routes, config.environment),
            page_slots: ConcurrencyLimits::new(config.connections),
            stream_slots: ConcurrencyLimits::new(config.connections),
            routes: KnownRoutes::of(routes),
            csrf_key: config.derive_key("csrf"),
            sites: Sites::new(sites, &config),
            draining: AtomicBool::new(false),
            keys,
            entitlements,
            guards,
            extensions,
            after_founding,
            search,
            nav,
            settings,
            home,
            shell,
            permissions: permission_groups
                .iter()
                .flat_map(|group| group.permissions.clone())
                .collect(),
            permission_groups,
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
pub struct AppState {
    pub(crate) core: Arc<Services>,
}
