//! What a piece of work says to the databases, for whoever asks: pages in development, and tests.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

tokio::task_local! {
    static RECORD: Record;
}

type Record = Arc<Mutex<Vec<SentQuery>>>;

/// One statement that was sent, to the catalogue or to a tenant.
#[derive(Clone, Debug)]
pub struct SentQuery {
    /// Its text, without what stands for the parameters.
    pub sql: String,
    /// Until the answer was there.
    pub time: Duration,
}

/// Does the work and tells what it said. What it leaves to other tasks is not heard.
pub async fn record_queries<F: Future>(work: F) -> (F::Output, Vec<SentQuery>) {
    let record = Record::default();
    let output = RECORD.scope(record.clone(), work).await;
    let said = std::mem::take(&mut *record.lock().unwrap_or_else(PoisonError::into_inner));
    (output, said)
}

/// A statement under way; noted when it is dropped. Nothing where nobody asks.
pub(crate) struct Timed(Option<(Record, String, Instant)>);

pub(crate) fn timed(sql: &str) -> Timed {
    let begin = |record: &Record| (record.clone(), sql.to_owned(), Instant::now());
    Timed(RECORD.try_with(begin).ok())
}

impl Drop for Timed {
    fn drop(&mut self) {
        if let Some((record, sql, start)) = self.0.take() {
            let said = SentQuery { sql, time: start.elapsed() };
            record.lock().unwrap_or_else(PoisonError::into_inner).push(said);
        }
    }
}
