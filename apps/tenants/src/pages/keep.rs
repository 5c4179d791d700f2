//! Undoing the deletion of a workspace, from the list of workspaces.

use platform::{
    Error, Path, Result, SignedIn, TenantId,
    process::Platform,
    see_other, see_other_with,
    ui::Toast,
    workspaces::{Status, find_member},
};
use sea_orm::prelude::Uuid;

pub(crate) async fn keep(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    Path(id): Path<Uuid>,
) -> Result {
    let (store, user) = (&core.store, session.user);
    let tenant = store.directory().by_id(TenantId(id)).await?.ok_or(Error::NotFound)?;
    if !Status::WHOLE.contains(&tenant.status) {
        return Err(Error::NotFound);
    }
    let find = |db| async move { find_member(&db, user).await };
    let member = store.write_in(tenant.clone(), find).await?.ok_or(Error::NotFound)?;
    if !member.permissions.is_owner() {
        return Err(Error::Forbidden);
    }
    if store.cancel_deletion(&tenant).await? {
        let text = format!("{} is open again", tenant.name);
        return see_other_with("/workspaces", &Toast::success(text));
    }
    // A second click, or nothing to undo.
    see_other("/workspaces")
}
