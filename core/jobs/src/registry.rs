//! All jobs, listeners and schedules of all apps, by name.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use core_base::{Extensions, Result};
use core_mail::EmailService;
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;

use crate::{
    Event, Handler, Job, Run, Schedule, Tally, announced, give_up, own_jobs, queue::Outcome,
};

type Work = Arc<dyn Fn(&str, Run) -> BoxFuture<'static, Result<()>> + Send + Sync>;

/// How a kind of job is run. The payload's type ends here.
#[derive(Clone)]
pub struct Runner {
    /// The job's name.
    pub name: String,
    /// What it was called in the queue before it had that name.
    pub(crate) former: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) timeout: Duration,
    pub(crate) work: Work,
}

impl Runner {
    /// Of a job's function.
    pub fn of<J: Job, A>(handler: impl Handler<J, A>) -> Self {
        let (attempts, timeout) = (J::ATTEMPTS, J::TIMEOUT);
        let name = J::NAME.to_owned();
        Self { name, former: None, attempts, timeout, work: work(handler) }
    }
}

/// Somebody who wants to hear of an event: a job of its own.
#[derive(Clone)]
pub struct Listener {
    /// What it listens to.
    pub event: &'static str,
    pub(crate) runner: Runner,
}

impl Listener {
    /// Of a listener's function. The name, `app.verb`, is kept in the queue, so never change it while
    /// jobs wait. What an earlier release left there under the function's path is still found.
    pub fn of<E: Event, A, H: Handler<E, A>>(name: &str, handler: H) -> Self {
        let former = Some(format!("{} > {}", E::NAME, std::any::type_name::<H>()));
        let (name, attempts, timeout) = (name.to_owned(), 12, Duration::from_mins(5));
        let runner = Runner { name, former, attempts, timeout, work: work(handler) };
        Self { event: E::NAME, runner }
    }

    /// The name of its jobs.
    pub fn name(&self) -> &str {
        &self.runner.name
    }
}

fn work<T: DeserializeOwned + Send + 'static, A>(handler: impl Handler<T, A>) -> Work {
    Arc::new(move |payload, run| match serde_json::from_str(payload) {
        Ok(payload) => handler.call(payload, run),
        // It will not read better the next time.
        Err(error) => Box::pin(async move { Err(give_up(format!("its payload: {error}"))) }),
    })
}

/// Everything that workers know.
pub struct Jobs {
    emails: EmailService,
    extensions: Extensions,
    runners: HashMap<String, Runner>,
    tallies: HashMap<String, Tally>,
    listeners: BTreeMap<&'static str, Vec<String>>,
    schedules: Vec<Schedule>,
    /// Names of jobs that were met and are not known.
    strange: Mutex<HashSet<String>>,
}

/// Under this name attempts are counted at jobs that this process does not know.
const UNKNOWN: &str = "unknown";

impl Jobs {
    /// Of all apps. Doubled names are the registry's to report, before.
    pub fn new(
        emails: EmailService,
        runners: Vec<Runner>,
        listeners: Vec<Listener>,
        schedules: Vec<Schedule>,
    ) -> Self {
        let mut this = Self {
            emails,
            extensions: Extensions::default(),
            schedules,
            runners: HashMap::new(),
            tallies: HashMap::new(),
            listeners: BTreeMap::new(),
            strange: Mutex::default(),
        };
        this.tallies.insert(UNKNOWN.to_owned(), Tally::default());
        for listener in listeners {
            let name = listener.runner.name.clone();
            this.listeners.entry(listener.event).or_default().push(name);
            this.add(listener.runner);
        }
        runners.into_iter().for_each(|runner| this.add(runner));
        this.add(Runner::of(announced::hand_on));
        for (runner, schedule) in own_jobs::all() {
            this.add(runner);
            this.schedules.push(schedule);
        }
        this
    }

    /// With what apps made for themselves.
    #[must_use]
    pub fn with_extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    fn add(&mut self, runner: Runner) {
        self.tallies.insert(runner.name.clone(), Tally::default());
        if let Some(former) = runner.former.clone() {
            self.runners.insert(former, runner.clone());
        }
        self.runners.insert(runner.name.clone(), runner);
    }

    pub(crate) fn emails(&self) -> &EmailService {
        &self.emails
    }

    pub(crate) fn extensions(&self) -> &Extensions {
        &self.extensions
    }

    pub(crate) fn runner(&self, name: &str) -> Option<&Runner> {
        self.runners.get(name)
    }

    pub(crate) fn listeners(&self, event: &str) -> &[String] {
        self.listeners.get(event).map_or(&[], Vec::as_slice)
    }

    /// What became of the attempts of this process so far, by job.
    pub fn tallies(&self) -> &HashMap<String, Tally> {
        &self.tallies
    }

    /// One more attempt is over.
    pub(crate) fn tally(&self, name: &str, outcome: &Outcome) {
        let name = self.runner(name).map_or(UNKNOWN, |runner| runner.name.as_str());
        if let Some(tally) = self.tallies.get(name) {
            tally.add(outcome);
        }
    }

    /// Is this the first job of an unknown name that this process meets?
    pub(crate) fn is_first_sight(&self, name: &str) -> bool {
        let mut strange = self.strange.lock().unwrap_or_else(PoisonError::into_inner);
        // Names come from a table; nobody fills our memory with them.
        strange.len() < 100 && strange.insert(name.to_owned())
    }

    /// What repeats.
    pub fn schedules(&self) -> &[Schedule] {
        &self.schedules
    }
}
