//! Undoing the deletion of a workspace, from the list of workspaces.

use platform::{
    Actor, Error, Path, Result, SignedIn, TenantDb, TenantId, Through,
    audit::CHANGED_WORKSPACE,
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
        let day = tenant.erase_at.map(|at| tenant.day(at).to_string()).unwrap_or_default();
        let (name, through) = (tenant.name.clone(), Through::Session(session.id));
        let tell = |db: TenantDb| async move {
            db.act_as(Actor::Member { user, member: member.id, through });
            db.audit_change(CHANGED_WORKSPACE, &name, &[("To be erased on", &day, "")]);
            Ok(())
        };
        store.write_in(tenant.clone(), tell).await?;
        let text = format!("{} is open again", tenant.name);
        return see_other_with("/workspaces", &Toast::success(text));
    }
    // A second click, or nothing to undo.
    see_other("/workspaces")
}
