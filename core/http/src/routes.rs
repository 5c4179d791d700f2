//! A router that remembers what was put into it, so that sweeps can try every route.

use axum::{
    Router,
    handler::Handler,
    http::Method,
    routing::{self, MethodFilter},
};

use core_base::SiteKey;

use crate::{Access, AppState, FormTarget, Gated, Policy};

/// One route, as the table knows it.
#[derive(Clone, Debug)]
pub struct Route {
    /// Whose it is.
    pub app: &'static str,
    /// On which site.
    pub site: SiteKey,
    /// GET, POST, PUT, PATCH or DELETE.
    pub method: Method,
    /// With `{parameters}`.
    pub path: &'static str,
    /// Who may call it.
    pub access: Access,
    /// The site that the gate belongs to; none: any.
    pub gate_site: Option<SiteKey>,
    /// The function.
    pub handler: &'static str,
    /// What it takes, and from whom.
    pub policy: Policy,
    /// Whether it reads a form by [`Submitted`](crate::Submitted), and so can show it again.
    pub takes_form: bool,
    /// Where its forms may lead besides its own site.
    pub form_target: FormTarget,
    /// The types that it takes by [`Extension`](crate::Extension).
    pub takes_extensions: Vec<&'static str>,
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
        self.route(Method::GET, path, Policy::FORM, handler)
    }

    /// Answers POST of a form.
    #[must_use]
    pub fn post<H, T>(self, path: &'static str, handler: H) -> Self
    where
        H: Handler<T, AppState>,
        T: Gated + 'static,
    {
        self.route(Method::POST, path, Policy::FORM, handler)
    }

    /// Answers a method, GET (and HEAD with it), POST, PUT, PATCH or DELETE, by a policy of its own.
    #[must_use]
    pub fn route<H, T>(
        mut self,
        method: Method,
        path: &'static str,
        policy: Policy,
        handler: H,
    ) -> Self
    where
        H: Handler<T, AppState>,
        T: Gated + 'static,
    {
        let filter = MethodFilter::try_from(method.clone());
        let filter = filter.expect("a method that a router knows");
        self.router = self.router.route(path, routing::on(filter, handler));
        self.table.push(Route {
            // The app and the site are filled in by the registry.
            app: "",
            site: SiteKey::WORKSPACE,
            method,
            path,
            access: T::ACCESS,
            gate_site: T::SITE,
            handler: std::any::type_name::<H>(),
            policy,
            form_target: FormTarget::default(),
            takes_form: crate::form::is_taken_by::<T>(),
            takes_extensions: crate::extension::taken_by::<T>(),
        });
        self
    }

    /// Splits into what runs and what is known about it.
    pub fn into_parts(self) -> (Router<AppState>, Vec<Route>) {
        (self.router, self.table)
    }
}
