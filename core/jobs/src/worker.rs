//! The worker: leases jobs, runs them side by side, writes down what became of them.

use std::{collections::HashMap, pin::Pin, sync::Arc, time::Duration};

use core_base::Result;
use core_db::Store;
use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::AbortHandle,
    time::{Instant, MissedTickBehavior, interval},
};
use uuid::Uuid;

use crate::{
    Jobs, Relay,
    attempt::{Attempt, Finished},
    entity::job,
    queue::{self, Outcome},
    rounds,
};

/// Jobs that run side by side in one process.
const SLOTS: usize = 16;
/// Jobs are leased ahead for so long, so that quick ones don't wait for the queue and slow ones
/// don't keep others from being leased elsewhere.
const AHEAD: Duration = Duration::from_millis(50);
/// And never more than this for each slot.
const AHEAD_MOST: usize = 32;
/// How often the queue is looked at when nobody says that something is there: other processes
/// don't wake this one.
const POLL: Duration = Duration::from_millis(250);
/// After a failure of the store.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// How long running jobs may go on once the process is told to stop.
const DRAIN: Duration = Duration::from_secs(25);

/// Works on the queue of one store.
pub struct Worker {
    id: Uuid,
    store: Store,
    jobs: Arc<Jobs>,
    slots: Arc<Semaphore>,
    running: HashMap<Uuid, AbortHandle>,
    finished: mpsc::UnboundedSender<Finished>,
    /// How long jobs take, seconds; recent ones count more.
    pace: f64,
}

impl Worker {
    /// Works until `stop`, then finishes what runs and gives back what doesn't end in time.
    pub async fn run(store: Store, jobs: Arc<Jobs>, stop: impl Future<Output = ()>) {
        let ready = Arc::new(Notify::new());
        let helpers = [
            tokio::spawn(relay_loop(Relay::new(store.clone(), jobs.clone()), ready.clone())),
            tokio::spawn(rounds::run(store.clone(), jobs.clone(), ready.clone())),
        ];
        let (finished, results) = mpsc::unbounded_channel();
        let worker = Self {
            id: Uuid::now_v7(),
            store,
            jobs,
            slots: Arc::new(Semaphore::new(SLOTS)),
            running: HashMap::new(),
            finished,
            pace: 0.01,
        };
        worker.work(results, &ready, std::pin::pin!(stop)).await;
        helpers.iter().for_each(tokio::task::JoinHandle::abort);
    }

    /// Does all that can be done now and returns how many jobs were begun: for tests and commands.
    /// What is due later, delayed or failed, stays.
    pub async fn until_idle(store: &Store, jobs: &Arc<Jobs>) -> Result<usize> {
        let mut begun = 0;
        loop {
            match Self::round(store, jobs).await? {
                0 => return Ok(begun),
                some => begun += some,
            }
        }
    }

    /// Does what can be done at this moment, and nothing that is left while it does: for tests of what happens
    /// between two jobs.
    pub async fn round(store: &Store, jobs: &Arc<Jobs>) -> Result<usize> {
        let (id, relay) = (Uuid::now_v7(), Relay::new(store.clone(), jobs.clone()));
        relay.run().await?;
        let tx = store.catalog().begin().await?;
        queue::promote(&tx).await?;
        let leased = queue::claim(&tx, id, SLOTS).await?;
        tx.commit().await?;
        let begun = leased.len();
        let mut outcomes = vec![];
        for job in leased {
            let job_id = job.id;
            let outcome = Attempt::new(store.clone(), jobs.clone(), job).run().await;
            outcomes.push((job_id, outcome));
        }
        let tx = store.catalog().begin().await?;
        queue::finish(&tx, id, &outcomes).await?;
        tx.commit().await?;
        Ok(begun)
    }

    /// Only relays: for a process that leaves the work to others.
    pub async fn relay_only(store: Store, jobs: Arc<Jobs>, stop: impl Future<Output = ()>) {
        let relay = relay_loop(Relay::new(store, jobs), Arc::default());
        tokio::select! { () = relay => {}, () = stop => {} }
    }

    async fn work(
        mut self,
        mut results: mpsc::UnboundedReceiver<Finished>,
        ready: &Notify,
        mut stop: Pin<&mut impl Future<Output = ()>>,
    ) {
        let mut poll = interval(POLL);
        poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut watch = interval(Duration::from_secs(1));
        watch.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut batch, mut more) = (vec![], true);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => break,
                _ = watch.tick() => self.watch().await,
                count = results.recv_many(&mut batch, 512), if !self.running.is_empty() => {
                    debug_assert!(count > 0, "the sender is ours");
                }
                () = ready.notified() => more = true,
                _ = poll.tick() => more = true,
            }
            // What ended meanwhile goes into the same transaction.
            while let Ok(result) = results.try_recv() {
                batch.push(result);
            }
            if batch.is_empty() && !more {
                continue;
            }
            match self.step(&mut batch, more).await {
                Ok(again) => more = again,
                Err(error) => {
                    tracing::warn!("the queue: {:#}", error.into_anyhow());
                    tokio::time::sleep(RETRY_DELAY).await;
                }
            }
        }
        self.drain(results, batch).await;
    }

    /// One transaction: writes down what ended and leases what there is room for. Says whether
    /// there may be more.
    async fn step(&mut self, batch: &mut Vec<Finished>, look: bool) -> Result<bool> {
        let room = self.capacity().saturating_sub(self.running.len() - batch.len());
        let look = look && room > 0;
        let tx = self.store.catalog().begin().await?;
        self.write_down(&tx, batch).await?;
        let leased = if look { queue::claim(&tx, self.id, room).await? } else { vec![] };
        tx.commit().await?;
        for finished in batch.drain(..) {
            self.running.remove(&finished.id);
            self.pace = 0.95 * self.pace + 0.05 * finished.took.as_secs_f64();
        }
        let more = leased.len() == room;
        leased.into_iter().for_each(|job| self.start(job));
        Ok(more)
    }

    async fn write_down(&self, tx: &core_db::CatalogTx, batch: &[Finished]) -> Result<()> {
        if batch.is_empty() {
            return Ok(());
        }
        let outcomes: Vec<_> = batch.iter().map(|one| (one.id, one.outcome.clone())).collect();
        Ok(queue::finish(tx, self.id, &outcomes).await?)
    }

    fn capacity(&self) -> usize {
        let ahead = (AHEAD.as_secs_f64() / self.pace.max(1e-6)) as usize;
        SLOTS * ahead.clamp(1, AHEAD_MOST)
    }

    fn start(&mut self, job: job::Model) {
        let (id, slots) = (job.id, self.slots.clone());
        let report = Report::new(id, self.finished.clone());
        let attempt = Attempt::new(self.store.clone(), self.jobs.clone(), job);
        let task = tokio::spawn(report.on(attempt, slots));
        self.running.insert(id, task.abort_handle());
    }

    /// Keeps the leases, and stops what somebody cancelled.
    async fn watch(&mut self) {
        if self.running.is_empty() {
            return;
        }
        match rounds::watch(&self.store, self.id).await {
            Ok(cancelled) => {
                for task in cancelled.iter().filter_map(|id| self.running.get(id)) {
                    task.abort();
                }
            }
            Err(error) => tracing::warn!("keeping leases: {:#}", error.into_anyhow()),
        }
    }

    /// Lets running jobs end, for a while; the others go back to the queue.
    async fn drain(
        mut self,
        mut results: mpsc::UnboundedReceiver<Finished>,
        mut batch: Vec<Finished>,
    ) {
        self.slots.close();
        let end = Instant::now() + DRAIN;
        while self.running.len() > batch.len() {
            match tokio::time::timeout_at(end, results.recv()).await {
                Ok(Some(finished)) => batch.push(finished),
                _ => break,
            }
        }
        let ended: Vec<Uuid> = batch.iter().map(|one| one.id).collect();
        for (id, task) in &self.running {
            if !ended.contains(id) {
                task.abort();
                batch.push(Finished { id: *id, outcome: given_back(), took: Duration::ZERO });
            }
        }
        if let Err(error) = self.step(&mut batch, false).await {
            tracing::warn!("giving jobs back: {:#}", error.into_anyhow());
        }
    }
}

/// Says exactly once what became of a job, however its task ends.
struct Report {
    id: Uuid,
    began: Instant,
    /// Until the attempt has ended: somebody stopped the task.
    outcome: Outcome,
    finished: mpsc::UnboundedSender<Finished>,
}

impl Report {
    fn new(id: Uuid, finished: mpsc::UnboundedSender<Finished>) -> Self {
        Self { id, began: Instant::now(), outcome: Outcome::Cancelled, finished }
    }

    /// Waits for a slot and runs the attempt. Once the worker stops, nobody gets a slot any more.
    async fn on(mut self, attempt: Attempt, slots: Arc<Semaphore>) {
        let Ok(_slot) = slots.acquire_owned().await else {
            self.outcome = given_back();
            return;
        };
        self.began = Instant::now();
        self.outcome = attempt.run().await;
    }
}

impl Drop for Report {
    fn drop(&mut self) {
        let (outcome, took) = (self.outcome.clone(), self.began.elapsed());
        let _ = self.finished.send(Finished { id: self.id, outcome, took });
    }
}

/// Not begun, or not ended in time: somebody else's turn.
fn given_back() -> Outcome {
    Outcome::Postponed(chrono::TimeDelta::zero(), String::new())
}

async fn relay_loop(relay: Relay, ready: Arc<Notify>) {
    if let Err(error) = relay.sweep().await {
        tracing::warn!("sweeping the outboxes: {:#}", error.into_anyhow());
    }
    ready.notify_one();
    loop {
        let _ = tokio::time::timeout(POLL, relay.heard()).await;
        match relay.run().await {
            Ok(_) => ready.notify_one(),
            Err(error) => {
                tracing::warn!("relaying: {:#}", error.into_anyhow());
                tokio::time::sleep(RETRY_DELAY).await;
            }
        }
    }
}
