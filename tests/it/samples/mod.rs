//! Something real of each app, for whatever looks at all routes: a file for each app.

mod projects;

use core_testing::{Actor, Samples};

/// A page, and how to come to it.
#[derive(Clone, Debug)]
pub enum Page {
    /// By its address.
    At(String),
    /// By sending a form.
    After(String, Vec<(&'static str, String)>),
}

impl Page {
    /// Its address, where it has one.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::At(path) => Some(path),
            Self::After(..) => None,
        }
    }
}

/// A form that is taken and changes something.
#[derive(Clone, Debug)]
pub struct Sent {
    /// As the table of routes says.
    pub route: &'static str,
    /// Where it leads.
    pub path: String,
    /// What is filled in.
    pub fields: Vec<(&'static str, String)>,
}

/// What was made, where to look at it, and what can be sent.
#[derive(Clone, Debug, Default)]
pub struct Things {
    /// Routes and pages; some routes have several.
    pub pages: Vec<(&'static str, Page)>,
    /// In an order in which each changes something: what ends a thing comes last.
    pub forms: Vec<Sent>,
}

impl Things {
    fn page(&mut self, route: &'static str, path: impl Into<String>) {
        self.pages.push((route, Page::At(path.into())));
    }

    fn after(&mut self, route: &'static str, fields: &[(&'static str, &str)]) {
        self.pages.push((route, Page::After(route.to_owned(), owned(fields))));
    }

    fn form(
        &mut self,
        route: &'static str,
        path: impl Into<String>,
        fields: &[(&'static str, &str)],
    ) {
        self.forms.push(Sent { route, path: path.into(), fields: owned(fields) });
    }
}

fn owned(fields: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

/// Makes something of each app.
pub async fn things(owner: &Actor) -> Things {
    let mut things = Things::default();
    projects::add(owner, &mut things).await;
    things
}

/// Table and column of texts that are the program's own words, and nobody's.
pub fn words() -> Vec<(&'static str, &'static str)> {
    [projects::WORDS].concat()
}

/// The same for the sweeps: one page and one form for each route.
pub async fn samples(owner: &Actor) -> Samples {
    let (mut samples, things) = (Samples::new(), things(owner).await);
    for (route, page) in &things.pages {
        if let (Some(path), true) = (page.path(), route.contains('{')) {
            samples = samples.path(route, path);
        }
    }
    for Sent { route, path, fields } in &things.forms {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
        samples = samples.path(route, path).form(route, &fields);
    }
    samples
}
