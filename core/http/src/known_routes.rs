//! What is known of each route before its handler runs.

use std::collections::HashMap;

use axum::http::Method;

use crate::{Access, Route, SiteKind};

/// By site and pattern of the path.
pub(crate) struct KnownRoutes(HashMap<(SiteKind, Method, &'static str), KnownRoute>);

/// A route as its table knows it.
#[derive(Clone, Copy)]
pub(crate) struct KnownRoute {
    /// Who may call it.
    pub(crate) access: Access,
    /// Whether its handler can draw the form again.
    pub(crate) takes_form: bool,
}

impl KnownRoutes {
    pub(crate) fn of(routes: &[Route]) -> Self {
        let known = |route: &Route| {
            let key = (route.site, route.method.clone(), route.path);
            (key, KnownRoute { access: route.access, takes_form: route.takes_form })
        };
        Self(routes.iter().map(known).collect())
    }

    /// The route of this pattern.
    pub(crate) fn get(&self, site: SiteKind, method: &Method, pattern: &str) -> Option<KnownRoute> {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        self.0.get(&(site, method.clone(), pattern)).copied()
    }
}
