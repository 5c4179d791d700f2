//! The noun: a workspace, and who belongs to it.

mod form;
mod founding;

use std::sync::Arc;

use async_trait::async_trait;
use platform::{
    AnyRole, Error, Result, Role, TenantDb, TenantId, UserId, announce_in_catalog,
    catalog::CatalogTx,
    contracts::WorkspaceCreated,
    entitlements,
    people::entity::user,
    workspaces::{
        InitialOwner, NewMember, NewTenant, Slug, Status, Store, Tenant, TenantCreation,
        add_member, confirm_membership, find_member, reserve_membership,
    },
};

use crate::seats::{Members, is_invited};

pub(crate) use form::{NAME, check_name, slug_of};
pub use founding::{CreateOutcome, found};

/// A new workspace with its owner.
pub async fn create(
    store: &Store,
    slug: Slug,
    name: &str,
    owner: &user::Model,
) -> Result<Arc<Tenant>> {
    let name = form::name_of(name).map_err(|why| Error::BadRequest(why.to_owned()))?;
    let founding = Founding { first: InitialOwner(member(owner, Role::Owner)), owner: owner.id };
    store.create_tenant(NewTenant::new(slug, name), &founding).await
}

/// The first owner, and the news of it in the transaction that opens the workspace.
struct Founding {
    first: InitialOwner,
    owner: UserId,
}

#[async_trait]
impl TenantCreation for Founding {
    async fn reserve(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        self.first.reserve(catalog, tenant).await
    }

    async fn first(&self, db: &TenantDb) -> Result<()> {
        self.first.first(db).await
    }

    async fn confirm(&self, catalog: &CatalogTx, tenant: TenantId) -> Result<()> {
        self.first.confirm(catalog, tenant).await?;
        announce_in_catalog(catalog, &WorkspaceCreated { tenant, owner: self.owner }).await
    }
}

fn member(person: &user::Model, role: impl Into<AnyRole>) -> NewMember {
    let (name, email) = (person.name.clone(), person.email.clone());
    NewMember { user: person.id, name, email, role: role.into() }
}

/// Makes a person a member, or gives a member another role. Reserved in the catalogue, committed in
/// the tenant, confirmed in the catalogue: after a kill, doing it again completes it.
pub async fn add(
    store: &Store,
    tenant: Arc<Tenant>,
    person: &user::Model,
    role: impl Into<AnyRole>,
) -> Result<()> {
    let user = person.id;
    reserve_membership(store.catalog(), user, tenant.id).await?;
    let new = member(person, role);
    let id = tenant.id;
    store.write_in(tenant, |db| async move { join(&db, new).await }).await?;
    confirm_membership(store, user, id).await
}

async fn join(db: &TenantDb, new: NewMember) -> Result<()> {
    let is_new = find_member(db, new.user).await?.is_none();
    let seats = u64::from(!is_invited(db, &new.email).await?);
    if is_new && let Err(full) = entitlements::room_for::<Members>(db, seats).await? {
        let text = format!("{} `groundwork tenant limit` sets it.", full.state());
        return Err(Error::Conflict(text));
    }
    add_member(db, new).await.map(drop)
}

/// Shuts it, with all data kept.
pub async fn suspend(store: &Store, tenant: &Tenant) -> Result<()> {
    if tenant.status == Status::PendingDeletion {
        // Its end would be forgotten.
        let text = "Its owner deleted it. Open it again first, or let it be erased.";
        return Err(Error::Conflict(text.into()));
    }
    store.set_status(tenant, Status::Suspended).await
}

/// Opens it again.
pub async fn resume(store: &Store, tenant: &Tenant) -> Result<()> {
    store.set_status(tenant, Status::Active).await
}
