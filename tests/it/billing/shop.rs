//! The whole site beside a Stripe sandbox, and people who buy.

use axum::http::Method;
use billing::{
    account::{self, Model},
    change::{self, Reason},
    checkout::{self, Wish},
    endpoint,
    plan::{Interval, Plan},
    settings::Billing,
    stripe::Stripe,
    sync::{apply, compare},
    trial,
};
use core_testing::{Actor, Answer, Role, Stage, StoreKind, Workspace, core_stores};
use platform::App;
use sea_orm::EntityTrait;
use stripe_sandbox::{Message, Sandbox};

use crate::world::apps;

/// The card that pays, and one that does not.
pub const GOOD: &str = "4242424242424242";
pub const DECLINED: &str = "4000000000000341";
/// The one whose bank asks.
pub const ASKS: &str = "4000000000003220";
pub const DAY: i64 = 24 * 3_600;

/// Both stores.
pub fn stores() -> Vec<StoreKind> {
    core_stores(&[StoreKind::Sqlite, StoreKind::Postgres])
}

/// A site that sells, and a workspace that buys.
pub struct Site {
    pub stage: Stage,
    pub sandbox: Sandbox,
    pub acme: Workspace,
    pub ana: Actor,
}

impl Site {
    pub async fn on(kind: StoreKind) -> Self {
        Self::with(kind, &[]).await
    }

    /// Plans are known to Stripe, and so is the webhook.
    pub async fn with(kind: StoreKind, vars: &[(&str, &str)]) -> Self {
        let (stage, sandbox) = selling(kind, apps(), vars).await;
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        Self { stage, sandbox, acme, ana }
    }

    pub fn stripe(&self) -> Stripe {
        stripe(&self.stage)
    }

    /// Acme is read anew from Stripe.
    pub async fn refresh(&self) -> Result<Model, account::Failure> {
        let found = self.stage.store.directory().by_id(self.acme.tenant.id).await.unwrap();
        account::refresh(&self.stage.store, &self.stripe(), &found.unwrap()).await
    }

    /// What is known here of acme.
    pub async fn account(&self) -> Model {
        self.account_of(&self.acme).await
    }

    pub async fn account_of(&self, workspace: &Workspace) -> Model {
        let found = account::find(self.stage.store.catalog(), workspace.tenant.id).await;
        found.map_err(core_base::Error::into_anyhow).unwrap()
    }

    /// The plan that is in force for acme, as the catalogue has it.
    pub async fn plan(&self) -> String {
        let found = self.stage.store.directory().by_slug(&self.acme.tenant.slug).await;
        self.stage.store.changes().poll().await.unwrap();
        drop(found);
        let row = core_db::catalog::tenant::Entity::find_by_id(self.acme.tenant.id);
        row.one(self.stage.store.catalog()).await.unwrap().unwrap().plan
    }

    /// Somebody chooses a plan and is led to the page on which they pay: its session.
    pub async fn to_checkout(&self, who: &Actor, plan: &str, interval: &str) -> String {
        let fields = [("plan", plan), ("interval", interval), ("currency", "USD"), ("way", "pay")];
        let answer = who.post("/settings/billing/plan", &fields).await;
        assert_eq!(answer.status, 303, "{}", answer.words());
        session_of(answer.location())
    }

    /// Somebody pays at the sandbox; gives where that leads.
    pub fn pay(&self, session: &str, card: &str) -> String {
        let page = self.sandbox.page("POST", &format!("/pay/{session}"), &format!("card={card}"));
        page.location.unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&page.body)))
    }

    /// Somebody buys a plan and comes back.
    pub async fn buy(&self, plan: &str, interval: &str) -> Answer {
        let session = self.to_checkout(&self.ana, plan, interval).await;
        self.ana.get(&self.pay(&session, GOOD)).await
    }

    /// All that Stripe has to tell, told in this order; gives the statuses.
    pub async fn tell(&self, messages: &[Message]) -> Vec<u16> {
        let mut all = vec![];
        for message in messages {
            all.push(self.post(&message.body, Some(&message.signature)).await.status);
            self.sandbox.delivered(message.id, Some(200));
        }
        all
    }

    /// One message to the webhook.
    pub async fn post(&self, body: &str, signature: Option<&str>) -> Answer {
        let visitor = self.stage.visitor();
        let url = format!("{}{}", self.stage.config().account_origin(), endpoint::PATH);
        let mut request = visitor.request(Method::POST, &url);
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json".parse().unwrap());
        if let Some(signature) = signature {
            headers.insert("stripe-signature", signature.parse().unwrap());
        }
        visitor.send(request, body).await
    }

    /// What Stripe has to say is told, and all that follows is done.
    pub async fn hear(&self) {
        let due = self.sandbox.due();
        assert!(self.tell(&due).await.iter().all(|status| *status == 200));
        self.stage.run_jobs().await;
    }

    /// The subscriptions at Stripe, each with its status.
    pub fn subscriptions(&self) -> Vec<(String, String)> {
        let text = |one: &serde_json::Value, name: &str| one[name].as_str().unwrap().to_owned();
        let all = self.sandbox.world().all("subscription");
        all.iter().map(|one| (text(one, "id"), text(one, "status"))).collect()
    }

    /// So many of them are in this state.
    pub fn count(&self, status: &str) -> usize {
        self.subscriptions().iter().filter(|(_, one)| one == status).count()
    }

    /// What was taken less what was given back, minor units of USD.
    pub fn taken(&self) -> i64 {
        let ledger = stripe_sandbox::ledger(&self.sandbox.world());
        let amount = |name: &str| ledger["usd"][name].as_i64().unwrap_or_default();
        amount("taken") - amount("refunded")
    }
}

/// A stage that sells: plans are known to a sandbox, and so is the webhook.
pub async fn selling(kind: StoreKind, apps: Vec<App>, vars: &[(&str, &str)]) -> (Stage, Sandbox) {
    let (sandbox, at) = quiet_sandbox().await;
    let all = [vars, &[("STRIPE_BASE_URL", &*at)]].concat();
    let stage = Stage::with(kind, apps, &all).await;
    let stripe = stripe(&stage);
    for step in compare(&stripe, billing::plan::PLANS).await.unwrap() {
        apply(&stripe, &step).await.unwrap();
    }
    let url = format!("{}{}", stage.config().account_origin(), endpoint::PATH);
    let (catalog, vault) = (stage.store.catalog(), &stage.core.vault);
    let step = endpoint::sync::compare(catalog, &stripe, &url, false).await.unwrap().unwrap();
    endpoint::sync::apply((catalog, vault), &stripe, &url, &step).await.unwrap();
    (stage, sandbox)
}

/// Whom a stage asks.
pub fn stripe(stage: &Stage) -> Stripe {
    let found = stage.core.extensions.find::<Billing>();
    let billing = found.map_err(core_base::Error::into_anyhow).unwrap();
    billing.stripe().unwrap().clone()
}

/// Makes a workspace a customer, of nothing yet.
pub async fn known_to_stripe(stage: &Stage, workspace: &Workspace, email: &str) {
    let made = checkout::customer(&stage.store, &stripe(stage), &workspace.tenant, email).await;
    made.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Puts a workspace on a plan that it tries, as somebody with this address.
pub async fn try_plan(stage: &Stage, workspace: &Workspace, email: &str) -> Model {
    let currency = platform::ui::Currency::USD;
    let (plan, interval) = (Plan::find("team").unwrap(), Interval::Month);
    let wish = Wish { plan, interval, currency };
    let asked = (email, &wish, 2);
    let begun = trial::begin(&stage.store, &stripe(stage), &workspace.tenant, asked).await;
    begun.unwrap_or_else(|failure| panic!("{failure}"))
}

/// The same, and it ends when the trial does.
pub async fn ending_plan(stage: &Stage, workspace: &Workspace, email: &str) {
    let known = try_plan(stage, workspace, email).await;
    let why = Reason { word: String::new(), comment: String::new() };
    let stripe = stripe(stage);
    change::stop(&stripe, known.subscription.as_deref().unwrap(), &why).await.unwrap();
    let read = account::refresh(&stage.store, &stripe, &workspace.tenant).await;
    assert!(read.is_ok_and(|known| known.ends_at.is_some()));
}

/// An invoice of a workspace's, by what Stripe calls it.
pub async fn invoice_of(stage: &Stage, workspace: &Workspace) -> String {
    let all = account::invoices(stage.store.catalog(), workspace.tenant.id, 1).await;
    all.map_err(core_base::Error::into_anyhow).unwrap().remove(0).id
}

/// A sandbox that sends nothing by itself, and its address.
pub async fn quiet_sandbox() -> (Sandbox, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let sandbox = Sandbox::new(&at);
    tokio::spawn(web::stripe_sandbox::serve_quietly(listener, sandbox.clone()));
    (sandbox, at)
}

/// The session of an address of the pay page.
pub fn session_of(url: &str) -> String {
    url.rsplit('/').next().unwrap().to_owned()
}
