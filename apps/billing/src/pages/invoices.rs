//! The invoices of a workspace; each is at Stripe, to be read there or as a file.

use askama::Template;
use platform::{
    Can, Error, Extension, Path, Result, Ui,
    process::Platform,
    request::CurrentTenant,
    see_other,
    ui::{self, Currency},
};
use sea_orm::{ColumnTrait, QueryFilter};
use stripe_billing::invoice::RetrieveInvoice;

use super::{BILLING, INVOICES, failed, in_time, stripe};
use crate::{
    account::{self, invoice},
    permissions::ManageBilling,
    settings::Billing,
};

/// So many are listed.
const LISTED: u64 = 100;

/// An invoice as a row of a list.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) number: String,
    pub(super) day: String,
    /// Classes of its badge, and words.
    pub(super) status: (&'static str, &'static str),
    pub(super) total: String,
}

impl Line {
    pub(super) fn of(row: invoice::Model, calendar: &ui::Calendar) -> Self {
        let currency = Currency::of(&row.currency).unwrap_or(Currency::USD);
        let status = match row.status.as_str() {
            "paid" => ("badge-soft badge-success", "Paid"),
            "open" => ("badge-soft badge-warning", "Open"),
            "void" => ("badge-ghost", "Void"),
            _ => ("badge-soft badge-error", "Not paid"),
        };
        Self {
            number: if row.number.is_empty() { row.id.clone() } else { row.number },
            id: row.id,
            day: calendar.day(row.issued_at).to_string(),
            status,
            total: ui::money(row.total, currency).to_string(),
        }
    }
}

#[derive(Template)]
#[template(path = "billing/invoices.html")]
struct List {
    invoices: Vec<Line>,
}

pub(super) async fn list(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    ui: Ui,
) -> Result {
    let all = account::invoices(core.store.catalog(), tenant.id, LISTED).await?;
    let calendar = ui.calendar();
    let invoices = all.into_iter().map(|row| Line::of(row, &calendar)).collect();
    ui.under("Billing", BILLING).page("Invoices", &List { invoices })
}

pub(super) async fn page(
    gate: Can<ManageBilling>,
    tenant: CurrentTenant,
    core: Platform,
    billing: Extension<Billing>,
    id: Path<String>,
    ui: Ui,
) -> Result {
    go(gate, tenant, core, billing, id, ui, |invoice| invoice.hosted_invoice_url).await
}

pub(super) async fn pdf(
    gate: Can<ManageBilling>,
    tenant: CurrentTenant,
    core: Platform,
    billing: Extension<Billing>,
    id: Path<String>,
    ui: Ui,
) -> Result {
    go(gate, tenant, core, billing, id, ui, |invoice| invoice.invoice_pdf).await
}

/// Such addresses last a month at Stripe, so each is asked for when somebody wants it.
async fn go(
    _: Can<ManageBilling>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    Extension(billing): Extension<Billing>,
    Path(id): Path<String>,
    ui: Ui,
    address: fn(stripe_shared::Invoice) -> Option<String>,
) -> Result {
    let (stripe, catalog) = (stripe(&billing)?, core.store.catalog());
    let ours = catalog.find::<invoice::Entity>().filter(invoice::Column::Id.eq(&id));
    let ours = ours.filter(invoice::Column::TenantId.eq(tenant.id)).one(catalog).await?;
    let known = ours.ok_or(Error::NotFound)?;
    let read = async { Ok(stripe.read(&RetrieveInvoice::new(known.id.as_str())).await?) };
    match in_time(read).await {
        Ok(invoice) => match address(invoice) {
            Some(url) => see_other(url),
            None => Err(Error::NotFound),
        },
        Err(failure) => failed(&ui, failure, INVOICES),
    }
}
