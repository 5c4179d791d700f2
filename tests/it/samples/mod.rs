//! Something real of each app whose routes have parameters, for whatever looks at all routes: a file
//! for each app.

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

/// Where routes lead, and the pages of routes that lead to several.
pub type Pages = Vec<(&'static str, Page)>;

/// A route, and a form that it takes.
type Form = (&'static str, &'static [(&'static str, &'static str)]);

/// Makes something of each app, and gives the pages about it.
pub async fn pages(owner: &Actor) -> Pages {
    let mut pages = vec![];
    projects::pages(owner, &mut pages).await;
    pages
}

/// The same for the sweeps, with forms that would change something.
pub async fn samples(owner: &Actor) -> Samples {
    let mut samples = Samples::new();
    for (route, page) in pages(owner).await {
        if let Some(path) = page.path() {
            samples = samples.path(route, path);
        }
    }
    let forms = [projects::FORMS].concat();
    forms.into_iter().fold(samples, |samples, (route, fields)| samples.form(route, fields))
}
