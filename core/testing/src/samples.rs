//! What the sweeps need to know of routes that can't be tried without something real.

use std::collections::BTreeMap;

use core_http::Route;

#[derive(Clone, Default)]
struct Sample {
    path: Option<String>,
    fields: Vec<(String, String)>,
    redirects: bool,
    for_all: bool,
    of_one: bool,
}

/// Real addresses and forms for routes, by the path in the table of routes; `workspace /` is the one of
/// that site alone, where both sites have the path.
#[derive(Clone, Default)]
pub struct Samples(BTreeMap<String, Sample>);

impl Samples {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// An address of something that exists in the workspace the sweep is given.
    #[must_use]
    pub fn path(mut self, route: &str, path: impl Into<String>) -> Self {
        self.entry(route).path = Some(path.into());
        self
    }

    /// A form that a POST to the route takes.
    #[must_use]
    pub fn form(mut self, route: &str, fields: &[(&str, &str)]) -> Self {
        let pairs = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.entry(route).fields = pairs.collect();
        self
    }

    /// GET leads elsewhere, even for an owner.
    #[must_use]
    pub fn redirects(mut self, route: &str) -> Self {
        self.entry(route).redirects = true;
        self
    }

    /// For every member, or for everybody: signing out, a page that belongs to nobody.
    #[must_use]
    pub fn for_all(mut self, route: &str) -> Self {
        self.entry(route).for_all = true;
        self
    }

    /// Belongs to one person: for everybody else, an owner too, it does not exist.
    #[must_use]
    pub fn of_one(mut self, route: &str) -> Self {
        self.entry(route).of_one = true;
        self
    }

    fn entry(&mut self, route: &str) -> &mut Sample {
        self.0.entry(route.to_owned()).or_default()
    }

    fn find(&self, route: &Route) -> Option<&Sample> {
        let of_site = self.0.get(&format!("{} {}", route.site, route.path));
        of_site.or_else(|| self.0.get(route.path))
    }

    /// The address to try; fails the test for a route with parameters that has no sample.
    pub(crate) fn path_of(&self, route: &Route) -> String {
        let path = self.find(route).and_then(|sample| sample.path.clone());
        assert!(
            path.is_some() || !route.path.contains('{'),
            "{} {} of {} has no sample: add it to `samples` in the app's src/testing, with \
             `things.page(\"{}\", …)`",
            route.method,
            route.path,
            route.app,
            route.path
        );
        path.unwrap_or_else(|| route.path.to_owned())
    }

    pub(crate) fn fields_of(&self, route: &Route) -> Vec<(&str, &str)> {
        let fields = self.find(route).map(|sample| sample.fields.as_slice());
        let pairs = fields.unwrap_or_default().iter();
        pairs.map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    pub(crate) fn is_redirect(&self, route: &Route) -> bool {
        self.find(route).is_some_and(|sample| sample.redirects)
    }

    pub(crate) fn is_of_one(&self, route: &Route) -> bool {
        self.find(route).is_some_and(|sample| sample.of_one)
    }

    pub(crate) fn is_for_all(&self, route: &Route) -> bool {
        self.find(route).is_some_and(|sample| sample.for_all)
    }
}
