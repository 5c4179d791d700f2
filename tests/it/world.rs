//! The whole site with two workspaces, as the doors and sweeps need it.

use core_access::entity::email_link::Purpose;
use core_base::config::{Environment, Reader};
use core_db::{Migrations, Schema};
use core_testing::{Actor, Role, Stage, StoreKind, Workspace, core_stores};
use platform::{App, Registry};

use crate::billing::shop::{selling, try_plan};

/// Ana owns acme, Bo owns globex.
pub struct World {
    pub stage: Stage,
    pub acme: Workspace,
    pub globex: Workspace,
    pub ana: Actor,
    pub bo: Actor,
}

impl World {
    /// All apps of the product.
    pub async fn on(kind: StoreKind) -> Self {
        Self::of(Stage::with(kind, apps(), &PROVIDER).await).await
    }

    /// The same where something is sold, for whatever looks at all routes.
    pub async fn selling(kind: StoreKind) -> Self {
        let (stage, _) = selling(kind, apps(), &PROVIDER).await;
        let world = Self::of(stage).await;
        try_plan(&world.stage, &world.acme, &world.ana.email).await;
        world
    }

    async fn of(stage: Stage) -> Self {
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = stage.member(&acme, Role::Owner).await;
        let bo = stage.member(&globex, Role::Owner).await;
        Self { stage, acme, globex, ana, bo }
    }

    /// The token of a mailed link that is still good.
    pub async fn link(&self, purpose: Purpose) -> String {
        let hour = chrono::TimeDelta::hours(1);
        let catalog = self.stage.store.catalog();
        let (token, email) = (core_base::Token::random(), "new@example.test");
        let made = core_access::make_link(catalog, &token, purpose, email, hour).await;
        made.map_err(core_base::Error::into_anyhow).unwrap();
        token.expose().to_owned()
    }

    /// A project of acme's, made by Ana in her browser; gives its path.
    pub async fn project(&self, name: &str) -> String {
        let made = self.ana.post("/projects", &[("name", name)]).await;
        assert_eq!(made.status, 303, "{}", made.words());
        made.location().to_owned()
    }

    /// A member of acme's besides Ana; gives their path.
    pub async fn member(&self) -> String {
        let member = self.stage.member(&self.acme, Role::Member).await;
        format!("/settings/members/{}", member.member_id())
    }

    /// A role of acme's, made by Ana in her browser; gives its path.
    pub async fn role(&self, name: &str) -> String {
        let made = self.ana.post("/settings/roles/new", &[("name", name)]).await;
        assert_eq!(made.status, 303, "{}", made.words());
        let roles = |db| async move { core_access::custom_roles(&db).await };
        let roles = self.stage.write_in(&self.acme, roles).await;
        format!("/settings/roles/{}", roles.iter().find(|role| role.name == name).unwrap().id)
    }

    /// An invitation to acme; gives its path and the token in its email.
    pub async fn invitation(&self, email: &str) -> (String, String) {
        let fields = [("emails", email), ("role", "viewer")];
        let made = self.ana.post("/settings/members/invite", &fields).await;
        assert_eq!(made.status, 303, "{}", made.words());
        self.stage.run_jobs().await;
        let link = self.stage.mailbox().newest_to(email).links()[0].to_owned();
        let forms = self.ana.get("/settings/members").await.forms();
        let resend = forms.iter().find(|form| form.path().ends_with("/resend")).unwrap();
        let path = resend.path().trim_end_matches("/resend").to_owned();
        (path, link.split("token=").last().unwrap_or_default().to_owned())
    }

    /// How many projects acme has, as the store says.
    pub async fn count_projects(&self) -> u64 {
        use sea_orm::PaginatorTrait;
        self.stage
            .write_in(&self.acme, |db| async move {
                Ok(db.find::<projects::project::Entity>().count(&db).await?)
            })
            .await
    }
}

impl World {
    /// A letter that was delivered; gives its page at the account site.
    pub async fn letter(&self) -> String {
        use platform::mail::{Branding, Mailbox, Message};
        let on = Branding::of(self.stage.config());
        let letter = Message::new("Hello").email(&on, Mailbox::unknown(&self.ana.email));
        format!("/dev/mail/{}", self.stage.deliver(&letter).await)
    }
}

/// A provider to sign in at that is asked nothing before a browser goes there.
pub const PROVIDER: [(&str, &str); 2] =
    [("GITHUB_CLIENT_ID", "of the test"), ("GITHUB_CLIENT_SECRET", "of the test")];

/// Connects an account at a provider to somebody's; gives its path.
pub async fn connect(stage: &Stage, user: core_base::UserId, account: &str) -> String {
    let identity = platform::oauth::Identity {
        issuer: "https://github.com".into(),
        subject: account.to_owned(),
        email: Some(account.to_owned()),
        is_verified: true,
        name: String::new(),
    };
    let catalog = stage.store.catalog();
    let tx = catalog.begin().await.unwrap();
    let made = accounts::connection::insert(&tx, user, "github", &identity).await;
    assert!(made.map_err(core_base::Error::into_anyhow).unwrap());
    tx.commit().await.unwrap();
    let all = accounts::connection::of_user(catalog, user).await;
    let all = all.map_err(core_base::Error::into_anyhow).unwrap();
    format!("/account/connections/{}", all.last().unwrap().id)
}

/// Asks for another address in somebody's browser; gives the link that the new one was sent.
pub async fn asked_email(stage: &Stage, of: &Actor, new: &str) -> String {
    let path = format!("{}/account/email", of.account_origin());
    let asked = of.post(&path, &[("email", new)]).await;
    assert_eq!(asked.status, 200, "{}", asked.words());
    stage.run_jobs().await;
    stage.mailbox().newest_to(new).links()[0].to_owned()
}

/// Gives somebody another address; gives the link that takes it back.
pub async fn changed_email(stage: &Stage, of: &Actor, old: &str, new: &str) -> String {
    let link = asked_email(stage, of, new).await;
    let form = of.get(&link).await.form("/account/email/confirm");
    let done = of.submit(&form, &[]).await;
    assert_eq!(done.location(), "/account", "{}", done.words());
    stage.run_jobs().await;
    stage.mailbox().newest_to(old).links()[0].to_owned()
}

/// The link of an email about a new device of somebody's.
pub fn not_me(stage: &Stage, user: core_base::UserId, email: &str) -> String {
    let token = accounts::not_me_token(&stage.core, user, email).unwrap_or_default();
    format!("{}/account/not-me?token={token}", stage.config().account_origin())
}

/// Gives somebody a passkey that no device has; gives its path.
pub async fn passkey(stage: &Stage, user: core_base::UserId, name: &str) -> String {
    use accounts::passkey::{Entity, Kind, Model};
    let row = Model {
        id: uuid::Uuid::now_v7(),
        user_id: user,
        credential_id: name.as_bytes().to_vec(),
        credential: "{}".into(),
        kind: Kind::Passkey,
        name: name.to_owned(),
        used_at: None,
        created_at: core_base::clock::now(),
    };
    let path = format!("/account/security/passkeys/{}", row.id);
    let row: <Entity as sea_orm::EntityTrait>::ActiveModel = row.into();
    stage.store.catalog().insert(row).await.unwrap();
    path
}

/// Gives somebody a device that is trusted and that nobody has; gives its path.
pub async fn trusted(stage: &Stage, user: core_base::UserId, agent: &str) -> String {
    use accounts::trusted_device::{Entity, Model};
    let now = core_base::clock::now();
    let row = Model {
        id: uuid::Uuid::now_v7(),
        user_id: user,
        token_hash: agent.as_bytes().to_vec(),
        user_agent: agent.to_owned(),
        address: "192.0.2.7".into(),
        created_at: now,
        used_at: now,
        expires_at: now + chrono::TimeDelta::days(30),
    };
    let path = format!("/account/sessions/trusted/{}", row.id);
    let row: <Entity as sea_orm::EntityTrait>::ActiveModel = row.into();
    stage.store.catalog().insert(row).await.unwrap();
    path
}

/// Writes something of these words in somebody's security log.
pub async fn noted(stage: &Stage, user: core_base::UserId, of: &str) {
    use accounts::security_log::{Entity, Model, What};
    let row = Model {
        id: uuid::Uuid::now_v7(),
        user_id: user,
        what: What::KeyAdded,
        detail: format!("{of}-detail"),
        user_agent: format!("{of}-user_agent"),
        address: format!("{of}-address"),
        at: core_base::clock::now(),
    };
    let row: <Entity as sea_orm::EntityTrait>::ActiveModel = row.into();
    stage.store.catalog().insert(row).await.unwrap();
}

/// Puts somebody's account on its way out.
pub async fn departing(stage: &Stage, user: core_base::UserId) {
    use accounts::deletion::{Entity, Model};
    let now = core_base::clock::now();
    let erase_at = now + chrono::TimeDelta::days(30);
    let row = Model { user_id: user, asked_at: now, erase_at };
    let row: <Entity as sea_orm::EntityTrait>::ActiveModel = row.into();
    stage.store.catalog().insert(row).await.unwrap();
}

/// The same where something is sold, for whatever looks at all routes.
pub async fn everywhere_selling(probe: impl AsyncFn(&World)) {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let world = World::selling(kind).await;
        probe(&world).await;
        world.stage.close().await;
    }
}

/// Runs a probe of the whole site on both stores.
pub async fn everywhere(probe: impl AsyncFn(&World)) {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let world = World::on(kind).await;
        probe(&world).await;
        world.stage.close().await;
    }
}

/// All apps of the product.
pub fn apps() -> Vec<App> {
    web::apps(Environment::Test)
}

/// All apps of the product, put together.
pub fn registry() -> Registry {
    Registry::new(apps(), &mut Reader::from_vars([])).unwrap_or_else(|all| panic!("{all:?}"))
}

/// What the product's stores are made of.
pub fn schema() -> Schema {
    schema_of(migrations::ALL)
}

/// The same with other migrations.
pub fn schema_of(migrations: Migrations) -> Schema {
    registry().schema(migrations)
}

/// Settings that are good for asking what the product is made of, and for nothing else.
pub fn config() -> core_base::Config {
    let vars = [("SECRET_KEY", "only to ask for the list of apps"), ("ENVIRONMENT", "test")];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    core_base::Config::read(Reader::from_vars(vars)).unwrap()
}
