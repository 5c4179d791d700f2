//! A subscription becomes another one: what that costs, said before it is done; its end, and that it goes on after all.

use chrono::{DateTime, Utc};
use stripe_billing::{
    invoice::{
        CreatePreviewInvoice, CreatePreviewInvoiceSubscriptionDetails as PreviewDetails,
        CreatePreviewInvoiceSubscriptionDetailsItems as PreviewItem,
        CreatePreviewInvoiceSubscriptionDetailsProrationBehavior as PreviewProration,
    },
    subscription::{
        RetrieveSubscription, UpdateSubscription, UpdateSubscriptionCancellationDetails as Details,
        UpdateSubscriptionCancellationDetailsFeedback as Feedback, UpdateSubscriptionItems as Item,
        UpdateSubscriptionPaymentBehavior as Payment,
        UpdateSubscriptionProrationBehavior as Proration,
    },
};

use crate::{
    account::Standing,
    stripe::{Stripe, Trouble},
};

/// What a change costs, before it is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// The moment for which it was reckoned.
    pub at: DateTime<Utc>,
    /// What is charged at once, minor units; less than nothing: credit for later invoices.
    pub due: i64,
    /// The lines, minor units.
    pub lines: Vec<(String, i64)>,
    /// Tax among it, minor units.
    pub tax: i64,
}

/// The subscription as Stripe has it now; none: it is none of ours.
pub async fn now(stripe: &Stripe, subscription: &str) -> Result<Option<Standing>, Trouble> {
    let read = stripe.read(&RetrieveSubscription::new(subscription)).await?;
    Ok(Standing::of(&read))
}

/// What it would cost to have another price or other seats from `at` on.
pub async fn preview(
    stripe: &Stripe,
    of: &Standing,
    (price, seats): (&str, i32),
    at: DateTime<Utc>,
) -> Result<Preview, Trouble> {
    let mut item = PreviewItem::new();
    item.id = Some(of.item.clone());
    item.price = Some(price.to_owned());
    item.quantity = u64::try_from(seats).ok();
    let mut details = PreviewDetails::new();
    details.items = Some(vec![item]);
    details.proration_behavior = Some(PreviewProration::AlwaysInvoice);
    // Nothing is charged in a trial, so there is nothing to share out.
    details.proration_date = of.trial_end.is_none().then(|| at.timestamp());
    let request = CreatePreviewInvoice::new().subscription(of.id.as_str());
    let invoice = stripe.read(&request.subscription_details(details)).await?;
    let line = |line: &stripe_shared::InvoiceLineItem| {
        (line.description.clone().unwrap_or_default(), line.amount)
    };
    let taxes = invoice.total_taxes.unwrap_or_default();
    Ok(Preview {
        at,
        due: invoice.total,
        lines: invoice.lines.data.iter().map(line).collect(),
        tax: taxes.iter().map(|tax| tax.amount).sum(),
    })
}

/// Makes the change. Where money is due and the card does not give it, nothing is changed.
pub async fn make(
    stripe: &Stripe,
    of: &Standing,
    (price, seats): (&str, i32),
    at: DateTime<Utc>,
) -> Result<(), Trouble> {
    let mut item = Item::new();
    item.id = Some(of.item.clone());
    item.price = Some(price.to_owned());
    item.quantity = u64::try_from(seats).ok();
    let mut request = UpdateSubscription::new(of.id.as_str())
        .items(vec![item])
        .proration_behavior(Proration::AlwaysInvoice)
        .payment_behavior(Payment::ErrorIfIncomplete);
    if of.trial_end.is_none() {
        request = request.proration_date(at.timestamp());
    }
    let key = format!("change-{}-{price}-{seats}-{}", of.id, at.timestamp());
    stripe.change(&request, &key).await.map(drop)
}

/// Why somebody ends a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// One of [`REASONS`], or empty.
    pub word: String,
    /// In their words; may be empty.
    pub comment: String,
}

/// What people can say, as Stripe knows it and as they read it.
pub const REASONS: [(&str, &str); 7] = [
    ("too_expensive", "It costs too much"),
    ("missing_features", "Something is missing"),
    ("unused", "We don't use it enough"),
    ("switched_service", "We use something else now"),
    ("too_complex", "It is too complicated"),
    ("customer_service", "Support was not good enough"),
    ("other", "Another reason"),
];

impl Reason {
    /// The workspace was deleted; it is found again by this, if somebody brings it back.
    pub(crate) fn deleted() -> Self {
        Self { word: String::new(), comment: "The workspace was deleted.".to_owned() }
    }
}

/// Ends it when what is paid ends.
pub async fn stop(stripe: &Stripe, subscription: &str, why: &Reason) -> Result<(), Trouble> {
    let mut details = Details::new();
    details.comment = Some(why.comment.clone()).filter(|comment| !comment.is_empty());
    if REASONS.iter().any(|(word, _)| *word == why.word) {
        details.feedback = why.word.parse::<Feedback>().ok();
    }
    let request = UpdateSubscription::new(subscription).cancel_at_period_end(true);
    // What it is set to is the same each time, so it needs no key.
    stripe.read(&request.cancellation_details(details)).await.map(drop)
}

/// It goes on after all.
pub async fn resume(stripe: &Stripe, subscription: &str) -> Result<(), Trouble> {
    let request = UpdateSubscription::new(subscription).cancel_at_period_end(false);
    stripe.read(&request).await.map(drop)
}
