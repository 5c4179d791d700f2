//! A unit of work that waits for somebody else: what it did so far is kept, and its connection is free meanwhile.

use std::sync::{PoisonError, atomic::Ordering};

use core_base::Result;

use super::{State, TenantDb};

impl TenantDb {
    /// Keeps what was done so far and lets the connection go, for asking another service that takes its time: the next
    /// query begins a new transaction. Not for jobs, whose effects count as a whole.
    pub async fn let_go(&self) -> Result<()> {
        if self.0.job.is_some() {
            return Err(anyhow::anyhow!("a job's transaction is one").into());
        }
        let mut state = self.0.state.lock().await;
        let mut tx = match std::mem::replace(&mut *state, State::Waiting) {
            State::Open(tx) => tx,
            other => {
                *state = other;
                return Ok(());
            }
        };
        let is_quiet = self.0.recorder.pending().is_empty();
        let last = match is_quiet {
            true => vec![],
            false => self.0.recorder.last_writes(&mut tx).await?,
        };
        tx.commit_after(last).await?;
        let later =
            std::mem::take(&mut *self.0.later.lock().unwrap_or_else(PoisonError::into_inner));
        for work in later {
            if let Err(error) = work.await {
                let error = error.into_anyhow();
                tracing::warn!("after a transaction, to be mended later: {error:#}");
            }
        }
        if self.0.left.swap(false, Ordering::AcqRel) {
            self.0.wake.tenant(self.0.tenant.id);
        }
        Ok(())
    }
}
