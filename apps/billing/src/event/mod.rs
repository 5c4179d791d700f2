//! What Stripe tells: kept once, answered at once, dealt with by a job that asks Stripe what is so now.

mod entity;

use chrono::TimeDelta;
use platform::{
    Job, Later, Priority, Result, Run, catalog::CatalogDb, clock, give_up, workspaces::Store,
};
use sea_orm::{ColumnTrait, Condition, QueryFilter, sea_query::Expr};
use serde::{Deserialize, Serialize};

pub use entity::{ActiveModel, Column, Entity, Model};

use crate::{
    account::{self, is_there, refresh},
    jobs,
    settings::Billing,
    stripe::{VERSION, at},
};

/// So long they are known: Stripe sends one again for three days, and shows them for thirty.
pub const KEPT: TimeDelta = TimeDelta::days(90);

/// What is read of an event; whatever else is in it, nobody believes.
#[derive(Debug, Deserialize)]
pub struct Told {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    api_version: Option<String>,
    created: i64,
    data: Data,
}

#[derive(Debug, Deserialize)]
struct Data {
    object: serde_json::Map<String, serde_json::Value>,
}

impl Told {
    /// Of the body of a message; none: it is no event, or its words are too long to be Stripe's.
    pub fn read(body: &[u8]) -> Option<Self> {
        let told: Self = serde_json::from_slice(body).ok()?;
        let is_word = |word: &str, most: usize| {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
            !word.is_empty() && word.len() <= most && word.chars().all(is_plain)
        };
        let version = told.api_version.as_deref().is_none_or(|version| is_word(version, 64));
        let is_one = is_word(&told.id, 64) && is_word(&told.kind, 120) && version;
        is_one.then_some(told)
    }

    fn customer(&self) -> Option<String> {
        let text = |name: &str| self.data.object.get(name)?.as_str().map(str::to_owned);
        let is_customer = self.data.object.get("object").is_some_and(|kind| kind == "customer");
        let id = if is_customer { text("id") } else { text("customer") };
        id.filter(|id| id.len() <= 64)
    }
}

/// Keeps an event and leaves a job for it. `false`: it was told before.
pub async fn keep(store: &Store, told: &Told) -> Result<bool> {
    let row = Model {
        id: told.id.clone(),
        kind: told.kind.clone(),
        version: told.api_version.clone().unwrap_or_default(),
        customer: told.customer(),
        created_at: at(told.created),
        received_at: clock::now(),
        handled_at: None,
        outcome: String::new(),
    };
    let tx = store.catalog().begin().await?;
    if let Err(error) = tx.insert(ActiveModel::from(row)).await {
        return match is_there(&error, "billing_events", "id") {
            true => Ok(false),
            false => Err(error.into()),
        };
    }
    Handle { event: told.id.clone() }.later(&tx).await?;
    tx.commit().await?;
    Ok(true)
}

/// An event waits.
#[derive(Serialize, Deserialize)]
pub struct Handle {
    /// Which.
    pub event: String,
}

impl Job for Handle {
    const NAME: &'static str = "billing.handle";
    const PRIORITY: Priority = Priority::High;
    /// More than four days: longer than Stripe itself would try.
    const ATTEMPTS: u32 = 30;
}

/// Reads what the event is about anew.
pub(crate) async fn handle(job: Handle, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    let Some(event) = find(catalog, &job.event).await? else {
        return Err(give_up(format!("there is no event {}", job.event)));
    };
    if event.handled_at.is_some() {
        return Ok(());
    }
    let begun = clock::now();
    let outcome = look(&run.store, &*run.extension::<Billing>()?, &event).await?;
    let done = catalog.update_many::<Entity>().filter(Column::HandledAt.is_null());
    // What was told before Stripe was asked is in what it said, so a burst asks once.
    let mut same = Condition::any().add(Column::Id.eq(&event.id));
    if let (Some(customer), FOLLOWED) = (&event.customer, outcome) {
        let earlier = Condition::all().add(Column::Customer.eq(customer));
        same = same.add(earlier.add(Column::ReceivedAt.lt(begun)));
    }
    done.filter(same)
        .col_expr(Column::HandledAt, Expr::value(clock::now()))
        .col_expr(Column::Outcome, Expr::value(outcome))
        .exec(catalog)
        .await?;
    Ok(())
}

const FOLLOWED: &str = "followed";

/// What is done about an event: in one word for whoever looks at the table.
async fn look(store: &Store, billing: &Billing, event: &Model) -> Result<&'static str> {
    let Some(stripe) = billing.stripe() else { return Ok("billing is off") };
    if !event.version.is_empty() && event.version != VERSION {
        tracing::info!(event = event.id, version = event.version, "told in another version");
    }
    let Some(customer) = &event.customer else { return Ok("about no customer") };
    let Some(known) = account::of_customer(store.catalog(), customer).await? else {
        return Ok("a customer of somebody else");
    };
    match store.directory().by_id(known.tenant_id).await? {
        Some(tenant) => {
            refresh(store, stripe, &tenant).await.map_err(account::Failure::into_error)?;
        }
        None => jobs::close(store, stripe, &known).await.map_err(account::Failure::into_error)?,
    }
    Ok(FOLLOWED)
}

/// The event of this id.
pub async fn find(catalog: &CatalogDb, id: &str) -> Result<Option<Model>> {
    Ok(catalog.find::<Entity>().filter(Column::Id.eq(id)).one(catalog).await?)
}

/// Deals with an event once more, whatever became of it. Gives what came of it; none: it was never told.
pub async fn replay(store: &Store, billing: &Billing, id: &str) -> Result<Option<&'static str>> {
    let catalog = store.catalog();
    let Some(event) = find(catalog, id).await? else { return Ok(None) };
    let outcome = look(store, billing, &event).await?;
    let row = catalog.update_many::<Entity>().filter(Column::Id.eq(id));
    row.col_expr(Column::HandledAt, Expr::value(clock::now()))
        .col_expr(Column::Outcome, Expr::value(outcome))
        .exec(catalog)
        .await?;
    Ok(Some(outcome))
}
