//! SQLite has no time limit for statements: a connection to a file, with a brake.

use std::{
    ops::{Deref, DerefMut},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sqlx::SqliteConnection;

/// So many steps of its machine SQLite takes before it looks at the brake: microseconds.
const STEPS: i32 = 1000;

/// Stops what runs on one connection.
#[derive(Clone, Default)]
pub(crate) struct Interrupter(Arc<AtomicBool>);

impl Interrupter {
    /// What runs ends with an error; so does everything of some length until `release`.
    pub(crate) fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn release(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Waits for a statement, but not longer; then it is stopped, and its error is the answer.
    pub(crate) async fn limit<T>(
        &self,
        time: Option<Duration>,
        work: impl Future<Output = T>,
    ) -> T {
        let Some(time) = time else { return work.await };
        let mut work = pin!(work);
        if let Ok(done) = tokio::time::timeout(time, &mut work).await {
            return done;
        }
        self.stop();
        let done = work.await;
        self.release();
        done
    }
}

/// A connection whose statements can be stopped.
pub(crate) struct InterruptibleConnection {
    connection: SqliteConnection,
    brake: Interrupter,
}

impl InterruptibleConnection {
    pub(crate) async fn new(mut connection: SqliteConnection) -> Result<Self, sqlx::Error> {
        let brake = Interrupter::default();
        let looked_at = brake.clone();
        let go_on = move || !looked_at.0.load(Ordering::Relaxed);
        connection.lock_handle().await?.set_progress_handler(STEPS, go_on);
        Ok(Self { connection, brake })
    }

    pub(crate) fn brake(&self) -> Interrupter {
        self.brake.clone()
    }

    pub(crate) fn into_inner(self) -> SqliteConnection {
        self.connection
    }
}

impl Deref for InterruptibleConnection {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for InterruptibleConnection {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}
