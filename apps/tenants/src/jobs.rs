//! What the platform does about workspaces by itself.

use platform::{
    Cause, Job, Result, Run,
    limits::{EmailKind, EmailPermit},
    mail::Mailbox,
};
use serde::{Deserialize, Serialize};

use crate::emails;

/// Erases the workspaces whose owners deleted them long enough ago.
#[derive(Serialize, Deserialize)]
pub struct EraseDue {}

impl Job for EraseDue {
    const NAME: &'static str = "tenants.erase_due";
}

pub(crate) async fn erase_due(_: EraseDue, run: Run) -> Result<()> {
    run.store.erase_due().await.map(drop)
}

/// To an owner of a workspace that another owner deleted. Many a day, since each workspace has its
/// own; about one of them, no more than one in three minutes.
pub(crate) const DELETED_EMAIL: EmailKind = EmailKind::new("deleted", 20);

/// Tells an owner that a workspace of theirs was deleted, while it can be undone. Not a job of the
/// workspace: those wait until it is open again.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellDeleted {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) workspace: String,
    pub(crate) by: String,
    pub(crate) day: String,
    #[serde(default)]
    pub(crate) permit: EmailPermit,
}

impl Job for TellDeleted {
    const NAME: &'static str = "tenants.tell_deleted";
}

pub(crate) async fn tell_deleted(job: TellDeleted, run: Run) -> Result<()> {
    let (to, post) = (Mailbox::new(&job.name, &job.email), &run.emails);
    let about = emails::Deleted { workspace: &job.workspace, by: &job.by, day: &job.day };
    let email = emails::deleted(post.branding(), to, &about, &post.account("/workspaces"));
    run.send(&email, Cause::Others(DELETED_EMAIL, job.permit)).await.map(drop)
}
