//! Who is invited where. The catalogue's index is only a hint, written when an email is asked for;
//! each invitation is read in its workspace before anybody is told of it.

use std::sync::Arc;

use core_base::{Error, Result, clock};
use core_db::{CatalogTx, Status, Store, Tenant};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};

use crate::{
    Invited,
    entity::invited::{Column, Entity, Model},
    read_invitation,
};

/// More nobody looks through.
const MAX_SHOWN: u64 = 20;

/// Notes an invitation, before its workspace keeps it.
pub async fn note_invited(tx: &CatalogTx, hint: Model) -> Result<()> {
    let mut again = OnConflict::column(Column::Id);
    again.update_columns([Column::Email, Column::ExpiresAt]);
    let row = hint.into_active_model().reset_all();
    Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// The invitations that wait for whoever reads mail at this address.
pub async fn waiting_for(store: &Store, email: &str) -> Result<Vec<(Arc<Tenant>, Invited)>> {
    let catalog = store.catalog();
    let hints = catalog
        .find::<Entity>()
        .filter(Column::Email.eq(email))
        .filter(Column::ExpiresAt.gt(clock::now()))
        .order_by_desc(Column::ExpiresAt)
        .limit(MAX_SHOWN)
        .all(catalog)
        .await?;
    let mut waiting = vec![];
    for hint in hints {
        let tenant = store.directory().by_id(hint.tenant_id).await?;
        let open = |tenant: &Arc<Tenant>| tenant.status == Status::Active && !tenant.quarantined;
        let Some(tenant) = tenant.filter(open) else { continue };
        let read = |db| async move { read_invitation(&db, hint.id).await };
        match store.read_in(tenant.clone(), read).await {
            Ok(found) if found.invitation.is_open() && found.invitation.email == email => {
                waiting.push((tenant, found));
            }
            Ok(_) | Err(Error::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(waiting)
}
