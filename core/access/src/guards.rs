//! Guards: an app may say no to what another app is about to do, in the transaction that does it.

use std::{
    any::{Any, TypeId},
    collections::HashMap,
    fmt,
    sync::Arc,
};

use core_base::Verdict;
use core_db::TenantDb;
use futures_util::{FutureExt, future::BoxFuture};

/// What an app asks before it does something that others may have a say in. Questions stand in
/// `core/contracts`: ids and plain data.
pub trait Question: Clone + Send + Sync + 'static {
    /// Who asks and what: `tenants.remove_member`.
    const NAME: &'static str;
}

/// Why an app says no, in words that a person reads: what is in the way, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection(pub String);

type Answer = Verdict<(), Objection>;
type Guard = Arc<dyn Fn(&dyn Any, TenantDb) -> BoxFuture<'static, Answer> + Send + Sync>;

/// All guards of all apps, by what they are asked.
#[derive(Clone, Default)]
pub struct Guards(HashMap<TypeId, Vec<Guard>>);

impl fmt::Debug for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "guards of {} questions", self.0.len())
    }
}

impl Guards {
    /// Adds one more to be asked.
    pub fn add<Q: Question, F, Fut>(&mut self, answer: F)
    where
        F: Fn(Q, TenantDb) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Answer> + Send + 'static,
    {
        let guard: Guard = Arc::new(move |question, db| match question.downcast_ref::<Q>() {
            Some(question) => answer(question.clone(), db).boxed(),
            // They are kept by the type of the question.
            None => async { Ok(Ok(())) }.boxed(),
        });
        self.0.entry(TypeId::of::<Q>()).or_default().push(guard);
    }

    /// Asks all, in the order of the apps, until one says no. What they read is read in the transaction of
    /// `db`: take the lock that keeps it true before you ask.
    pub async fn ask<Q: Question>(&self, db: &TenantDb, question: &Q) -> Answer {
        for guard in self.0.get(&TypeId::of::<Q>()).into_iter().flatten() {
            if let Err(objection) = guard(question, db.clone()).await? {
                tracing::info!(question = Q::NAME, "an app said no");
                return Ok(Err(objection));
            }
        }
        Ok(Ok(()))
    }

    /// Adds those of another app.
    pub fn extend(&mut self, others: Self) {
        for (question, guards) in others.0 {
            self.0.entry(question).or_default().extend(guards);
        }
    }
}
