//! The recordings: for each route of the product a good request of somebody in the workspace under
//! attack. A new route without one turns the world red; GET without parameters is recorded by itself.

use axum::http::{HeaderValue, Method};
use core_access::entity::user;
use core_base::SiteKey;
use core_http::Route;
use core_testing::{Actor, Answer, Role, Stage};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::{account, places, scene::Scene};

pub(super) const PASSWORD: &str = "seven boats below the bridge";

/// Who sends a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Owner,
    /// An owner too, who has a password.
    Other,
    /// Owns it as well, and goes.
    Third,
    /// Is invited.
    Invitee,
    /// Sets up a second step, and is in no workspace.
    Guarded,
    /// Logs in with accounts at other sites, and is in no workspace.
    Connected,
    /// Owns a workspace that is on its way out.
    Leaver,
    /// Somebody whose account is on its way out.
    Departing,
    Nobody,
}

/// A good request.
pub(super) struct Recording {
    pub(super) route: Route,
    /// With the ids and tokens of what is there.
    pub(super) path: String,
    pub(super) fields: Vec<(String, String)>,
    by: By,
    /// Whoever holds its token is meant, so it is sent before anybody copies it: once.
    pub(super) spent: bool,
}

/// All recordings, and who sends them.
pub(super) struct Book {
    pub(super) all: Vec<Recording>,
    pub(super) other: Actor,
    third: Actor,
    pub(super) invitee: Actor,
    guarded: Actor,
    connected: Actor,
    departing: Actor,
    pub(super) leaver: Actor,
    pub(super) leaving: String,
}

/// Site, method, route, address, fields, sender, and whether a token is spent with it.
pub(super) type Entry =
    (SiteKey, Method, &'static str, String, Vec<(&'static str, String)>, By, bool);

impl Book {
    pub(super) async fn write(scene: &Scene) -> Self {
        let (stage, a) = (&scene.stage, &scene.a);
        let other = stage.member(&a.workspace, Role::Owner).await;
        set_password(stage, &other).await;
        let third = stage.member(&a.workspace, Role::Owner).await;
        let gone = stage.tenant("acanary-gone-slug").await;
        let leaver = stage.member(&gone, Role::Owner).await;
        let tx = stage.store.catalog().begin().await.unwrap();
        let closed = stage.store.schedule_deletion(tx, &gone.tenant).await;
        assert!(closed.map_err(core_base::Error::into_anyhow).unwrap());
        let leaving = gone.tenant.id.to_string();
        let invitee = stage.person("acanary-invitee-name").await;
        let guarded = stage.person("Guarded").await;
        // Before the others try to log out.
        let connected = stage.person("Connected").await;
        let departing = stage.person("Departing").await;
        crate::world::departing(stage, departing.user).await;
        let mut entries = account::connections(stage, &connected).await;
        entries.extend(account::routes(scene, &leaving).await);
        entries.extend(account::second_step(&guarded).await);
        entries.extend(account::end(&departing.email));
        entries.extend(account::tokens(scene, &invitee).await);
        entries.extend(places::routes(a));
        let all = recordings(stage, entries);
        Self { all, other, third, invitee, guarded, connected, departing, leaver, leaving }
    }

    /// Sends a recording as it was meant.
    pub(super) async fn play(&self, scene: &Scene, recording: &Recording) -> Answer {
        let nobody = scene.stage.visitor();
        let actor = match recording.by {
            By::Owner => &scene.a.owner,
            By::Other => &self.other,
            By::Third => &self.third,
            By::Invitee => &self.invitee,
            By::Guarded => &self.guarded,
            By::Connected => &self.connected,
            By::Leaver => &self.leaver,
            By::Departing => &self.departing,
            By::Nobody => &nobody,
        };
        recording.send(actor, &scene.a.workspace.origin).await
    }
}

impl Recording {
    /// What to call it.
    pub(super) fn name(&self) -> String {
        format!("{} {} ({})", self.route.method, self.route.path, self.route.site)
    }

    /// May it change something?
    pub(super) fn changes(&self) -> bool {
        self.route.method != Method::GET
    }

    /// Sends it at a workspace, or at the account site, whose it is.
    pub(super) async fn send(&self, actor: &Actor, origin: &str) -> Answer {
        let origin = match self.route.site {
            SiteKey::WORKSPACE => origin,
            _ => actor.account_origin(),
        };
        let url = format!("{origin}{}", self.path);
        let fields: Vec<_> = self.fields.iter().map(|(name, text)| (&**name, &**text)).collect();
        actor.call(&self.route, &url, &fields).await
    }

    /// Asks for a page as htmx does, which gets pieces of it and other refusals.
    pub(super) async fn send_by_script(&self, actor: &Actor, origin: &str) -> Answer {
        let origin = match self.route.site {
            SiteKey::WORKSPACE => origin,
            _ => actor.account_origin(),
        };
        let mut request = actor.request(Method::GET, &format!("{origin}{}", self.path));
        request.headers_mut().insert("hx-request", HeaderValue::from_static("true"));
        actor.send(request, "").await
    }

    /// All that whoever sends it says.
    pub(super) fn said(&self, origin: &str) -> String {
        let fields: Vec<_> =
            self.fields.iter().map(|(name, text)| format!("{name} {text}")).collect();
        format!("{origin} {} {}", self.path, fields.join(" ")).to_ascii_lowercase()
    }

    /// The ids that it names.
    pub(super) fn ids(&self) -> Vec<String> {
        let said = self.said("");
        let words = said.split(|c: char| !(c.is_ascii_hexdigit() || c == '-'));
        words.filter(|word| uuid::Uuid::try_parse(word).is_ok()).map(str::to_owned).collect()
    }
}

/// What no session opens: whoever sends it signs it (billing/webhook.rs).
const SIGNED: [&str; 1] = ["/stripe/webhook"];

/// One for each route; fails the test for a route that has none.
fn recordings(stage: &Stage, entries: Vec<Entry>) -> Vec<Recording> {
    let mut all: Vec<Recording> = vec![];
    for (site, method, path, at, fields, by, spent) in entries {
        let is_it = |r: &&Route| (r.site, &r.method, r.path) == (site, &method, path);
        let route = stage.routes.iter().find(is_it);
        let route = route
            .unwrap_or_else(|| panic!("no {method} {path} any more: take out its recording"))
            .clone();
        let fields = fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        all.push(Recording { route, path: at, fields, by, spent });
    }
    let mut missing = vec![];
    for route in &stage.routes {
        let is_it = |one: &Recording| {
            (one.route.site, &one.route.method, one.route.path)
                == (route.site, &route.method, route.path)
        };
        if all.iter().any(is_it) || SIGNED.contains(&route.path) {
            continue;
        }
        if route.method == Method::GET && !route.path.contains('{') {
            let (path, fields) = (route.path.to_owned(), vec![]);
            all.push(Recording { route: route.clone(), path, fields, by: By::Owner, spent: false });
        } else {
            missing.push(format!("{} {} {}", route.site, route.method, route.path));
        }
    }
    assert!(
        missing.is_empty(),
        "no recording of {missing:?}: add a good request to tests/it/worlds/account.rs or places.rs"
    );
    all
}

/// A page.
pub(super) fn get(site: SiteKey, route: &'static str, at: impl Into<String>) -> Entry {
    (site, Method::GET, route, at.into(), vec![], By::Owner, false)
}

/// A form.
pub(super) fn post(
    site: SiteKey,
    route: &'static str,
    at: impl Into<String>,
    fields: &[(&'static str, &str)],
    by: By,
) -> Entry {
    let fields = fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    (site, Method::POST, route, at.into(), fields, by, false)
}

async fn set_password(stage: &Stage, of: &Actor) {
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<user::Entity>().filter(user::Column::Id.eq(of.user));
    let update = update.col_expr(user::Column::PasswordHash, Expr::value(hash));
    update.exec(catalog).await.unwrap();
}
