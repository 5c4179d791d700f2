//! The recordings: for each route of the product a good request of somebody in the workspace under
//! attack. A new route without one turns the world red; GET without parameters is recorded by itself.

use axum::http::Method;
use core_access::entity::{email_link::Purpose, user};
use core_http::{Route, SiteKind};
use core_testing::{Actor, Answer, Role, Stage};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use super::scene::{Filled, Scene, done, link};

const PASSWORD: &str = "seven boats below the bridge";

/// Who sends a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Owner,
    /// An owner too, who has a password.
    Other,
    /// Owns it as well, and goes.
    Third,
    /// Is invited.
    Invitee,
    /// Owns a workspace that is on its way out.
    Leaver,
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
    pub(super) leaver: Actor,
    pub(super) leaving: String,
}

type Entry = (SiteKind, Method, &'static str, String, Vec<(&'static str, String)>, By, bool);

impl Book {
    pub(super) async fn write(scene: &Scene) -> Self {
        let (stage, a) = (&scene.stage, &scene.a);
        let other = stage.member(&a.workspace, Role::Owner).await;
        set_password(stage, &other).await;
        let third = stage.member(&a.workspace, Role::Owner).await;
        let gone = stage.tenant("acanary-gone-slug").await;
        let leaver = stage.member(&gone, Role::Owner).await;
        let tx = stage.store.catalog().begin().await.unwrap();
        let closed = stage.store.close_tenant(tx, &gone.tenant).await;
        assert!(closed.map_err(core_base::Error::into_anyhow).unwrap());
        let leaving = gone.tenant.id.to_string();
        let invitee = stage.person("acanary-invitee-name").await;
        let mut entries = account(scene, &leaving).await;
        entries.extend(tokens(scene, &invitee).await);
        entries.extend(workspace(a));
        let all = recordings(stage, entries);
        Self { all, other, third, invitee, leaver, leaving }
    }

    /// Sends a recording as it was meant.
    pub(super) async fn play(&self, scene: &Scene, recording: &Recording) -> Answer {
        let nobody = scene.stage.visitor();
        let actor = match recording.by {
            By::Owner => &scene.a.owner,
            By::Other => &self.other,
            By::Third => &self.third,
            By::Invitee => &self.invitee,
            By::Leaver => &self.leaver,
            By::Nobody => &nobody,
        };
        recording.send(actor, &scene.a.workspace.origin).await
    }
}

impl Recording {
    /// What to call it.
    pub(super) fn name(&self) -> String {
        format!("{} {} ({:?})", self.route.method, self.route.path, self.route.site)
    }

    pub(super) fn is_post(&self) -> bool {
        self.route.method == Method::POST
    }

    /// Sends it at a workspace, or at the account site, whose it is.
    pub(super) async fn send(&self, actor: &Actor, origin: &str) -> Answer {
        let origin = match self.route.site {
            SiteKind::Account => actor.account_origin(),
            SiteKind::Workspace => origin,
        };
        let url = format!("{origin}{}", self.path);
        let fields: Vec<_> = self.fields.iter().map(|(name, text)| (&**name, &**text)).collect();
        if self.is_post() { actor.post(&url, &fields).await } else { actor.get(&url).await }
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

/// One for each route; fails the test for a route that has none.
fn recordings(stage: &Stage, entries: Vec<Entry>) -> Vec<Recording> {
    let mut all: Vec<Recording> = vec![];
    for (site, method, path, at, fields, by, spent) in entries {
        let is_it = |r: &&Route| (r.site, &r.method, r.path) == (site, &method, path);
        let route = stage.routes.iter().find(is_it);
        let route = route.unwrap_or_else(|| panic!("there is no {method} {path} any more")).clone();
        let fields = fields.into_iter().map(|(name, text)| (name.to_owned(), text)).collect();
        all.push(Recording { route, path: at, fields, by, spent });
    }
    let mut missing = vec![];
    for route in &stage.routes {
        let is_it = |one: &Recording| {
            (one.route.site, &one.route.method, one.route.path)
                == (route.site, &route.method, route.path)
        };
        if all.iter().any(is_it) {
            continue;
        }
        if route.method == Method::GET && !route.path.contains('{') {
            let (path, fields) = (route.path.to_owned(), vec![]);
            all.push(Recording { route: route.clone(), path, fields, by: By::Owner, spent: false });
        } else {
            missing.push(format!("{:?} {} {}", route.site, route.method, route.path));
        }
    }
    assert!(
        missing.is_empty(),
        "no recording of {missing:?}: add a good request to tests/it/worlds/book.rs"
    );
    all
}

fn get(site: SiteKind, route: &'static str, at: impl Into<String>) -> Entry {
    (site, Method::GET, route, at.into(), vec![], By::Owner, false)
}

fn post(
    site: SiteKind,
    route: &'static str,
    at: impl Into<String>,
    fields: &[(&'static str, &str)],
    by: By,
) -> Entry {
    let fields = fields.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    (site, Method::POST, route, at.into(), fields, by, false)
}

/// The account site, but for what comes with a token.
async fn account(scene: &Scene, leaving: &str) -> Vec<Entry> {
    let (stage, a, on) = (&scene.stage, &scene.a, SiteKind::Account);
    let keyed = "keyed@example.test";
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    accounts::user::insert(stage.store.catalog(), keyed, "Kim", &hash).await.unwrap();
    let letter = {
        use platform::mail::{Mailbox, Message, Stationery};
        let on = Stationery::of(stage.config());
        stage.deliver(&Message::new("Hello").letter(&on, Mailbox::unknown(keyed))).await
    };
    let nonce = "0".repeat(64);
    let slug = &a.workspace.tenant.slug;
    let profile = [("name", "Ann"), ("locale", "en-GB"), ("zone", "")];
    let password = [("current", PASSWORD), ("password", "nine kites above the harbour")];
    let workspace = [("name", "Fresh"), ("slug", "fresh-workspace")];
    vec![
        get(on, "/cross", format!("/cross?tenant={slug}&nonce={nonce}")),
        get(on, "/dev/mail/{id}", format!("/dev/mail/{letter}")),
        get(on, "/dev/mail/{id}/html", format!("/dev/mail/{letter}/html")),
        get(on, "/workspaces/available", format!("/workspaces/available?slug={slug}")),
        post(on, "/login", "/login", &[("email", keyed), ("password", PASSWORD)], By::Nobody),
        post(on, "/signup", "/signup", &[("email", "fresh@example.test")], By::Nobody),
        post(on, "/forgot", "/forgot", &[("email", keyed)], By::Nobody),
        post(on, "/account", "/account", &profile, By::Owner),
        post(on, "/account/password", "/account/password", &password, By::Other),
        post(on, "/account/sessions/{id}/end", &a.device, &[], By::Owner),
        post(on, "/account/sessions/end", "/account/sessions/end", &[], By::Owner),
        post(on, "/workspaces", "/workspaces", &workspace, By::Owner),
        post(on, "/workspaces/{id}/keep", format!("/workspaces/{leaving}/keep"), &[], By::Leaver),
        post(on, "/logout", "/logout", &[], By::Leaver),
    ]
}

/// What whoever holds a token may do. Each is sent before it is copied.
async fn tokens(scene: &Scene, invitee: &Actor) -> Vec<Entry> {
    let (stage, on) = (&scene.stage, SiteKind::Account);
    let sign_up = link(stage, Purpose::SignUp, "acanary-sign-up@example.test", 1).await;
    let reset = link(stage, Purpose::Reset, "keyed@example.test", 1).await;
    let late = link(stage, Purpose::SignUp, "late@example.test", -1).await;
    let new = "acanary-invited@example.test";
    let owner = &scene.a.owner;
    let mut sent = vec![];
    for email in [&*invitee.email, new] {
        let fields = [("emails", email), ("role", "viewer")];
        done(owner, "/settings/members/invite", &fields).await;
        stage.run_jobs().await;
        let link = stage.mailbox().newest_to(email).links()[0].to_owned();
        sent.push(link.split("token=").last().unwrap().to_owned());
    }
    let nonce_of_owner = crossing(scene).await;
    let set = |token: &str| [("token", token.to_owned()), ("password", PASSWORD.to_owned())];
    let named = |token: &str| {
        let mut fields = set(token).to_vec();
        fields.push(("name", "acanary-new-name".to_owned()));
        fields
    };
    let page = |route: &'static str, token: &str, by| {
        (on, Method::GET, route, format!("{route}?token={token}"), vec![], by, true)
    };
    let form = |route: &'static str, fields: Vec<_>, by| {
        (on, Method::POST, route, route.to_owned(), fields, by, true)
    };
    let token = |token: &str| vec![("token", token.to_owned())];
    vec![
        page("/signup/confirm", &sign_up, By::Nobody),
        form("/signup/confirm", named(&sign_up), By::Nobody),
        form("/signup/again", token(&late), By::Nobody),
        page("/reset", &reset, By::Nobody),
        form("/reset", set(&reset).to_vec(), By::Nobody),
        page("/invitation", &sent[0], By::Invitee),
        form("/invitation/accept", token(&sent[0]), By::Invitee),
        page("/signup/invited", &sent[1], By::Nobody),
        form("/signup/invited", named(&sent[1]), By::Nobody),
        form("/invitation/decline", token(&sent[1]), By::Nobody),
        (SiteKind::Workspace, Method::GET, "/redeem", nonce_of_owner, vec![], By::Owner, true),
    ]
}

/// Another browser of the owner's comes in; gives the way with the ticket it used.
async fn crossing(scene: &Scene) -> String {
    let (browser, a) = (scene.stage.visitor_at(&scene.a.workspace), &scene.a);
    let (account, cookie) = (a.owner.account_origin(), core_http::SESSION_COOKIE);
    browser.set_cookie(account, cookie, &a.owner.cookie(account, cookie).unwrap());
    let cross = browser.get("/enter").await.location().to_owned();
    let redeem = browser.get(&cross).await.location().to_owned();
    assert_eq!(browser.get(&redeem).await.status, 303, "{redeem}");
    redeem.trim_start_matches(&a.workspace.origin).to_owned()
}

/// The workspace's own site; what shuts things for others comes last.
fn workspace(a: &Filled) -> Vec<Entry> {
    let on = SiteKind::Workspace;
    let [first, second] = &a.projects;
    let second = second.trim_start_matches("/projects/");
    let (role, invitation) = (&a.role, &a.invitation);
    let member = format!("/settings/members/{}", a.member.member_id());
    let slug = &a.workspace.tenant.slug;
    let remove = "/settings/members/{id}/remove";
    let owner = "/settings/members/{id}/owner";
    let revoke = "/settings/members/invitations/{id}/revoke";
    let resend = "/settings/members/invitations/{id}/resend";
    let invite = [("emails", "x@example.test"), ("role", "viewer")];
    let edit = [("name", "Comet"), ("summary", "Down"), ("status", "done"), ("version", "1")];
    let delete = [("action", "delete"), ("sure", "true"), ("id", second)];
    let rename = [("name", "Expert"), ("version", "1")];
    let ticks = [("version", format!("{}:1", a.other_role))];
    let ticks = ticks.each_ref().map(|(name, text)| (*name, text.as_str()));
    let general = [("name", "Renamed"), ("zone", "Europe/London")];
    let hand_over = [("email", &*a.member_email), ("stay", "yes")];
    let available = "/settings/general/available";
    let pages = vec![
        get(on, "/projects/{id}", first),
        get(on, "/projects/{id}/edit", format!("{first}/edit")),
        get(on, "/projects/{id}/delete", format!("{first}/delete")),
        get(on, "/settings/roles/{id}", role),
        get(on, "/settings/roles/{id}/delete", format!("{role}/delete")),
        get(on, remove, format!("{member}/remove")),
        get(on, owner, format!("{member}/owner")),
        get(on, revoke, format!("{invitation}/revoke")),
        get(on, available, format!("{available}?slug={slug}")),
    ];
    let forms = vec![
        post(on, "/projects", "/projects", &[("name", "Planted")], By::Owner),
        post(on, "/projects/{id}", first, &edit, By::Owner),
        post(on, "/projects/{id}/delete", format!("{first}/delete"), &[], By::Owner),
        post(on, "/projects/bulk", "/projects/bulk", &delete, By::Owner),
        post(on, "/settings/members/invite", "/settings/members/invite", &invite, By::Owner),
        post(on, resend, format!("{invitation}/resend"), &[], By::Owner),
        post(on, revoke, format!("{invitation}/revoke"), &[], By::Owner),
        post(on, "/settings/roles", "/settings/roles", &ticks, By::Owner),
        post(on, "/settings/roles/new", "/settings/roles/new", &[("name", "New")], By::Owner),
        post(on, "/settings/roles/{id}", role, &rename, By::Owner),
        post(on, "/settings/roles/{id}/delete", format!("{role}/delete"), &[], By::Owner),
        post(
            on,
            "/settings/members/{id}/role",
            format!("{member}/role"),
            &[("role", "viewer")],
            By::Owner,
        ),
        post(on, owner, format!("{member}/owner"), &hand_over, By::Owner),
        post(on, remove, format!("{member}/remove"), &[], By::Owner),
        post(on, "/settings/general", "/settings/general", &general, By::Owner),
        post(on, "/settings/leave", "/settings/leave", &[], By::Third),
        post(on, "/logout", "/logout", &[], By::Other),
        post(
            on,
            "/settings/general/delete",
            "/settings/general/delete",
            &[("slug", slug)],
            By::Owner,
        ),
        post(
            on,
            "/settings/general/address",
            "/settings/general/address",
            &[("slug", "moved-away")],
            By::Owner,
        ),
    ];
    pages.into_iter().chain(forms).collect()
}

async fn set_password(stage: &Stage, of: &Actor) {
    let hash = accounts::user::hash(PASSWORD.to_owned()).await;
    let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
    let catalog = stage.store.catalog();
    let update = catalog.update_many::<user::Entity>().filter(user::Column::Id.eq(of.user.0));
    let update = update.col_expr(user::Column::PasswordHash, Expr::value(hash));
    update.exec(catalog).await.unwrap();
}
