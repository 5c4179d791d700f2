//! Finding every form on every page that a route leads to.

use axum::http::Method;
use core_base::SiteKey;
use core_http::Route;
use core_testing::{Answer, Control, Form, Stage, Workspace};

use super::scene::Scene;
use crate::samples::Page;

/// The route of a page, and which page of that route.
type On = (&'static str, SiteKey, usize);

/// A form, and the way back to it in another scene.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Who sees it, as a place in the scene's list.
    who: usize,
    on: On,
    /// The route that it is sent to.
    pub(super) to: &'static str,
    pub(super) site: SiteKey,
    /// Its controls, each name once, without the token.
    pub(super) controls: Vec<Control>,
}

/// The forms of the whole site; those that are sent to one route with the same fields once.
pub(super) async fn walk(stage: &Stage, scene: &Scene) -> Vec<Found> {
    let mut all: Vec<Found> = vec![];
    // A question that answers a form has no address of its own.
    let asks = |route: &Route| {
        let is_one = |(of, page): &(_, Page)| *of == route.path && matches!(page, Page::After(..));
        scene.pages.iter().any(is_one)
    };
    let pages = stage.routes.iter().filter(|route| route.method == Method::GET || asks(route));
    let pages = pages.filter(|route| !is_repeated(stage, route.path));
    for route in pages.filter(|route| !route.path.ends_with(".json")) {
        for which in 0..scene.pages_of(route.path).len() {
            for who in 0..scene.people.len() {
                let on = (route.path, route.site, which);
                for form in open(scene, who, on).await.forms() {
                    let Some(found) = read(stage, who, on, &form) else { continue };
                    let known = |one: &Found| {
                        (one.to, one.site) == (found.to, found.site)
                            && names(&one.controls) == names(&found.controls)
                    };
                    if !all.iter().any(known) {
                        all.push(found);
                    }
                }
            }
        }
    }
    all
}

/// In the admin a resource has the pages of its app once more, drawn by the same functions.
pub(super) fn is_repeated(stage: &Stage, path: &str) -> bool {
    let own = path.strip_prefix("/admin").filter(|rest| rest.starts_with('/'));
    own.is_some_and(|own| stage.routes.iter().any(|route| route.path == own))
}

/// The page of a form.
async fn open(scene: &Scene, who: usize, (route, site, which): On) -> Answer {
    let actor = &scene.people[who].1;
    let origin = match site {
        SiteKey::WORKSPACE => &scene.workspace.origin,
        _ => actor.account_origin(),
    };
    match &scene.pages_of(route)[which] {
        // Of another workspace.
        Page::At(path) if path.starts_with("http") => actor.get(path).await,
        Page::At(path) => actor.get(&format!("{origin}{path}")).await,
        Page::After(path, fields) => {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, &**value)).collect();
            actor.post(&format!("{origin}{path}"), &fields).await
        }
    }
}

/// What is known of a form; none for those that only look something up.
fn read(stage: &Stage, who: usize, on: On, form: &Form) -> Option<Found> {
    // What a key answers cannot be typed.
    let is_a_keys = form.controls.iter().any(|control| control.name == "credential");
    if form.method != "post" || is_a_keys {
        return None;
    }
    let (to, site) = target(stage, form);
    let mut controls: Vec<Control> = vec![];
    for control in &form.controls {
        if control.name != "_csrf" && controls.iter().all(|known| known.name != control.name) {
            controls.push(control.clone());
        }
    }
    Some(Found { who, on, to, site, controls })
}

/// The route that a form is sent to; fails the test where it leads nowhere.
fn target(stage: &Stage, form: &Form) -> (&'static str, SiteKey) {
    let account = format!("{}/", stage.config().account_origin());
    let is_account = form.action.starts_with(&account);
    let site = if is_account { SiteKey::ACCOUNT } else { SiteKey::WORKSPACE };
    let address = url::Url::parse(&form.action).unwrap();
    let path = address.path();
    let mut routes: Vec<&Route> =
        stage.routes.iter().filter(|r| r.method == Method::POST).collect();
    // What is written out goes before what is a parameter.
    routes.sort_by_key(|route| route.path.matches('{').count());
    let found = routes.iter().find(|route| route.site == site && fits(route.path, path));
    (found.unwrap_or_else(|| panic!("no route takes {path}")).path, site)
}

fn fits(route: &str, path: &str) -> bool {
    let (mut route, mut path) = (route.split('/'), path.split('/'));
    loop {
        match (route.next(), path.next()) {
            (None, None) => return true,
            (Some(wanted), Some(there)) if wanted.starts_with('{') || wanted == there => {}
            _ => return false,
        }
    }
}

fn names(controls: &[Control]) -> Vec<&str> {
    controls.iter().map(|control| control.name.as_str()).collect()
}

impl Found {
    /// Who sees it.
    pub(super) fn who<'a>(&self, scene: &'a Scene) -> &'a core_testing::Actor {
        &scene.people[self.who].1
    }

    /// The address of its page; none where it stands on the answer to another form.
    pub(super) fn page(&self, scene: &Scene) -> Option<String> {
        let (route, site, which) = self.on;
        let origin = match site {
            SiteKey::WORKSPACE => &scene.workspace.origin,
            _ => self.who(scene).account_origin(),
        };
        let path = scene.pages_of(route)[which].path()?.to_owned();
        Some(if path.starts_with("http") { path } else { format!("{origin}{path}") })
    }

    /// The workspace that its page is of.
    pub(super) fn workspace<'a>(&self, scene: &'a Scene) -> &'a Workspace {
        let page = self.page(scene).unwrap_or_default();
        let other = scene.others.iter().find(|other| page.starts_with(&other.origin));
        other.unwrap_or(&scene.workspace)
    }

    /// The form as it stands on its page now.
    pub(super) async fn again(&self, stage: &Stage, scene: &Scene) -> Form {
        let page = open(scene, self.who, self.on).await;
        let is_it = |form: &Form| {
            read(stage, self.who, self.on, form).is_some_and(|other| {
                (other.to, other.site) == (self.to, self.site)
                    && names(&other.controls) == names(&self.controls)
            })
        };
        let found = page.forms().into_iter().find(is_it);
        found.unwrap_or_else(|| panic!("{} lost its form:\n{}", self.name(), page.words()))
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        format!("POST {} on {}", self.to, self.on.0)
    }
}
