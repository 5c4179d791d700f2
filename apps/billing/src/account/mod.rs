//! A workspace as a customer: what is known of it here, and how that follows Stripe.

mod entity;
pub mod invoice;
mod refresh;
mod standing;

use platform::{
    Result, TenantId,
    catalog::{CatalogDb, violates},
};
use sea_orm::{
    ColumnTrait, DbErr, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr,
};

pub use entity::{ActiveModel, Column, Entity, Model};
pub(crate) use refresh::end_all;
pub use refresh::{Failure, refresh};
pub(crate) use standing::{ALIVE, BY_DELETION, STOPPED};
pub use standing::{Choice, Standing, choose, is_alive, is_in_force};

use crate::plan::{Interval, Plan};

/// What is known of a workspace; a blank row where nothing is.
pub async fn find(catalog: &CatalogDb, tenant: TenantId) -> Result<Model> {
    let row = catalog.find::<Entity>().filter(Column::TenantId.eq(tenant)).one(catalog).await?;
    Ok(row.unwrap_or_else(|| blank(tenant)))
}

/// The workspace of a customer.
pub async fn of_customer(catalog: &CatalogDb, customer: &str) -> Result<Option<Model>> {
    let query = catalog.find::<Entity>().filter(Column::Customer.eq(customer));
    Ok(query.one(catalog).await?)
}

/// Its newest invoices, the newest first.
pub async fn invoices(
    catalog: &CatalogDb,
    tenant: TenantId,
    many: u64,
) -> Result<Vec<invoice::Model>> {
    let query = catalog.find::<invoice::Entity>();
    let query = query.filter(invoice::Column::TenantId.eq(tenant));
    let query = query.order_by_desc(invoice::Column::IssuedAt);
    Ok(query.order_by_desc(invoice::Column::Id).limit(many).all(catalog).await?)
}

/// Notes what Stripe calls the workspace, where nobody else did. Gives what it is called then.
pub(crate) async fn note_customer(
    catalog: &CatalogDb,
    tenant: TenantId,
    customer: &str,
) -> Result<String> {
    exists(catalog, tenant).await?;
    let update = catalog.update_many::<Entity>().filter(Column::TenantId.eq(tenant));
    let update = update.filter(Column::Customer.is_null());
    update.col_expr(Column::Customer, Expr::value(customer)).exec(catalog).await?;
    let known = find(catalog, tenant).await?.customer;
    Ok(known.unwrap_or_else(|| customer.to_owned()))
}

/// Makes sure that there is a row.
pub(crate) async fn exists(catalog: &CatalogDb, tenant: TenantId) -> Result<()> {
    let query = catalog.find::<Entity>().filter(Column::TenantId.eq(tenant));
    if query.count(catalog).await? > 0 {
        return Ok(());
    }
    match catalog.insert(ActiveModel::from(blank(tenant))).await {
        Err(error) if !is_there(&error, "billing_accounts", "tenant_id") => Err(error.into()),
        _ => Ok(()),
    }
}

/// There is such a row already. The stores name a primary key differently.
pub(crate) fn is_there(error: &DbErr, table: &str, key: &str) -> bool {
    violates(error, &format!("{table}_pkey")) || violates(error, &format!("{table}_{key}_key"))
}

fn blank(tenant_id: TenantId) -> Model {
    Model {
        tenant_id,
        revision: 0,
        customer: None,
        subscription: None,
        status: String::new(),
        plan: String::new(),
        period: String::new(),
        currency: String::new(),
        amount: 0,
        seats: 0,
        period_end: None,
        trial_end: None,
        ends_at: None,
        is_stopped: false,
        had_any: false,
        has_card: false,
        next_amount: None,
        checkout: None,
        checkout_at: None,
        returned_at: None,
        read_at: None,
    }
}

impl Model {
    /// The plan that is in force.
    pub fn current(&self) -> &'static Plan {
        let paid = Plan::find(&self.plan).filter(|_| is_in_force(&self.status));
        paid.unwrap_or_else(Plan::free)
    }

    /// There is a subscription that can still be charged.
    pub fn is_alive(&self) -> bool {
        is_alive(&self.status)
    }

    /// How often it is paid.
    pub fn interval(&self) -> Option<Interval> {
        Interval::of(&self.period)
    }
}
