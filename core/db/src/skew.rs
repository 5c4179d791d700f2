//! The clock of this machine against the database's. Tickets live for thirty seconds and leases of jobs
//! for a minute, by the clock of whichever process looks: processes must agree.

use anyhow::ensure;
use chrono::{DateTime, TimeDelta, Utc};
use core_base::{Finding, clock};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::{clocks_agreed::NOTABLE, store::Store};

/// With more, two processes would refuse each other's tickets: half of their life.
const MAX_SKEW: TimeDelta = TimeDelta::seconds(15);

impl Store {
    /// By how much the database's clock is ahead of this machine's. An embedded store has no other.
    async fn skew(&self) -> anyhow::Result<TimeDelta> {
        if self.backend() != DbBackend::Postgres {
            return Ok(TimeDelta::zero());
        }
        let ask = Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp() AS at");
        let before = clock::now();
        let row = self.catalog().query_one_raw(ask).await?;
        let took = clock::now() - before;
        let Some(row) = row else { return Ok(TimeDelta::zero()) };
        let at: DateTime<Utc> = row.try_get("", "at")?;
        let skew = at - (before + took / 2);
        // What the way there took is no skew.
        Ok(if skew.abs() <= took / 2 { TimeDelta::zero() } else { skew })
    }

    /// Fails where the clocks differ by so much that this process must not work beside others. An
    /// agreement holds for a minute, unless this machine's clock is put forward or back: who asks
    /// whether we are ready asks often, and must not wait for the database twice.
    pub async fn check_clock(&self) -> anyhow::Result<()> {
        if self.0.clocks_agreed.still() {
            return Ok(());
        }
        let skew = self.skew().await?;
        let seconds = skew.num_milliseconds() as f64 / 1000.0;
        ensure!(
            skew.abs() <= MAX_SKEW,
            "this machine's clock and the database's differ by {:.0} s: sign-in between processes \
             fails; run a time service (NTP) on both",
            seconds.abs()
        );
        if skew.abs() > NOTABLE {
            tracing::warn!(seconds, "the database's clock is ahead of this machine's by so much");
        }
        self.0.clocks_agreed.note();
        Ok(())
    }

    /// For `check --deploy`.
    pub(crate) async fn clock_finding(&self) -> anyhow::Result<Option<Finding>> {
        Ok(finding(self.skew().await?))
    }
}

fn finding(skew: TimeDelta) -> Option<Finding> {
    (skew.abs() > NOTABLE).then(|| {
        let seconds = skew.abs().num_milliseconds() as f64 / 1000.0;
        Finding::new(
            "server.clock",
            format!("the server's clock and this machine's differ by {seconds:.0} s"),
            "run a time service (NTP) on both",
        )
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::finding;

    #[test]
    fn clocks_may_differ_by_two_seconds() {
        for milliseconds in [0, 1900, -1900] {
            assert_eq!(finding(TimeDelta::milliseconds(milliseconds)), None);
        }
        for milliseconds in [2100, -40_000] {
            let found = finding(TimeDelta::milliseconds(milliseconds));
            assert_eq!(found.map(|found| found.id), Some("server.clock"));
        }
    }
}
