//! The crowd: two hundred clients, each asking this workspace and then that, and leaving when they like.

use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::Poll,
    time::{Duration, Instant},
};

use core_base::UserId;
use core_http::SESSION_COOKIE;
use core_testing::{Actor, Answer, Role, Stage, Workspace};

use super::book::Book;
use crate::{faults::browser::Door, random::Random};

const CLIENTS: usize = 200;

/// When a storm is over: whichever comes first.
#[derive(Clone, Copy)]
pub(super) struct Goal {
    pub(super) answers: u64,
    pub(super) time: Duration,
}

/// A workspace, somebody in it, and a project that is always there.
pub(super) struct Place {
    pub(super) number: usize,
    pub(super) workspace: Workspace,
    owner: UserId,
    actor: Actor,
    project: String,
}

/// What a client does, and what may come of it.
struct Asked {
    what: &'static str,
    /// The status of success.
    good: u16,
    /// The project that it makes.
    makes: Option<String>,
}

/// Everybody and everything.
pub(super) struct Crowd(Arc<(Vec<Place>, Book)>);

impl Crowd {
    /// Workspaces with an owner and a project each. They go to the site behind `door`, or stay in process.
    pub(super) async fn gather(stage: &Stage, door: Option<&Door>, workspaces: usize) -> Self {
        let mut places = vec![];
        for number in 0..workspaces {
            let workspace = stage.tenant(&format!("chaos{number:03}")).await;
            let owner = stage.member(&workspace, Role::Owner).await;
            let first = owner.post("/projects", &[("name", &name(number, "first"))]).await;
            let project = first.location().to_owned();
            let user = owner.user;
            let actor = match door {
                Some(door) => carried(&owner, door.visitor(&stage.home)),
                None => owner,
            };
            places.push(Place { number, workspace, owner: user, actor, project });
        }
        Self(Arc::new((places, Book::default())))
    }

    /// Gives each workspace so many projects more.
    pub(super) async fn fill(&self, stage: &Stage, projects: usize) {
        for place in &self.0.0 {
            let (mark, owner) = (format!("chaos{:03}", place.number), [place.owner]);
            let many =
                |db| async move { projects::testing::many(&db, &owner, &mark, projects).await };
            stage.write_in(&place.workspace, many).await;
        }
    }

    /// Lets them loose; `watch` hears of every answer given so far, once a second.
    pub(super) async fn storm(&self, random: &mut Random, goal: Goal, mut watch: impl FnMut(u64)) {
        let start = Instant::now();
        let clients = (0..CLIENTS).map(|client| {
            let (all, mut random) = (self.0.clone(), random.another());
            tokio::spawn(async move {
                let (places, book) = &*all;
                while book.answers() < goal.answers && start.elapsed() < goal.time {
                    let serial = format!("{client}.{:x}", random.below(u64::MAX));
                    visit(places, book, &mut random, &serial).await;
                }
            })
        });
        let clients: Vec<_> = clients.collect();
        while !clients.iter().all(tokio::task::JoinHandle::is_finished) {
            tokio::time::sleep(Duration::from_secs(1).min(goal.time)).await;
            watch(self.0.1.answers());
        }
        for client in clients {
            client.await.unwrap();
        }
        self.0.1.print(start.elapsed());
    }

    /// No page of a stranger, no write lost or gone astray, and nobody's connection is missing.
    pub(super) async fn assert_all_is_well(&self, stage: &Stage, at_least: u64) {
        let (places, book) = &*self.0;
        for place in places {
            let page = place.actor.get("/projects").await;
            assert_eq!(page.status, 200, "after the storm: {}", page.words());
            let names = |db| async move { projects::testing::names(&db).await };
            let names = stage.write_in(&place.workspace, names).await;
            book.compare(place.number, &names);
        }
        book.assert_clean(at_least);
    }
}

fn name(place: usize, what: &str) -> String {
    format!("chaos{place:03} {what}")
}

/// The same person in a browser that goes another way.
fn carried(owner: &Actor, mut browser: Actor) -> Actor {
    let cookie = owner.cookie(&owner.origin, SESSION_COOKIE).unwrap();
    browser.set_cookie(&owner.origin, SESSION_COOKIE, &cookie);
    browser.origin.clone_from(&owner.origin);
    browser
}

/// One request. A quarter of them nobody waits for to the end.
async fn visit(places: &[Place], book: &Book, random: &mut Random, serial: &str) {
    let place = &places[random.below(places.len() as u64) as usize];
    let other = &places[random.below(places.len() as u64) as usize];
    let (dice, leaves, polls) = (random.below(100), random.below(4) == 0, random.below(60));
    let wait = random.while_below(Duration::from_millis(60));
    let name = name(place.number, serial);
    let asked = asked(dice, name, other.number == place.number);
    let request = request(place, other, &asked);
    let answer = match (leaves, polls % 2 == 0) {
        (false, _) => Some(request.await),
        (true, false) => tokio::time::timeout(wait, request).await.ok(),
        (true, true) => cut(request, polls).await,
    };
    let Some(answer) = answer else { return book.left(asked.makes) };
    let busy = answer.status == 503;
    let good = answer.status == asked.good || busy;
    book.note(place.number, asked.what, &answer, good);
    if !busy && let Some(name) = asked.makes {
        book.made(name);
    }
}

fn asked(dice: u64, name: String, at_home: bool) -> Asked {
    let (what, good) = match dice {
        0..45 => ("the list", 200),
        45..55 => ("a search", 200),
        55..65 => ("a project", 200),
        65..70 => ("the members", 200),
        70..80 => ("a project of another workspace", if at_home { 200 } else { 404 }),
        80..95 => ("a new project", 303),
        _ => ("a name that is taken", 422),
    };
    Asked { what, good, makes: (good == 303).then_some(name) }
}

async fn request(place: &Place, other: &Place, asked: &Asked) -> Answer {
    let actor = &place.actor;
    match (asked.what, &asked.makes) {
        (_, Some(name)) => actor.post("/projects", &[("name", name)]).await,
        ("a search", _) => actor.get("/projects?q=chaos").await,
        ("a project", _) => actor.get(&place.project).await,
        ("the members", _) => actor.get("/settings/members").await,
        ("a project of another workspace", _) => actor.get(&other.project).await,
        ("a name that is taken", _) => {
            actor.post("/projects", &[("name", &name(place.number, "first"))]).await
        }
        _ => actor.get("/projects").await,
    }
}

/// Waits for `work`, but after so many looks at it leaves: wherever it is then, it ends there.
async fn cut<T>(work: impl Future<Output = T>, mut looks: u64) -> Option<T> {
    let mut work = pin!(work);
    poll_fn(move |context| match work.as_mut().poll(context) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending if looks == 0 => Poll::Ready(None),
        Poll::Pending => {
            looks -= 1;
            Poll::Pending
        }
    })
    .await
}
