//! People at work while something goes wrong: what each was answered, and when.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use core_http::SESSION_COOKIE;
use core_testing::{Actor, Role, Stage, Workspace};
use tokio::task::JoinHandle;

use super::browser::Door;

/// Somebody in a workspace, in a browser at the real site.
pub(super) struct Person {
    pub(super) workspace: Workspace,
    pub(super) actor: Actor,
}

/// What somebody was answered. 502: nothing, or not all of it.
pub(super) struct Seen {
    pub(super) at: Instant,
    pub(super) status: u16,
    person: usize,
    makes: Option<String>,
}

/// Everybody at work.
pub(super) struct Load {
    people: Arc<Vec<Person>>,
    stop: Arc<AtomicBool>,
    tasks: Vec<JoinHandle<Vec<Seen>>>,
}

/// Workspaces with an owner each, whose browsers go through `door`.
pub(super) async fn people(stage: &Stage, door: &Door, count: usize) -> Arc<Vec<Person>> {
    let mut people = vec![];
    for number in 0..count {
        let workspace = stage.tenant(&format!("load{number:02}")).await;
        let owner = stage.member(&workspace, Role::Owner).await;
        let mut actor = door.visitor(&stage.home);
        let cookie = owner.cookie(&owner.origin, SESSION_COOKIE).unwrap();
        actor.set_cookie(&owner.origin, SESSION_COOKIE, &cookie);
        actor.origin = owner.origin;
        people.push(Person { workspace, actor });
    }
    Arc::new(people)
}

impl Load {
    /// Each person in `clients` windows: a list, a new project, and again.
    pub(super) fn start(people: &Arc<Vec<Person>>, clients: usize) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let each = (0..people.len() * clients).map(|number| {
            let (people, stop) = (people.clone(), stop.clone());
            tokio::spawn(async move { work(&people, number, &stop).await })
        });
        Self { people: people.clone(), tasks: each.collect(), stop }
    }

    /// Lets everybody finish. Gives all that was seen, in the order of time.
    pub(super) async fn end(self) -> Vec<Seen> {
        self.stop.store(true, Relaxed);
        let mut all = vec![];
        for task in self.tasks {
            all.extend(task.await.unwrap());
        }
        all.sort_by_key(|seen| seen.at);
        all
    }

    pub(super) fn people(&self) -> Arc<Vec<Person>> {
        self.people.clone()
    }
}

async fn work(people: &[Person], number: usize, stop: &AtomicBool) -> Vec<Seen> {
    let person = number % people.len();
    let actor = &people[person].actor;
    let mut seen = vec![];
    while !stop.load(Relaxed) {
        let writes = seen.len() % 2 == 1;
        let makes = writes.then(|| format!("Load {number} {}", seen.len()));
        let answer = match &makes {
            Some(name) => actor.post("/projects", &[("name", name)]).await,
            None => actor.get("/projects").await,
        };
        seen.push(Seen { at: Instant::now(), status: answer.status, person, makes });
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    seen
}

/// Is all there that was said to be saved? Gives how many that are.
pub(super) async fn assert_nothing_is_lost(
    stage: &Stage,
    people: &[Person],
    seen: &[Seen],
) -> usize {
    let mut saved = 0;
    for (number, person) in people.iter().enumerate() {
        let names = |db| async move { projects::testing::names(&db).await };
        let names = stage.write_in(&person.workspace, names).await;
        let of = seen.iter().filter(|seen| seen.person == number && seen.status == 303);
        let made: Vec<_> = of.filter_map(|seen| seen.makes.as_ref()).collect();
        let lost: Vec<_> = made.iter().filter(|name| !names.contains(name)).collect();
        assert!(lost.is_empty(), "said to be saved, and gone: {lost:?}");
        saved += made.len();
    }
    saved
}

/// How often which status came.
pub(super) fn count(seen: &[Seen]) -> BTreeMap<u16, usize> {
    let mut counted = BTreeMap::new();
    for one in seen {
        *counted.entry(one.status).or_default() += 1;
    }
    counted
}

/// Did it work?
pub(super) fn is_good(seen: &Seen) -> bool {
    matches!(seen.status, 200 | 303)
}
