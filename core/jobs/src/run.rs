//! What a job's function gets besides its payload.

use std::{fmt, sync::Arc};

use core_access::{EmailKind, EmailPermit, RateLimiter};
use core_base::{Error, Extensions, Result};
use core_db::{Store, Tenant, TenantDb};
use core_mail::{Email, EmailService, Undelivered};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

use crate::{
    JobId, Jobs,
    entity::job::{Column, Entity},
};

/// Who can have an email sent.
#[derive(Clone, Debug)]
pub enum Cause {
    /// Its reader alone, signed in or with a proven address.
    Reader,
    /// Others too; counted when they asked for it, or else now.
    Others(EmailKind, EmailPermit),
}

impl Cause {
    fn uncounted(&self) -> Option<EmailKind> {
        match self {
            Self::Others(kind, permit) if !permit.is_counted() => Some(*kind),
            _ => None,
        }
    }
}

/// What became of an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The mail server has it.
    Sent,
    /// There is no such reader, and no other try will find one.
    Refused,
    /// Its reader got as many of its kind as others may send.
    TooMany,
}

/// One attempt at one job.
#[derive(Clone)]
pub struct Run {
    /// The job: the same at each attempt, so it makes a key for effects outside.
    pub id: JobId,
    /// 1 at first.
    pub attempt: u32,
    /// Whose job it is; none: the platform's own.
    pub tenant: Option<Arc<Tenant>>,
    /// All data, for the platform's own jobs.
    pub store: Store,
    /// For writing emails and sending them.
    pub emails: EmailService,
    pub(crate) db: Option<TenantDb>,
    pub(crate) jobs: Arc<Jobs>,
    pub(crate) extensions: Extensions,
}

impl Run {
    /// The job's transaction: kept when the job succeeds, and its effects count once.
    pub fn db(&self) -> Result<&TenantDb> {
        self.db.as_ref().ok_or_else(|| Error::Internal(anyhow::anyhow!("a job without a tenant")))
    }

    /// What an app brings with `App::extension`.
    pub fn extension<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        self.extensions.find()
    }

    /// Sends an email, under the job's own id: however often the job is repeated, mail programs see
    /// one. Call it without an open transaction, and send one email in a job. Whoever sends says who
    /// can cause it, since what others can cause is counted for its reader.
    pub async fn send(&self, email: &Email, cause: Cause) -> Result<Delivery> {
        if let Some(kind) = cause.uncounted()
            && !self.may_email(kind, email).await?
        {
            tracing::info!(job = %self.id, "not sent: its reader got enough of this kind");
            return Ok(Delivery::TooMany);
        }
        match self.emails.deliver(email, self.id.0).await {
            Ok(()) => Ok(Delivery::Sent),
            Err(error @ Undelivered::Later(_)) => Err(anyhow::Error::new(error).into()),
            Err(error @ Undelivered::Never(_)) => Err(give_up(error.to_string())),
            Err(error @ Undelivered::Nobody(_)) => {
                tracing::info!(job = %self.id, "not sent: {error}");
                Ok(Delivery::Refused)
            }
        }
    }

    /// Counts at the first attempt: the others are for the same email.
    async fn may_email(&self, kind: EmailKind, email: &Email) -> Result<bool> {
        if self.attempt > 1 {
            return Ok(true);
        }
        let catalog = self.store.catalog();
        let limiter = RateLimiter::new(catalog.clone(), self.emails.is_limited());
        let tx = catalog.begin().await?;
        let about = self.tenant.as_ref().map(|tenant| tenant.id.to_string()).unwrap_or_default();
        let allowed = limiter.may_email(&tx, kind, &email.to.address, &about).await?.is_ok();
        tx.commit().await?;
        Ok(allowed)
    }

    /// Says how far it is, for a page that shows it. Call it at most a few times a second.
    pub async fn progress(&self, words: &str) -> Result<()> {
        let catalog = self.store.catalog();
        let words: String = words.chars().take(200).collect();
        let update = catalog.update_many::<Entity>().filter(Column::Id.eq(self.id.0));
        update.col_expr(Column::Progress, Expr::value(words)).exec(catalog).await?;
        Ok(())
    }
}

/// Marks a failure that another attempt would not mend.
#[derive(Debug)]
struct GivenUp(String);

impl fmt::Display for GivenUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GivenUp {}

/// The error of a job that must not be tried again: it is dead at once, with these words.
pub fn give_up(why: impl Into<String>) -> Error {
    Error::Internal(anyhow::Error::new(GivenUp(why.into())))
}

/// Is it an error of [`give_up`], after which the job is tried no more?
pub fn is_given_up(error: &Error) -> bool {
    matches!(error, Error::Internal(cause) if cause.is::<GivenUp>())
}
