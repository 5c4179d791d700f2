//! A router that remembers what was put into it, so that sweeps can try every route.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{self, MethodRouter},
};

use core_base::SiteKey;

use crate::{Access, AppState, Gated};

/// One route, as the table knows it.
#[derive(Clone, Debug)]
pub struct Route {
    /// Whose it is.
    pub app: &'static str,
    /// On which site.
    pub site: SiteKey,
    /// GET or POST.
    pub method: Method,
    /// With `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// The site that the gate belongs to; none: any.
    pub gate_site: Option<SiteKey>,
    /// The function.
    pub handler: &'static str,
    /// Whether it reads a form by [`Submitted`](crate::Submitted), and so can show it again.
    pub takes_form: bool,
}

/// The routes of one app on one site.
#[derive(Default)]
pub struct Routes {
    pub(crate) router: Router<AppState>,
    pub(crate) table: Vec<Route>,
}

impl Routes {
    /// No routes yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Answers GET and HEAD.
    #[must_use]
    pub fn get<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Gated + 'static,
    {
        let name = std::any::type_name::<H>();
        self.add(Method::GET, path, routing::get(handler), (T::ACCESS, T::SITE), name, false)
    }

    /// Answers POST.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Gated + 'static,
    {
        let name = std::any::type_name::<H>();
        let takes_form = crate::form::is_taken_by::<T>();
        self.add(Method::POST, path, routing::post(handler), (T::ACCESS, T::SITE), name, takes_form)
    }

    /// Splits into what runs and what is known about it.
    pub fn into_parts(self) -> (Router<AppState>, Vec<Route>) {
        (self.router, self.table)
    }

    fn add(
        mut self,
        method: Method,
        path: &'static str,
        route: MethodRouter<AppState>,
        (access, gate_site): (Access, Option<SiteKey>),
        handler: &'static str,
        takes_form: bool,
    ) -> Self {
        self.router = self.router.route(path, route);
        // The app and the site are filled in by the registry.
        let (app, site) = ("", SiteKey::WORKSPACE);
        let route = Route { app, site, method, path, access, gate_site, handler, takes_form };
        self.table.push(route);
        self
    }
}
