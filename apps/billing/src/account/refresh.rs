//! What is known of a workspace follows what Stripe says now. Events only say when to look, so one that is lost, comes
//! twice or late ends in the same.

use std::{fmt, sync::Arc};

use chrono::{DateTime, Utc};
use platform::{
    Error, Later, Result, clock,
    workspaces::{Status, Store, Tenant, catalog::tenant},
};
use sea_orm::{ColumnTrait, DbErr, QueryFilter, sea_query::Expr};
use stripe_billing::invoice::{CreatePreviewInvoice, ListInvoice, RetrieveInvoice};
use stripe_billing::subscription::{
    CancelSubscription, ListSubscription, ListSubscriptionStatus, UpdateSubscription,
};
use stripe_core::refund::CreateRefund;

use super::{
    Choice, Column, Entity, Model, Standing, choose, find, invoice, is_alive, is_in_force,
    standing::{GIVEN_BACK, OWED, PAID_TWICE},
};
use crate::{
    change,
    jobs::TellPlan,
    plan::Plan,
    stripe::{Stripe, Trouble, at, keyed, upper},
    trial,
};

/// So many of the newest invoices are known here.
const INVOICES: i64 = 100;
/// So often another writer may come first.
const TRIES: usize = 8;

/// Why it could not follow.
#[derive(Debug)]
pub enum Failure {
    /// Stripe is away, or says no.
    Stripe(Trouble),
    /// The store.
    Ours(Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stripe(trouble) => trouble.fmt(f),
            Self::Ours(error) => write!(f, "{error:?}"),
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Stripe(trouble)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Ours(error)
    }
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Ours(error.into())
    }
}

/// For jobs: they are tried again.
impl Failure {
    pub(crate) fn into_error(self) -> Error {
        match self {
            Self::Stripe(trouble) => Error::Internal(anyhow::Error::from(trouble)),
            Self::Ours(error) => error,
        }
    }
}

/// What Stripe has of one customer.
struct Seen {
    choice: Choice,
    invoices: Vec<stripe_shared::Invoice>,
    next_amount: Option<i64>,
}

/// Reads all that Stripe has of a workspace, and writes it down. Whoever writes read Stripe after the last one who
/// wrote, so that of two at once the later answer stays. Beside it, what must not be is ended: a second subscription is
/// cancelled and paid back, one of a deleted workspace does not go on.
pub async fn refresh(
    store: &Store,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
) -> Result<Model, Failure> {
    let catalog = store.catalog();
    for _ in 0..TRIES {
        let before = find(catalog, tenant.id).await?;
        let Some(customer) = before.customer.clone() else { return Ok(before) };
        let mut seen = look(stripe, &customer).await?;
        if !seen.choice.extra.is_empty() {
            for extra in &seen.choice.extra {
                end_second(stripe, extra).await?;
            }
            continue;
        }
        pay_back(stripe, &seen.choice.owed).await;
        if let Some(kept) = &seen.choice.kept
            && mend(store, stripe, tenant, (&customer, kept)).await?
        {
            seen = look(stripe, &customer).await?;
        }
        if write(store, tenant, &before, &seen).await? {
            return Ok(find(catalog, tenant.id).await?);
        }
    }
    let text = "others keep writing what Stripe says of this workspace";
    Err(Failure::Ours(Error::Internal(anyhow::anyhow!(text))))
}

/// Ends all that a customer could still be charged for. What they paid for any other than `known` they never had, and it is
/// given back.
pub(crate) async fn end_all(
    stripe: &Stripe,
    customer: &str,
    known: Option<&str>,
) -> Result<(), Trouble> {
    for one in subscriptions(stripe, customer).await?.iter().filter(|one| is_alive(&one.status)) {
        match known == Some(one.id.as_str()) {
            true => end(stripe, &one.id).await?,
            false => end_second(stripe, one).await?,
        }
    }
    // Read anew, so that what a kill left owed is among them.
    pay_back(stripe, &choose(subscriptions(stripe, customer).await?).owed).await;
    Ok(())
}

async fn subscriptions(stripe: &Stripe, customer: &str) -> Result<Vec<Standing>, Trouble> {
    let mut all = vec![];
    let first = || ListSubscription::new().customer(customer).status(ListSubscriptionStatus::All);
    let mut request = first().limit(100);
    loop {
        let page = stripe.read(&request).await?;
        let last = page.data.last().map(|one| one.id.to_string());
        all.extend(page.data.iter().filter_map(Standing::of));
        match last.filter(|_| page.has_more) {
            Some(last) => request = first().limit(100).starting_after(last),
            None => return Ok(all),
        }
    }
}

async fn look(stripe: &Stripe, customer: &str) -> Result<Seen, Failure> {
    let choice = choose(subscriptions(stripe, customer).await?);
    let invoices = ListInvoice::new().customer(customer).limit(INVOICES);
    let invoices = stripe.read(&invoices).await?.data;
    let next = choice.kept.as_ref().filter(|kept| kept.ends_at.is_none());
    let next_amount = match next.filter(|kept| is_in_force(&kept.status)) {
        Some(kept) => {
            let preview = CreatePreviewInvoice::new().subscription(kept.id.as_str());
            match stripe.read(&preview).await {
                Ok(invoice) => Some(invoice.amount_due),
                // A trial without a card has no next invoice at Stripe.
                Err(Trouble::Refused { .. }) => None,
                Err(trouble) => return Err(trouble.into()),
            }
        }
        None => None,
    };
    Ok(Seen { choice, invoices, next_amount })
}

/// Ends a subscription that should not be there. That its payment is owed is marked first: after a kill it is found.
async fn end_second(stripe: &Stripe, extra: &Standing) -> Result<(), Trouble> {
    tracing::warn!(subscription = extra.id, "a second subscription is ended");
    let mark = change::mark(PAID_TWICE, OWED);
    stripe.read(&UpdateSubscription::new(extra.id.as_str()).metadata(mark)).await?;
    end(stripe, &extra.id).await
}

/// Gives back what is owed. A refund that Stripe refuses keeps nobody from what they have: it is said, and tried again.
async fn pay_back(stripe: &Stripe, owed: &[Standing]) {
    for one in owed {
        if let Err(trouble) = pay_back_one(stripe, one).await {
            tracing::error!(subscription = one.id, "to be given back, and was not: {trouble}");
        }
    }
}

/// Gives back what was paid for a subscription that has ended.
async fn pay_back_one(stripe: &Stripe, owed: &Standing) -> Result<(), Trouble> {
    if let Some(invoice) = &owed.invoice {
        let request = RetrieveInvoice::new(invoice.as_str()).expand(["payments".to_owned()]);
        let invoice = stripe.read(&request).await?;
        let payments = invoice.payments.map(|list| list.data).unwrap_or_default();
        for payment in payments.iter().filter(|payment| payment.amount_paid.unwrap_or(0) > 0) {
            let Some(intent) = &payment.payment.payment_intent else { continue };
            let refund = CreateRefund::new().payment_intent(intent.id().to_string());
            let key = keyed("double", &[payment.id.as_str()]);
            match stripe.change(&refund, &key).await {
                Err(trouble) if !trouble.is("charge_already_refunded") => return Err(trouble),
                _ => {}
            }
        }
    }
    let mark = change::mark(PAID_TWICE, GIVEN_BACK);
    // A subscription that has ended takes metadata alone.
    stripe.read(&UpdateSubscription::new(owed.id.as_str()).metadata(mark)).await.map(drop)
}

/// Ends a subscription now. One that has ended is as good.
async fn end(stripe: &Stripe, subscription: &str) -> Result<(), Trouble> {
    let request = CancelSubscription::new(subscription).prorate(false).invoice_now(false);
    match stripe.change(&request, &keyed("end", &[subscription])).await {
        Err(trouble) if !trouble.is_missing() => Err(trouble),
        _ => Ok(()),
    }
}

/// What must not stay as it is; `true`: something was changed at Stripe.
async fn mend(
    store: &Store,
    stripe: &Stripe,
    tenant: &Arc<Tenant>,
    (customer, kept): (&str, &Standing),
) -> Result<bool, Failure> {
    match tenant.status {
        Status::Deleting | Status::Deleted => {
            end(stripe, &kept.id).await?;
            return Ok(true);
        }
        Status::PendingDeletion if kept.ends_at.is_none() => {
            change::stop_deleted(stripe, &kept.id).await?;
            return Ok(true);
        }
        // Its owners kept the workspace after all.
        Status::Active if kept.is_stopped_by_deletion => {
            change::resume(stripe, &kept.id).await?;
            return Ok(true);
        }
        _ => {}
    }
    if kept.trial_end.is_some() {
        return trial::follow_card(store.catalog(), stripe, tenant.id, (customer, kept)).await;
    }
    Ok(false)
}

/// Writes it, if nobody else did since `before` was read.
async fn write(
    store: &Store,
    tenant: &Arc<Tenant>,
    before: &Model,
    seen: &Seen,
) -> Result<bool, Failure> {
    let kept = seen.choice.kept.as_ref();
    let text = |read: fn(&Standing) -> &str| kept.map(read).unwrap_or_default().to_owned();
    let now = clock::now();
    let tx = store.catalog().begin().await?;
    let row = tx.update_many::<Entity>().filter(Column::TenantId.eq(tenant.id));
    let mut row = row
        .filter(Column::Revision.eq(before.revision))
        .col_expr(Column::Revision, Expr::value(before.revision + 1))
        .col_expr(Column::Subscription, Expr::value(kept.map(|one| one.id.clone())))
        .col_expr(Column::Status, Expr::value(text(|one| &one.status)))
        .col_expr(Column::Plan, Expr::value(text(|one| &one.plan)))
        .col_expr(Column::Period, Expr::value(text(|one| &one.period)))
        .col_expr(Column::Currency, Expr::value(text(|one| &one.currency)))
        .col_expr(Column::Amount, Expr::value(kept.map_or(0, |one| one.amount)))
        .col_expr(Column::Seats, Expr::value(kept.map_or(0, |one| one.seats)))
        .col_expr(Column::PeriodEnd, Expr::value(kept.map(|one| one.period_end)))
        .col_expr(Column::TrialEnd, Expr::value(kept.and_then(|one| one.trial_end)))
        .col_expr(Column::EndsAt, Expr::value(kept.and_then(|one| one.ends_at)))
        .col_expr(
            Column::IsStopped,
            Expr::value(kept.is_some_and(|one| one.is_stopped_by_deletion)),
        )
        .col_expr(Column::HadAny, Expr::value(seen.choice.had_any))
        .col_expr(Column::HasCard, Expr::value(kept.is_some_and(|one| one.has_card)))
        .col_expr(Column::NextAmount, Expr::value(seen.next_amount))
        .col_expr(Column::ReadAt, Expr::value(now));
    if kept.is_some_and(|kept| is_in_force(&kept.status)) {
        // What somebody came back for is there.
        row = row.col_expr(Column::ReturnedAt, Expr::value(None::<DateTime<Utc>>));
    }
    if row.exec(&tx).await?.rows_affected == 0 {
        // Dropped, and so undone.
        return Ok(false);
    }
    for one in &seen.invoices {
        let Some(known) = invoice_of(tenant, one) else { continue };
        invoice::put(&tx, known).await?;
    }
    // Of the copy in memory nobody knows whether it is older than what was written last.
    let row = tx.find::<tenant::Entity>().filter(tenant::Column::Id.eq(tenant.id)).one(&tx).await?;
    let old = row.map(|row| row.plan).unwrap_or_default();
    let new = kept.filter(|kept| is_in_force(&kept.status));
    let new = new.map(|kept| kept.plan.as_str()).unwrap_or_default();
    if tenant.status == Status::Active && old != new {
        let name = |key: &str| Plan::find(key).unwrap_or_else(Plan::free).name.to_owned();
        TellPlan { old: name(&old), new: name(new) }.later_for(&tx, tenant.id).await?;
    }
    if old == new {
        tx.commit().await?;
    } else {
        store.set_plan(tx, tenant, new).await?;
    }
    Ok(true)
}

/// A draft is nobody's invoice yet.
fn invoice_of(tenant: &Tenant, one: &stripe_shared::Invoice) -> Option<invoice::Model> {
    let status = one.status.as_ref().map(|status| status.as_str().to_owned())?;
    if status == "draft" {
        return None;
    }
    let issued = one.status_transitions.finalized_at.unwrap_or(one.created);
    Some(invoice::Model {
        id: one.id.as_ref()?.to_string(),
        tenant_id: tenant.id,
        number: one.number.clone().unwrap_or_default(),
        status,
        currency: upper(&one.currency),
        total: one.total,
        due: one.amount_remaining,
        issued_at: at(issued),
    })
}
