//! How members come and go, and who is told.

use platform::{
    Cause, Error, Member, MemberId, Result, Run, TenantDb, Verdict, announce,
    contracts::{MemberJoined, MemberRemoved, RemoveMember},
    give_up,
    limits::{EmailKind, EmailPermit},
    mail::Mailbox,
    process::Services,
    workspaces::{Decision, get_member},
};

use crate::emails;

/// To somebody who was removed from a workspace.
const REMOVED_EMAIL: EmailKind = EmailKind::new("removed", 20);

/// Removes a member, or the one who decides, and announces it; or says why they stay.
pub(crate) async fn remove(
    core: &Services,
    db: &TenantDb,
    decision: &Decision<'_>,
    id: MemberId,
) -> Verdict<Member, String> {
    if let Err(objection) = core.guards.ask(db, &RemoveMember { member: id }).await? {
        return Ok(Err(objection.0));
    }
    let gone = match decision.remove(&core.sessions, id).await? {
        Ok(gone) => gone,
        Err(why) => return Ok(Err(why.text().to_owned())),
    };
    let by = decision.actor().id;
    let event = MemberRemoved {
        member: gone.id,
        user: gone.user,
        name: gone.name.clone(),
        email: gone.email.clone(),
        removed_by: (by != gone.id).then_some(by),
    };
    announce(db, &event).await?;
    Ok(Ok(gone))
}

/// Whoever invited somebody learns that they came.
pub(crate) async fn tell_inviter(event: MemberJoined, run: Run) -> Result<()> {
    let tenant = run.tenant.clone().ok_or_else(|| give_up("it happened in no workspace"))?;
    let read = |db| async move { get_member(&db, event.invited_by).await };
    let inviter = match run.store.read_in(tenant.clone(), read).await {
        Err(Error::NotFound) => return Ok(()),
        inviter => inviter?,
    };
    let (to, post) = (Mailbox::new(&inviter.name, &inviter.email), &run.emails);
    let link = format!("{}/settings/members", tenant.origin);
    let email = emails::joined(post.branding(), to, &event.name, &tenant.name, &link);
    // One for each of their own invitations, and those are counted.
    run.send(&email, Cause::Reader).await.map(drop)
}

/// Whoever was removed learns it, since they could think that something is broken. Who left knows.
pub(crate) async fn tell_removed(event: MemberRemoved, run: Run) -> Result<()> {
    let tenant = run.tenant.clone().ok_or_else(|| give_up("it happened in no workspace"))?;
    if event.removed_by.is_none() {
        return Ok(());
    }
    let (to, post) = (Mailbox::new(&event.name, &event.email), &run.emails);
    let link = post.account("/workspaces");
    let email = emails::removed(post.branding(), to, &tenant.name, &link);
    let cause = Cause::Others(REMOVED_EMAIL, EmailPermit::default());
    run.send(&email, cause).await.map(drop)
}
