//! Copies in this process of what is stored, kept right by the changes that every writer notes.

use std::{borrow::Borrow, hash::Hash, sync::Arc};

use quick_cache::{Equivalent, sync::Cache};

use crate::changes::{Change, Changes};

/// Copies by key, each at most a second old. While the sequence of changes is not being looked at, there
/// are none, and everything is read anew. Cheap to clone.
pub struct ReadThroughCache<K, V> {
    kept: Arc<Cache<K, V>>,
    changes: Changes,
}

/// Which copies are no longer what is stored, after a change.
pub enum Stale<K> {
    /// None of them.
    No,
    /// This one.
    One(K),
    /// Those whose key this says yes to.
    Where(Box<dyn Fn(&K) -> bool>),
    /// All.
    All,
}

impl<K, V> Clone for ReadThroughCache<K, V> {
    fn clone(&self) -> Self {
        Self { kept: self.kept.clone(), changes: self.changes.clone() }
    }
}

impl<K, V> ReadThroughCache<K, V>
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// At most `most` copies. `stale` says which of them a change concerns, by its kind and subject.
    pub fn new(
        changes: &Changes,
        most: usize,
        stale: impl Fn(&str, &str) -> Stale<K> + Send + Sync + 'static,
    ) -> Self {
        let kept: Arc<Cache<K, V>> = Arc::new(Cache::new(most));
        // Where the cache is gone, nobody follows for it any more.
        let copies = Arc::downgrade(&kept);
        changes.follow(move |change| {
            let Some(copies) = copies.upgrade() else { return false };
            let stale = match change {
                Change::One { kind, subject } => stale(kind, subject),
                Change::Everything => Stale::All,
            };
            match stale {
                Stale::No => {}
                Stale::One(key) => {
                    copies.remove(&key);
                }
                Stale::Where(is_stale) => copies.retain(|key, _| !is_stale(key)),
                Stale::All => copies.clear(),
            }
            true
        });
        Self { kept, changes: changes.clone() }
    }

    /// The copy, where there is one that can be believed.
    pub fn copy<Q>(&self, key: &Q) -> Option<V>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        if self.changes.is_fresh() { self.kept.get(key) } else { None }
    }

    /// Reads what is stored, and keeps a copy unless something changed while it was read: that change must
    /// win over what was read before it. Nothing is kept of what is not there.
    pub async fn read<E>(
        &self,
        key: K,
        read: impl Future<Output = Result<Option<V>, E>>,
    ) -> Result<Option<V>, E> {
        let seen = self.changes.applied();
        let found = read.await?;
        if let Some(found) = &found {
            self.kept.insert(key.clone(), found.clone());
            if self.changes.applied() != seen {
                self.kept.remove(&key);
            }
        }
        Ok(found)
    }

    /// Drops one copy, in this process alone.
    pub fn forget<Q>(&self, key: &Q)
    where
        K: Borrow<Q>,
        Q: Hash + Eq + ?Sized,
    {
        self.kept.remove(key);
    }
}
