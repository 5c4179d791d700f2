//! What is known of each route before its handler runs.

use std::collections::HashMap;

use axum::http::Method;

use core_base::SiteKey;

use crate::{Access, FormTarget, Policy, Route};

/// All routes, by what a request says.
pub(crate) struct KnownRoutes {
    /// By site, method and pattern of the path.
    by_pattern: HashMap<(SiteKey, Method, &'static str), KnownRoute>,
    /// The paths that GET answers.
    pages: HashMap<SiteKey, matchit::Router<()>>,
}

/// A route as its table knows it.
#[derive(Clone)]
pub(crate) struct KnownRoute {
    /// Who may call it.
    pub(crate) access: Access,
    /// What it takes.
    pub(crate) policy: Policy,
    /// Whether its handler can draw the form again.
    pub(crate) takes_form: bool,
    /// Where its forms may lead besides its own site.
    pub(crate) form_target: FormTarget,
}

impl KnownRoutes {
    pub(crate) fn of(routes: &[Route]) -> Self {
        let known = |route: &Route| {
            let key = (route.site, route.method.clone(), route.path);
            let Route { access, policy, takes_form, .. } = *route;
            let form_target = route.form_target.clone();
            (key, KnownRoute { access, policy, takes_form, form_target })
        };
        let mut pages = HashMap::<_, matchit::Router<()>>::new();
        for route in routes.iter().filter(|route| route.method == Method::GET) {
            let site = pages.entry(route.site).or_default();
            // The routers refuse what this would: each path is in one of them already.
            site.insert(route.path, ()).ok();
        }
        Self { by_pattern: routes.iter().map(known).collect(), pages }
    }

    /// Is this the path of a page, one that GET answers? With or without a query.
    pub(crate) fn is_page(&self, site: SiteKey, path: &str) -> bool {
        let path = path.split('?').next().unwrap_or(path);
        self.pages.get(&site).is_some_and(|pages| pages.at(path).is_ok())
    }

    /// The route of this pattern.
    pub(crate) fn get(&self, site: SiteKey, method: &Method, pattern: &str) -> Option<KnownRoute> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.by_pattern.get(&(site, method.clone(), pattern)).cloned()
    }
}
