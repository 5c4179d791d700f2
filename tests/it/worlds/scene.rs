//! Two workspaces with something of everything: the victim's and the attackers' own. Every text in
//! them is a canary.

use core_access::{NewSession, RateLimit, RateLimiter, entity::email_link::Purpose};
use core_base::{Error, SiteKey, clock};
use core_testing::{Actor, Role, Stage, StoreKind, Workspace};
use platform::{App, Job, Later, Run};
use serde::{Deserialize, Serialize};

use super::canary::{OWN, Sql, VICTIM};
use crate::{
    billing::shop::{invoice_of, selling, try_plan},
    samples::{self, Things},
};

/// A job that waits in the queue, with a canary in each of its texts.
#[derive(Serialize, Deserialize)]
struct Kept {
    stem: String,
    text: String,
}

impl Job for Kept {
    const NAME: &'static str = "worlds.kept";
    fn key(&self) -> Option<String> {
        Some(format!("{0}-outbox-unique_key {0}-jobs-unique_key", self.stem))
    }
}

async fn keep(_: Kept, _: Run) -> platform::Result<()> {
    Ok(())
}

/// All apps of the product, and the one with the job that waits.
fn apps() -> Vec<App> {
    let mut apps = crate::world::apps();
    apps.push(App::new("worlds").job(keep));
    apps
}

/// A workspace that is full of canaries.
pub(super) struct Filled {
    pub(super) workspace: Workspace,
    /// Owns it; each of their texts is a canary.
    pub(super) owner: Actor,
    /// Somebody else in it.
    pub(super) member: Actor,
    /// Their address there.
    pub(super) member_email: String,
    /// What the apps have in it.
    pub(super) things: Things,
    /// Path of a role of its own.
    pub(super) role: String,
    /// Another one.
    pub(super) other_role: String,
    /// Path of an invitation that is open.
    pub(super) invitation: String,
    /// What stands in its columns.
    pub(super) planted: Vec<String>,
    /// An invoice, by what Stripe calls it.
    pub(super) invoice: String,
    /// Path of another device of the owner's, one of two.
    pub(super) device: String,
}

/// Both, and a way to look at them.
pub(super) struct Scene {
    pub(super) stage: Stage,
    pub(super) sql: Sql,
    pub(super) a: Filled,
    pub(super) b: Filled,
}

impl Scene {
    pub(super) async fn set(kind: StoreKind) -> Self {
        Self::set_with(kind, vec![]).await
    }

    /// With more apps than the product has.
    pub(super) async fn set_with(kind: StoreKind, more: Vec<App>) -> Self {
        let [id, secret] = crate::world::PROVIDER;
        let vars = [("METRICS_LISTEN", "127.0.0.1:0"), id, secret];
        let apps = apps().into_iter().chain(more).collect();
        let (stage, _) = selling(kind, apps, &vars).await;
        let mut sql = Sql::to(&stage.home).await;
        let a = fill(&stage, &mut sql, VICTIM).await;
        let b = fill(&stage, &mut sql, OWN).await;
        Self { stage, sql, a, b }
    }

    pub(super) async fn close(self) {
        let Self { stage, sql, a, b } = self;
        drop((a, b));
        sql.close().await;
        stage.close().await;
    }
}

async fn fill(stage: &Stage, sql: &mut Sql, stem: &str) -> Filled {
    let (workspace, mut owner) = found(stage, stem).await;
    let member = stage.member(&workspace, Role::Member).await;
    let things = samples::things(stage, &owner).await;
    for name in ["Contractor", "Auditor"] {
        done(&owner, "/settings/roles/new", &[("name", name), ("copy", "viewer")]).await;
    }
    let both = format!("{stem}@example.test\n{stem}-invited-email@example.test");
    let invited = [("emails", &*both), ("role", "viewer")];
    done(&owner, "/settings/members/invite", &invited).await;
    stage.run_jobs().await;
    for _ in ["in the queue", "in the outbox"] {
        stage.run_jobs().await;
        leave(stage, &workspace, stem).await;
    }
    try_plan(stage, &workspace, &format!("{stem}@example.test")).await;
    let number = format!("SET number = '{stem}-billing_invoices-number'");
    let mine = format!("{number} WHERE number NOT LIKE '%canary%'");
    sql.catalog("billing_invoices", &mine).await;
    let planted = sql.plant(&workspace, stem).await;
    let device = person(stage, sql, &mut owner, stem).await;
    assert_nothing_is_bare(sql, &workspace, stem).await;

    let roles = |db| async move { core_access::custom_roles(&db).await };
    let roles = stage.write_in(&workspace, roles).await;
    let [role, other_role] = [roles[0].id, roles[1].id];
    let page = owner.get("/settings/members").await;
    let resend = page.forms().into_iter().find(|form| form.path().ends_with("/resend")).unwrap();
    Filled {
        role: format!("/settings/roles/{role}"),
        other_role: other_role.to_string(),
        invitation: resend.path().trim_end_matches("/resend").to_owned(),
        member_email: email_of(stage, &workspace, &member).await,
        invoice: invoice_of(stage, &workspace).await,
        workspace,
        owner,
        member,
        things,
        planted,
        device,
    }
}

/// The workspace, its name and its addresses, the old one and the new one.
async fn found(stage: &Stage, stem: &str) -> (Workspace, Actor) {
    let old = stage.tenant(&format!("{stem}-addresses-slug")).await;
    let mut owner = stage.member(&old, Role::Owner).await;
    let slug = format!("{stem}-tenants-slug");
    let moved = owner.post("/settings/general/address", &[("slug", &slug)]).await;
    assert!(moved.status < 400, "{}", moved.words());
    let tenant = stage.store.directory().by_slug(&slug).await;
    let tenant = tenant.unwrap().unwrap();
    let workspace = Workspace { origin: stage.config().workspace_origin(&slug), tenant };
    stage.enter(&mut owner, &workspace).await;
    let fields = [("name", &*format!("{stem}-tenants-name")), ("zone", "UTC")];
    done(&owner, "/settings/general", &fields).await;
    (workspace, owner)
}

/// Leaves a job that is due next year: in the outbox until somebody works.
pub(super) async fn leave(stage: &Stage, workspace: &Workspace, stem: &str) {
    let text = format!("{stem}-outbox-payload {stem}-jobs-payload");
    let job = Kept { stem: stem.to_owned(), text };
    let due = clock::now() + chrono::TimeDelta::days(365);
    let later = |db| async move { job.at(&db, due).await.map(drop) };
    stage.write_in(workspace, later).await;
}

/// What the catalogue has of the owner; gives the path of one of two other devices of theirs.
async fn person(stage: &Stage, sql: &mut Sql, owner: &mut Actor, stem: &str) -> String {
    let old = std::mem::replace(&mut owner.email, format!("{stem}-users-email@example.test"));
    let (email, hash) = (&owner.email, format!("{stem}-users-password_hash"));
    let set = format!("SET email = '{email}', password_hash = '{hash}' WHERE email = '{old}'");
    sql.catalog("users", &set).await;
    owner.name = format!("{stem}-users-name");
    let account = format!("{}/account", owner.account_origin());
    let profile = [("name", &*owner.name), ("locale", "en-GB"), ("zone", ""), ("theme", "system")];
    done(owner, &account, &profile).await;
    let new = NewSession {
        user: owner.user,
        parent: None,
        site: SiteKey::ACCOUNT,
        tenant: None,
        born: None,
        method: "password".into(),
        proved_at: None,
        user_agent: format!("{stem}-sessions-user_agent"),
        address: format!("{stem}-sessions-address"),
    };
    for new in [new.clone(), new] {
        stage.core.sessions.open(new).await.map_err(Error::into_anyhow).unwrap();
    }
    crate::world::passkey(stage, owner.user, &format!("{stem}-passkeys-name")).await;
    let of = format!("{stem}-passkeys");
    sql.catalog(
        "passkeys",
        &format!("SET credential = '{of}-credential' WHERE name = '{of}-name'"),
    )
    .await;
    crate::world::trusted(stage, owner.user, &format!("{stem}-trusted_devices-user_agent")).await;
    let of = format!("{stem}-trusted_devices");
    let set = format!("SET address = '{of}-address' WHERE user_agent = '{of}-user_agent'");
    sql.catalog("trusted_devices", &set).await;
    crate::world::noted(stage, owner.user, &format!("{stem}-security_events")).await;
    crate::world::connect(stage, owner.user, &format!("{stem}-connections-account")).await;
    let set =
        ["provider", "issuer", "subject"].map(|one| format!("{one} = '{stem}-connections-{one}'"));
    let set = format!("SET {} WHERE account = '{stem}-connections-account'", set.join(", "));
    sql.catalog("connections", &set).await;
    link(stage, Purpose::SignUp, &format!("{stem}-email_links-email@example.test"), 1).await;
    let limiter = RateLimiter::new(stage.store.catalog().clone(), true);
    let counted = format!("{stem}-rate_limits-key@example.test");
    let limit = RateLimit::new("login_account", 5, 300);
    limiter.allow(limit, &counted).await.map_err(Error::into_anyhow).unwrap().unwrap();
    let set = format!(
        "SET progress = '{stem}-jobs-progress', error = '{stem}-jobs-error'
         WHERE payload LIKE '%{stem}-jobs-payload%'"
    );
    sql.catalog("jobs", &set).await;
    sql.catalog_trail(&owner.user.to_string(), stem).await;
    let devices = owner.get(&account).await.forms();
    let is_end =
        |path: &str| path.starts_with("/account/sessions/") && path.matches('/').count() == 4;
    let device = devices.iter().find(|form| is_end(form.path()));
    device.expect("another device is listed").path().to_owned()
}

async fn assert_nothing_is_bare(sql: &mut Sql, workspace: &Workspace, stem: &str) {
    let mut schemas = vec![workspace.tenant.id.schema(), "catalog".to_owned()];
    if matches!(sql, Sql::Postgres(_)) {
        schemas.push("shared".to_owned());
    }
    for schema in schemas {
        let bare = sql.bare(&schema, stem).await;
        assert!(
            bare.is_empty(),
            "no canary in {bare:?} of {schema}: make a row in the samples of its app (for the platform's own tables \
             in tests/it/worlds/scene.rs), or, if only words of the program's stand there, say so in \
             its WORDS (or in NEVER of canary.rs)"
        );
    }
}

/// The token of a mailed link that is good for so many hours.
pub(super) async fn link(stage: &Stage, purpose: Purpose, email: &str, hours: i64) -> String {
    let (token, valid) = (core_base::Token::random(), chrono::TimeDelta::hours(hours));
    let made = core_access::make_link(stage.store.catalog(), &token, purpose, email, valid).await;
    made.map_err(Error::into_anyhow).unwrap();
    token.expose().to_owned()
}

/// Sends a form that must be taken; gives where it leads.
pub(super) async fn done(actor: &Actor, path: &str, fields: &[(&str, &str)]) -> String {
    let answer = actor.post(path, fields).await;
    assert_eq!(answer.status, 303, "{path}: {}", answer.words());
    answer.location().to_owned()
}

async fn email_of(stage: &Stage, workspace: &Workspace, member: &Actor) -> String {
    let user = member.user;
    let find = |db| async move { core_access::find_member(&db, user).await };
    stage.write_in(workspace, find).await.unwrap().email
}
