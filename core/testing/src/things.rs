//! Something real of each app, for whatever looks at all routes: its pages, and forms that are taken.

use crate::Samples;

/// A page, and how to come to it.
#[derive(Clone, Debug)]
pub enum Page {
    /// By its address.
    At(String),
    /// By sending a form.
    After(String, Vec<(&'static str, String)>),
}

impl Page {
    /// The page's address, where it has one.
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
    /// The route, as the table of routes says.
    pub route: &'static str,
    /// The address it is sent to.
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
    /// A page of a route, by its address.
    pub fn page(&mut self, route: &'static str, path: impl Into<String>) {
        self.pages.push((route, Page::At(path.into())));
    }

    /// A page of a route that one comes to by sending a form to it.
    pub fn after(&mut self, route: &'static str, fields: &[(&'static str, &str)]) {
        self.pages.push((route, Page::After(route.to_owned(), owned(fields))));
    }

    /// A form of a route that is taken.
    pub fn form(
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

impl Samples {
    /// For the sweeps: one page and one form of each route.
    pub fn of(things: &Things) -> Self {
        let mut samples = Self::new();
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
}
