//! The `changes` sequence: what other processes changed, so that caches follow within a second.

use std::{
    sync::{
        Arc, RwLock,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use core_base::clock;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    catalog::change,
    catalog_db::{CatalogDb, CatalogTx},
};

const POLL: Duration = Duration::from_millis(250);
/// After a failure: a server that turns us away is not asked for a password four times a second.
const RETRY_DELAY: Duration = Duration::from_secs(1);
/// When the sequence was not polled for this long, caches are bypassed.
const STALE: Duration = Duration::from_secs(2);
/// Without one for so long, entries may have been deleted unseen: caches start empty.
const MAX_SILENCE: Duration = Duration::from_mins(1);
/// Entries are kept for an hour.
const RETENTION: chrono::TimeDelta = chrono::TimeDelta::hours(1);
/// What a follower hears.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// One thing is not what it was.
    One {
        /// `tenant`, `session`, `member`.
        kind: &'a str,
        /// Which one; `*`: all of that kind.
        subject: &'a str,
    },
    /// It is not known what changed: forget everything.
    Everything,
}

type Follower = Box<dyn Fn(&Change<'_>) -> bool + Send + Sync>;

struct Inner {
    catalog: CatalogDb,
    followers: RwLock<Vec<Follower>>,
    last: AtomicI64,
    applied: AtomicU64,
    born: Instant,
    /// Milliseconds after `born` of the last successful look.
    looked: AtomicU64,
}

/// Writes and follows the sequence.
#[derive(Clone)]
pub struct Changes(Arc<Inner>);

impl Changes {
    pub(crate) fn new(catalog: CatalogDb) -> Self {
        Self(Arc::new(Inner {
            catalog,
            followers: RwLock::default(),
            last: AtomicI64::new(-1),
            applied: AtomicU64::new(0),
            born: Instant::now(),
            looked: AtomicU64::new(0),
        }))
    }

    /// Registers somebody who keeps copies, until they say that they follow no more.
    pub fn follow(&self, follower: impl Fn(&Change<'_>) -> bool + Send + Sync + 'static) {
        let mut followers = self.0.followers.write().expect("followers do not panic");
        followers.push(Box::new(follower));
    }

    /// May copies be believed? Only while the sequence is being looked at.
    pub fn is_fresh(&self) -> bool {
        let looked = self.0.looked.load(Ordering::Relaxed);
        looked != 0 && self.age() < STALE
    }

    /// How many changes were applied so far: compare it before and after a read to notice one meanwhile.
    pub fn applied(&self) -> u64 {
        self.0.applied.load(Ordering::Acquire)
    }

    /// Notes a change in the transaction that makes it. Call `notify` once that is committed.
    pub async fn record(tx: &CatalogTx, kind: &str, subject: &str) -> Result<(), DbErr> {
        // One writer at a time, so that the order of commits is the order of the sequence.
        if tx.get_database_backend() == DbBackend::Postgres {
            let mut tx = tx.tx().await?;
            tx.lock_table("\"catalog\".changes", "SHARE ROW EXCLUSIVE").await?;
        }
        let row = change::ActiveModel {
            kind: Set(kind.to_owned()),
            subject: Set(subject.to_owned()),
            at: Set(clock::now()),
            ..Default::default()
        };
        change::Entity::insert(row).exec_without_returning(tx).await?;
        Ok(())
    }

    /// Tells this process's followers at once; the others hear of it by looking.
    pub fn notify(&self, kind: &str, subject: &str) {
        self.apply(&Change::One { kind, subject });
    }

    /// One look at the sequence.
    pub async fn poll(&self) -> Result<(), DbErr> {
        let last = self.0.last.load(Ordering::Relaxed);
        if last < 0 || self.age() > MAX_SILENCE {
            let newest = newest(&self.0.catalog).await?;
            self.0.last.store(newest, Ordering::Relaxed);
            self.apply(&Change::Everything);
        } else {
            let rows = change::Entity::find()
                .filter(change::Column::Seq.gt(last))
                .order_by_asc(change::Column::Seq)
                .limit(1000)
                .all(&self.0.catalog)
                .await?;
            for row in &rows {
                self.apply(&Change::One { kind: &row.kind, subject: &row.subject });
                self.0.last.store(row.seq, Ordering::Relaxed);
            }
        }
        let now = self.0.born.elapsed().as_millis() as u64;
        self.0.looked.store(now.max(1), Ordering::Relaxed);
        Ok(())
    }

    /// Looks at the sequence for as long as the process lives.
    pub async fn run(self) {
        let mut tick = tokio::time::interval(POLL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match tokio::time::timeout(STALE, self.poll()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::warn!(%error, "cannot read the sequence of changes");
                    tokio::time::sleep(RETRY_DELAY).await;
                }
                Err(_) => tracing::warn!("reading the sequence of changes takes too long"),
            }
        }
    }

    /// Deletes those that every process has seen long since.
    pub async fn prune(&self) -> Result<(), DbErr> {
        let old = clock::now() - RETENTION;
        let delete = change::Entity::delete_many().filter(change::Column::At.lt(old));
        delete.exec(&self.0.catalog).await?;
        Ok(())
    }

    fn age(&self) -> Duration {
        let looked = Duration::from_millis(self.0.looked.load(Ordering::Relaxed));
        self.0.born.elapsed().saturating_sub(looked)
    }

    fn apply(&self, change: &Change<'_>) {
        self.0.applied.fetch_add(1, Ordering::AcqRel);
        let mut gone = false;
        let followers = self.0.followers.read().expect("followers do not panic");
        for follower in followers.iter() {
            gone |= !follower(change);
        }
        drop(followers);
        if gone {
            let mut followers = self.0.followers.write().expect("followers do not panic");
            followers.retain(|follower| follower(change));
        }
    }
}

async fn newest(catalog: &CatalogDb) -> Result<i64, DbErr> {
    #[derive(FromQueryResult)]
    struct Newest {
        seq: Option<i64>,
    }
    let row = change::Entity::find()
        .select_only()
        .column_as(change::Column::Seq.max(), "seq")
        .into_model::<Newest>()
        .one(catalog)
        .await?;
    Ok(row.and_then(|row| row.seq).unwrap_or(0))
}
