//! The noun: a workspace, and who belongs to it.

mod form;
mod founding;

use std::sync::Arc;

use platform::{
    AnyRole, Error, Result, Role,
    people::entity::user,
    workspaces::{
        InitialOwner, NewMember, NewTenant, Slug, Status, Store, Tenant, add_member,
        confirm_membership, reserve_membership,
    },
};

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
    let new = NewTenant::new(slug, name);
    store.create_tenant(new, &InitialOwner(member(owner, Role::Owner))).await
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
    store.write_in(tenant, |db| async move { add_member(&db, new).await.map(drop) }).await?;
    confirm_membership(store, user, id).await
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
