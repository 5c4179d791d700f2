//! What is known of each route that a form can be sent to.

use std::collections::HashMap;

use axum::http::Method;

use crate::{Access, Route, SiteKind};

/// By site and pattern of the path.
pub(crate) struct FormRoutes(HashMap<(SiteKind, &'static str), FormRoute>);

/// A route that a form can be sent to.
#[derive(Clone, Copy)]
pub(crate) struct FormRoute {
    /// Whether somebody must be signed in.
    pub(crate) needs_session: bool,
    /// Whether its handler can draw the form again.
    pub(crate) takes_form: bool,
}

impl FormRoutes {
    pub(crate) fn of(routes: &[Route]) -> Self {
        let posts = routes.iter().filter(|route| route.method == Method::POST);
        let known = |route: &Route| {
            let needs_session = route.access != Access::Public;
            ((route.site, route.path), FormRoute { needs_session, takes_form: route.takes_form })
        };
        Self(posts.map(known).collect())
    }

    /// The route of this pattern.
    pub(crate) fn get(&self, site: SiteKind, pattern: &str) -> Option<FormRoute> {
        self.0.get(&(site, pattern)).copied()
    }
}
