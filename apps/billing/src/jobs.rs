//! What billing does by itself: following Stripe, ending what must not go on, telling the workspace's log.

use chrono::TimeDelta;
use platform::{
    Job, Later, Priority, Result, Run, TenantDb, TenantId, UserId,
    catalog::{CatalogDb, CatalogTx},
    clock,
    contracts::{MemberJoined, MemberRemoved, WorkspaceDeleted},
    people::user_by_id,
    ui::Currency,
    workspaces::{Status, Store, catalog::tenant},
};
use sea_orm::{
    ColumnTrait, Condition, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::Expr,
};
use serde::{Deserialize, Serialize};

use crate::{
    account::{self, ALIVE, Column, Entity, Failure, Model},
    checkout::{self, Wish},
    event,
    plan::{Interval, Plan},
    seats,
    settings::Billing,
    stripe::Stripe,
    trial,
};

/// A workspace is read anew from Stripe.
#[derive(Serialize, Deserialize)]
pub struct Refresh {
    /// Which.
    pub workspace: TenantId,
}

impl Job for Refresh {
    const NAME: &'static str = "billing.refresh";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: u32 = 30;
    /// One that waits is enough.
    fn key(&self) -> Option<String> {
        Some(self.workspace.to_string())
    }
}

pub(crate) async fn refresh_one(job: Refresh, run: Run) -> Result<()> {
    follow(&run, job.workspace).await
}

/// A workspace that was deleted pays no more. One that is brought back goes on.
pub(crate) async fn stop_deleted(event: WorkspaceDeleted, run: Run) -> Result<()> {
    follow(&run, event.tenant).await
}

async fn follow(run: &Run, workspace: TenantId) -> Result<()> {
    let billing = run.extension::<Billing>()?;
    let Some(stripe) = billing.stripe() else { return Ok(()) };
    let known = account::find(run.store.catalog(), workspace).await?;
    let done = match run.store.directory().by_id(workspace).await? {
        Some(tenant) => seats::follow(&run.store, stripe, &tenant).await,
        None => close(&run.store, stripe, &known).await,
    };
    done.map_err(Failure::into_error)
}

/// Ends what a workspace that is gone still has at Stripe: the one way, however it went. What was paid after it was gone is
/// given back.
pub(crate) async fn close(store: &Store, stripe: &Stripe, known: &Model) -> Result<(), Failure> {
    let Some(customer) = &known.customer else { return Ok(()) };
    if let Some(session) = &known.checkout {
        checkout::shut(stripe, session).await?;
    }
    account::end_all(stripe, customer, known.subscription.as_deref()).await?;
    let catalog = store.catalog();
    let row = catalog.update_many::<Entity>().filter(Column::TenantId.eq(known.tenant_id));
    row.col_expr(Column::Status, Expr::value("canceled"))
        .col_expr(Column::ReadAt, Expr::value(clock::now()))
        .exec(catalog)
        .await?;
    Ok(())
}

/// Somebody came to this workspace, or left it.
pub(crate) async fn count_joined(_: MemberJoined, db: TenantDb) -> Result<()> {
    Refresh { workspace: db.tenant() }.later(&db).await.map(drop)
}

pub(crate) async fn count_removed(_: MemberRemoved, db: TenantDb) -> Result<()> {
    Refresh { workspace: db.tenant() }.later(&db).await.map(drop)
}

/// A trial that was claimed.
#[derive(Serialize, Deserialize)]
pub struct BeginTrial {
    /// For which workspace.
    pub workspace: TenantId,
    /// Who asked for it.
    pub user: UserId,
    /// Which plan.
    pub plan: String,
    /// `month` or `year`.
    pub interval: String,
    /// `USD`.
    pub currency: String,
    /// For how many.
    pub seats: u64,
}

impl Job for BeginTrial {
    const NAME: &'static str = "billing.begin_trial";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: u32 = 30;
}

pub(crate) async fn begin_trial(job: BeginTrial, run: Run) -> Result<()> {
    let billing = run.extension::<Billing>()?;
    let Some(stripe) = billing.stripe() else { return Ok(()) };
    let Some(tenant) = run.store.directory().by_id(job.workspace).await? else { return Ok(()) };
    let Some(user) = user_by_id(run.store.catalog(), job.user).await? else { return Ok(()) };
    let (plan, interval) = (Plan::find(&job.plan), Interval::of(&job.interval));
    let (Some(plan), Some(interval), Some(currency)) =
        (plan, interval, Currency::of(&job.currency))
    else {
        return Ok(());
    };
    let wish = Wish { plan, interval, currency };
    let begun = trial::begin(&run.store, stripe, &tenant, (&user.email, &wish, job.seats)).await;
    begun.map(drop).map_err(Failure::into_error)
}

/// The plan of this workspace is another one: its log says so.
#[derive(Serialize, Deserialize)]
pub struct TellPlan {
    /// What it was called.
    pub old: String,
    /// What it is called now.
    pub new: String,
}

impl Job for TellPlan {
    const NAME: &'static str = "billing.tell_plan";
}

pub(crate) async fn tell_plan(job: TellPlan, db: TenantDb) -> Result<()> {
    db.audit_change(CHANGED_PLAN, &job.new, &[("Plan", &*job.old, &*job.new)]);
    Ok(())
}

/// What the log says.
pub(crate) const CHANGED_PLAN: &str = "changed_plan";

/// Looks after what nobody told us of.
#[derive(Serialize, Deserialize)]
pub struct LookAfter {}

impl Job for LookAfter {
    const NAME: &'static str = "billing.look_after";
}

/// So many workspaces are looked after in one go.
const BATCH: u64 = 500;

/// Reads anew: where somebody went to pay and nothing was heard; where a workspace is on its way out or gone and still
/// pays; and each once a day. So every way of deleting a workspace ends what it pays, also one that is made next year.
pub(crate) async fn look_after(_: LookAfter, run: Run) -> Result<()> {
    if run.extension::<Billing>()?.stripe().is_none() {
        return Ok(());
    }
    let catalog = run.store.catalog();
    let now = clock::now();
    // Somebody went to pay, or something was begun, and nothing was heard.
    let waits = Column::CheckoutAt
        .gt(now - TimeDelta::days(2))
        .and(Column::ReadAt.is_null().or(Column::ReadAt.lt(now - TimeDelta::minutes(5))))
        .and(Column::Status.is_not_in(["active"]));
    let unread = Column::ReadAt.is_null();
    let old = Column::ReadAt.lt(now - TimeDelta::days(1)).and(Column::Status.is_in(ALIVE));
    // One that is on its way out and ends by itself needs nothing.
    let leaving = of_status(catalog, &[Status::PendingDeletion]).and(Column::EndsAt.is_null());
    let gone = of_status(catalog, &[Status::Deleting, Status::Deleted]);
    let kept = of_status(catalog, &[Status::Active]).and(Column::IsStopped.eq(true));
    let now_on = Column::Status.is_in(ALIVE).and(leaving.or(gone).or(kept));
    let due = Condition::any().add(waits).add(unread).add(old).add(now_on);
    let all = catalog.find::<Entity>().filter(Column::Customer.is_not_null()).filter(due);
    let all = all.order_by_asc(Column::ReadAt).limit(BATCH).all(catalog).await?;
    let tx = catalog.begin().await?;
    for one in all {
        Refresh { workspace: one.tenant_id }.later(&tx).await?;
    }
    forget_old(&tx).await?;
    Ok(tx.commit().await?)
}

/// Of workspaces in one of these states.
fn of_status(catalog: &CatalogDb, states: &[Status]) -> Expr {
    let ids = catalog.find::<tenant::Entity>().select_only().column(tenant::Column::Id);
    let ids = ids.filter(tenant::Column::Status.is_in(states.iter().map(|one| one.as_str())));
    Column::TenantId.in_subquery(ids.into_query())
}

async fn forget_old(tx: &CatalogTx) -> Result<()> {
    let old = tx.delete_many::<event::Entity>();
    let old = old.filter(event::Column::ReceivedAt.lt(clock::now() - event::KEPT));
    old.exec(tx).await?;
    Ok(())
}
