//! Addresses of workspaces: which are free, and giving one another.

use chrono::TimeDelta;
use core_base::{Error, Result, Slug, TenantId, Verdict, clock};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, UpdateMany,
    sea_query::Expr,
};

use crate::{
    catalog::{address, tenant},
    catalog_db::CatalogTx,
    changes::Changes,
    store::Store,
    tenant::{SignInPolicy, Tenant},
    unique::OnUnique,
};

pub(crate) const UNIQUE: &str = "tenants_slug_key";

/// An address that was given up leads to the new one for so long. It stays taken for ever.
pub const ADDRESS_REDIRECT: TimeDelta = TimeDelta::days(90);

/// Another workspace has this address, or had it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken;

impl Store {
    /// Could this address be had right now, by a new workspace or by `own`? Its own old ones are
    /// free to it.
    pub async fn is_free(&self, slug: &Slug, own: Option<TenantId>) -> Result<bool> {
        let catalog = self.catalog();
        let has = tenant::Entity::find().filter(tenant::Column::Slug.eq(slug.as_str()));
        let had = address::Entity::find().filter(had(slug, own));
        Ok(has.one(catalog).await?.is_none() && had.one(catalog).await?.is_none())
    }

    /// Gives a workspace another address; within a second the old one leads there on every process.
    pub async fn move_tenant(&self, from: &Tenant, to: &Slug) -> Verdict<(), Taken> {
        let tx = self.catalog().begin().await?;
        let moved = tenant::Entity::update_many()
            .col_expr(tenant::Column::Slug, Expr::value(to.as_str()))
            .filter(tenant::Column::Id.eq(from.id))
            .filter(tenant::Column::Slug.eq(&from.slug))
            .exec(&tx)
            .on_unique(&tx, UNIQUE, || Taken)
            .await?;
        let Ok(moved) = moved else { return Ok(Err(Taken)) };
        if moved.rows_affected == 0 {
            let text = "Someone else changed the address at the same time. Reload the page.";
            return Err(Error::Conflict(text.into()));
        }
        address::Entity::delete_many()
            .filter(address::Column::Slug.eq(to.as_str()))
            .filter(address::Column::TenantId.eq(from.id))
            .exec(&tx)
            .await?;
        if was_taken(&tx, to).await? {
            return Ok(Err(Taken));
        }
        let old = address::ActiveModel {
            slug: Set(from.slug.clone()),
            tenant_id: Set(from.id),
            leads_until: Set(clock::now() + ADDRESS_REDIRECT),
        };
        address::Entity::insert(old).exec_without_returning(&tx).await?;
        for slug in [from.slug.as_str(), to.as_str()] {
            Changes::record(&tx, "tenant", slug).await?;
        }
        tx.commit().await?;
        for slug in [from.slug.as_str(), to.as_str()] {
            self.changes().notify("tenant", slug);
        }
        Ok(Ok(()))
    }

    /// Has a workspace ask something else of how its people logged in.
    pub async fn set_sign_in_policy(&self, tenant: &Tenant, policy: SignInPolicy) -> Result<()> {
        let hours = policy.session_hours.and_then(|hours| i32::try_from(hours).ok());
        let columns = [
            (tenant::Column::TwoStepFrom, Expr::value(policy.two_step_from)),
            (tenant::Column::SessionHours, Expr::value(hours)),
        ];
        self.change_tenant(self.catalog().begin().await?, tenant, columns).await
    }

    /// Puts a workspace on another plan, together with what else is written in `tx`.
    pub async fn set_plan(&self, tx: CatalogTx, tenant: &Tenant, plan: &str) -> Result<()> {
        self.change_tenant(tx, tenant, [(tenant::Column::Plan, Expr::value(plan))]).await
    }

    /// Gives a workspace another name and time zone.
    pub async fn describe_tenant(&self, tenant: &Tenant, name: &str, zone: &str) -> Result<()> {
        let columns =
            [(tenant::Column::Name, Expr::value(name)), (tenant::Column::Zone, Expr::value(zone))];
        self.change_tenant(self.catalog().begin().await?, tenant, columns).await
    }

    /// Writes columns of a workspace's row, and tells every process that its copy is old.
    async fn change_tenant(
        &self,
        tx: CatalogTx,
        tenant: &Tenant,
        columns: impl IntoIterator<Item = (tenant::Column, Expr)>,
    ) -> Result<()> {
        let row = tenant::Entity::update_many().filter(tenant::Column::Id.eq(tenant.id));
        let change = |row: UpdateMany<_>, (column, value)| row.col_expr(column, value);
        columns.into_iter().fold(row, change).exec(&tx).await?;
        Changes::record(&tx, "tenant", &tenant.slug).await?;
        tx.commit().await?;
        self.changes().notify("tenant", &tenant.slug);
        Ok(())
    }
}

/// Did any workspace have this address before?
pub(crate) async fn was_taken(tx: &CatalogTx, slug: &Slug) -> Result<bool, DbErr> {
    Ok(address::Entity::find().filter(had(slug, None)).one(tx).await?.is_some())
}

fn had(slug: &Slug, own: Option<TenantId>) -> Condition {
    let all = Condition::all().add(address::Column::Slug.eq(slug.as_str()));
    all.add_option(own.map(|own| address::Column::TenantId.ne(own)))
}
