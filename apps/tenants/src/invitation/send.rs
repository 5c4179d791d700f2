//! The job that sends the email of an invitation. The secret of its link is made here and nowhere
//! kept.

use platform::{
    Cause, Delivery, Error, Job, Priority, Result, Run, TenantDb, give_up, is_given_up,
    limits::EmailPermit,
    mail::Mailbox,
    ui,
    workspaces::{entity::invitation::State, invitation_token, read_invitation},
};
use sea_orm::prelude::Uuid;
use serde::{Deserialize, Serialize};

use super::{INVITATION_EMAIL, close};
use crate::emails;

/// Somebody was invited, or invited again.
#[derive(Serialize, Deserialize)]
pub struct SendInvitation {
    /// Which invitation.
    pub invitation: Uuid,
    /// As it was when this was left: a later one has an email of its own.
    pub version: i32,
    /// That it was counted for its reader.
    #[serde(default)]
    pub permit: EmailPermit,
}

impl Job for SendInvitation {
    const NAME: &'static str = "tenants.send_invitation";
    const PRIORITY: Priority = Priority::High;
}

/// Writes and sends it, unless it was taken back or sent anew meanwhile.
pub async fn send_invitation(job: SendInvitation, run: Run) -> Result<()> {
    let tenant = run.tenant.clone().ok_or_else(|| give_up("an invitation to no workspace"))?;
    let read = |db| async move { read_invitation(&db, job.invitation).await };
    let found = match run.store.read_in(tenant.clone(), read).await {
        Err(Error::NotFound) => return Ok(()),
        found => found?,
    };
    let row = &found.invitation;
    let (Some(inviter), Some((role, _))) = (&found.inviter, &found.role) else { return Ok(()) };
    let is_wanted = row.is_open() || row.state == State::Undeliverable && !row.is_expired();
    if !is_wanted || row.version != job.version {
        return Ok(());
    }
    let about = emails::Invitation {
        inviter: &inviter.name,
        inviter_address: &inviter.email,
        workspace: &tenant.name,
        role,
        until: &ui::date(tenant.day(row.expires_at)).to_string(),
    };
    let post = &run.emails;
    let token = invitation_token(tenant.id, row, |purpose, text| post.mac_token(purpose, text));
    let link = post.account(&format!("/invitation?token={token}"));
    let to = Mailbox::unknown(&row.email);
    let email = emails::invitation(post.branding(), to, &about, &link);
    let cause = Cause::Others(INVITATION_EMAIL, job.permit);
    // Whoever invited reads in the list of members that nothing arrived.
    match run.send(&email, cause).await {
        Ok(Delivery::Refused) => {
            close(run.db()?, row, State::Undeliverable).await?;
            Ok(())
        }
        Err(error) if is_given_up(&error) => {
            // A job that dies undoes what it wrote, so this is written apart.
            let row = row.clone();
            let note = |db: TenantDb| async move { close(&db, &row, State::Undeliverable).await };
            run.store.write_in(tenant.clone(), note).await?;
            Err(error)
        }
        // An operator who mended what was wrong had the job tried again.
        Ok(Delivery::Sent) if row.state == State::Undeliverable => {
            close(run.db()?, row, State::Pending).await?;
            Ok(())
        }
        sent => sent.map(drop),
    }
}
