//! What an app describes: a resource, and where its pages are.

use std::sync::Arc;

use core_access::{Permission, PermissionDef};
use core_base::text::capitalised;
use core_http::{Both, Can, NavEntry, Routes};
use core_resource::{
    Builder, Described, Resource,
    admin::{self, UseAdmin},
    jobs::Worked,
};

use crate::App;

/// A resource of an app, and where its pages are.
#[derive(Clone)]
pub struct AppResource {
    /// What people see of the entity.
    pub resource: Arc<Resource>,
    /// The app that brings it.
    pub app: &'static str,
    /// What people call that app.
    pub title: String,
    /// Where its list is: `/projects`. One that is seen in the admin alone: there.
    pub path: &'static str,
    /// Its icon.
    pub icon: &'static str,
    /// Where its list is in the admin: `/admin/projects`.
    pub admin_path: &'static str,
    /// Who sees rows.
    pub sees: PermissionDef,
    /// Who changes them.
    pub manages: PermissionDef,
    /// Its routes in the admin.
    pub(crate) admin_routes: fn(Arc<Resource>, &'static str, &'static str) -> Routes,
}

impl AppResource {
    /// For the jobs that work on its rows.
    pub(crate) fn worked(&self) -> Worked {
        Worked { resource: self.resource.clone(), place: self.path, needs: self.manages }
    }

    fn new<V: Permission, M: Permission>(
        resource: Arc<Resource>,
        app: &'static str,
        (path, admin_path, icon): (&'static str, &'static str, &'static str),
    ) -> Self {
        Self {
            resource,
            app,
            title: capitalised(app),
            path,
            icon,
            admin_path,
            sees: PermissionDef::of::<V>(),
            manages: PermissionDef::of::<M>(),
            admin_routes: core_resource::routes::<Both<UseAdmin, V>, Both<UseAdmin, M>>,
        }
    }
}

/// Every resource of every app, for whoever draws a page of them:
/// [`Extension<Resources>`](core_http::Extension).
pub struct Resources(pub Vec<AppResource>);

impl App {
    /// An entity that is described once: its table, its limit, its pages at `path`, and its entry in the
    /// navigation. Whoever has `V` sees rows, whoever has `M` changes them; the app declares both.
    #[must_use]
    pub fn resource<E: Described, V: Permission, M: Permission>(
        mut self,
        described: Builder<E>,
        path: &'static str,
        icon: &'static str,
    ) -> Self {
        let label = capitalised(described.plural()).leak();
        match described.build() {
            Ok(resource) => {
                self.entitlements.extend(resource.entitlement());
                self.asked.extend(resource.permissions());
                let resource = Arc::new(resource);
                let admin_path = format!("{}{path}", admin::PATH).leak();
                let places = (path, &*admin_path, icon);
                self.resources.push(AppResource::new::<V, M>(resource.clone(), self.name, places));
                let routes = core_resource::routes::<Can<V>, Can<M>>(resource, path, icon);
                let entry = NavEntry::new(label, path, icon).needs::<V>();
                // Two resources may show one table, each in its own way.
                let is_owned =
                    self.tables.iter().any(|table| table.name == E::default().table_name());
                let this = if is_owned { self } else { self.owns::<E>() };
                this.workspace(routes).nav(entry)
            }
            Err(problems) => {
                self.mistakes.extend(problems);
                self
            }
        }
    }

    /// An entity with rules of its own, which is read in the admin by whoever has `V`, and changed where
    /// [`Builder::managed_at`] says.
    #[must_use]
    pub fn in_admin<E: Described, V: Permission>(
        mut self,
        described: Builder<E>,
        icon: &'static str,
    ) -> Self {
        let path = format!("{}/{}", admin::PATH, described.plural().replace(' ', "-")).leak();
        match described.build() {
            Ok(resource) if resource.is_read_only() => {
                self.asked.extend(resource.permissions());
                let places = (&*path, &*path, icon);
                let one = AppResource::new::<V, V>(Arc::new(resource), self.name, places);
                self.resources.push(one);
            }
            Ok(_) => self.mistakes.push(format!("{path} does not say where its rows are changed")),
            Err(problems) => self.mistakes.extend(problems),
        }
        self
    }
}
