//! One attempt at one job: opens its tenant, runs it within its time, keeps or undoes, judges.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use chrono::TimeDelta;
use core_base::{Actor, Error, Result, clock};
use core_db::{Acting, Origin, Status, Store, Tenant};
use futures_util::FutureExt;
use rand::RngExt;

use crate::{
    JobId, Jobs, Run,
    entity::job,
    person,
    queue::{Held, Outcome},
    registry::Runner,
    run::is_given_up,
};

/// A job that no process knows for so long is dead: longer than any release takes to roll out.
const KNOWN_WITHIN: TimeDelta = TimeDelta::days(1);

/// What became of an attempt.
pub(crate) struct Finished {
    pub(crate) id: uuid::Uuid,
    pub(crate) outcome: Outcome,
    pub(crate) took: Duration,
}

pub(crate) struct Attempt {
    store: Store,
    jobs: Arc<Jobs>,
    job: job::Model,
}

impl Attempt {
    pub(crate) fn new(store: Store, jobs: Arc<Jobs>, job: job::Model) -> Self {
        Self { store, jobs, job }
    }

    pub(crate) async fn run(self) -> Outcome {
        let outcome = self.judge().await;
        self.jobs.tally(&self.job.name, &outcome);
        outcome
    }

    async fn judge(&self) -> Outcome {
        let (id, name) = (self.job.id, self.job.name.as_str());
        let Some(runner) = self.jobs.runner(name) else { return self.unknown() };
        let tenant = match self.tenant().await {
            Ok(tenant) => tenant,
            Err(outcome) => return outcome,
        };
        let began = std::time::Instant::now();
        let done = match AssertUnwindSafe(self.work(runner, tenant)).catch_unwind().await {
            Ok(done) => done,
            Err(_) => Err(Error::Internal(anyhow::anyhow!("it panicked"))),
        };
        let us = began.elapsed().as_micros() as u64;
        let (attempt, tenant) = (self.job.attempts, self.job.tenant_id);
        let tenant = tenant.map(tracing::field::display);
        match done {
            Ok(()) => {
                tracing::debug!(job = %id, name, tenant, attempt, us, "done");
                Outcome::Done
            }
            Err(error) => {
                let (last, wait) = (is_given_up(&error), backoff(self.job.attempts));
                let why: String = format!("{:#}", error.into_anyhow()).chars().take(500).collect();
                tracing::warn!(job = %id, name, tenant, attempt, us, "failed: {why}");
                if last || self.job.attempts >= runner.attempts.cast_signed() {
                    return Outcome::Dead(why);
                }
                Outcome::Failed(wait, why)
            }
        }
    }

    /// A newer process left it, and this one will be replaced soon; or nobody does such jobs any more.
    fn unknown(&self) -> Outcome {
        let (id, name) = (self.job.id, self.job.name.as_str());
        let since = self.job.held_since.filter(|_| self.job.error == Held::Unknown.as_str());
        if since.is_some_and(|since| clock::now() - since > KNOWN_WITHIN) {
            tracing::warn!(job = %id, name, "dead: no process knew such jobs for a day");
            return Outcome::Dead("no process knew such jobs for a day".into());
        }
        if self.jobs.is_first_sight(name) {
            tracing::warn!(job = %id, name, "this process does not know such jobs: they wait a day");
        }
        Outcome::Held(Held::Unknown)
    }

    /// The tenant, if it can be worked in now.
    async fn tenant(&self) -> Result<Option<Arc<Tenant>>, Outcome> {
        let Some(id) = self.job.tenant_id else { return Ok(None) };
        let later =
            |seconds, why: &str| Outcome::Postponed(TimeDelta::seconds(seconds), why.to_owned());
        match self.store.directory().by_id(id).await {
            Err(error) => Err(later(5, &error.to_string())),
            Ok(None) => Err(Outcome::Gone),
            Ok(Some(tenant)) => match tenant.status {
                Status::Active if tenant.quarantined => Err(Outcome::Held(Held::Quarantined)),
                Status::Active => Ok(Some(tenant)),
                Status::Provisioning => Err(later(5, "not finished")),
                Status::Suspended | Status::PendingDeletion => {
                    Err(Outcome::Held(Held::TenantInactive))
                }
                Status::Deleting | Status::Deleted => Err(Outcome::Gone),
            },
        }
    }

    async fn work(&self, runner: &Runner, tenant: Option<Arc<Tenant>>) -> Result<()> {
        let (by, payload) = person::taken_from(&self.job.payload);
        let actor = Actor::Job { id: self.job.id, name: runner.name.clone(), by };
        let acting = Acting::new(actor, Origin::default());
        acting.scope(self.work_as_job(runner, tenant, &payload)).await
    }

    async fn work_as_job(
        &self,
        runner: &Runner,
        tenant: Option<Arc<Tenant>>,
        payload: &str,
    ) -> Result<()> {
        let db = match &tenant {
            Some(tenant) => Some(self.store.job_db(tenant.clone(), self.job.id).await?),
            None => None,
        };
        let run = Run {
            id: JobId(self.job.id),
            attempt: self.job.attempts.cast_unsigned(),
            tenant,
            store: self.store.clone(),
            emails: self.jobs.emails().clone(),
            db: db.clone(),
            jobs: self.jobs.clone(),
            extensions: self.jobs.extensions().clone(),
        };
        let work = (runner.work)(payload, run);
        let done = match tokio::time::timeout(runner.timeout, work).await {
            Ok(done) => done,
            Err(_) => Err(anyhow::anyhow!("it took longer than {:?}", runner.timeout).into()),
        };
        let Some(db) = db else { return done };
        if db.is_repeated() {
            return Ok(());
        }
        db.finish(done.is_ok()).await?;
        done
    }
}

/// 5 s after the first failure, twice as long after each, at most 6 hours; spread by a quarter to
/// both sides, so that what failed together does not come back together.
fn backoff(attempts: i32) -> TimeDelta {
    let seconds = 5.0 * 2_f64.powi((attempts - 1).clamp(0, 20));
    let spread = rand::rng().random_range(0.75..1.25);
    TimeDelta::milliseconds((seconds.min(6.0 * 3600.0) * spread * 1000.0) as i64)
}
