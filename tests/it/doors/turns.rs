//! A workspace that is asked for more than its share waits in its own line; others do not notice.

use std::{
    cell::Cell,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, Bytes},
    http::{Method, header},
};
use core_testing::{Actor, Answer, Role, Stage, StoreKind, core_stores};
use futures_util::stream::pending;
use platform::{App, Routes, WorkspaceMember, see_other};
use tokio::{sync::Semaphore, task::JoinHandle, time::timeout};

use crate::world::apps;

/// Half of `DATABASE_CONNECTIONS`, and 32 in line for each.
const AT_ONCE: usize = 3;
const PLACES: usize = AT_ONCE * 33;
const SOON: Duration = Duration::from_secs(5);

// Each test has a thread of its own, and its site works there.
thread_local! {
    static BEGUN: Cell<usize> = const { Cell::new(0) };
    /// As many may leave the handler as it has permits.
    static EXIT: Arc<Semaphore> = Arc::new(Semaphore::new(0));
}

async fn hold(_: WorkspaceMember) -> platform::Result {
    BEGUN.set(BEGUN.get() + 1);
    EXIT.with(Arc::clone).acquire().await?.forget();
    see_other("/")
}

struct Crowd {
    stage: Stage,
    ana: Arc<Actor>,
    bo: Actor,
}

impl Crowd {
    async fn on(kind: StoreKind) -> Self {
        eprintln!("on {kind:?}:");
        BEGUN.set(0);
        let mut apps = apps();
        apps.push(App::new("example").workspace(Routes::new().get("/hold", hold)));
        let stage = Stage::with(kind, apps, &[("DATABASE_CONNECTIONS", "6")]).await;
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = Arc::new(stage.member(&acme, Role::Owner).await);
        let bo = stage.member(&globex, Role::Owner).await;
        Self { stage, ana, bo }
    }

    /// So many ask for what takes until somebody lets them go.
    fn ask(&self, count: usize) -> Vec<JoinHandle<Answer>> {
        let ask = |_| {
            let ana = self.ana.clone();
            tokio::spawn(async move { ana.get("/hold").await })
        };
        (0..count).map(ask).collect()
    }

    /// Waits until so many are inside.
    async fn inside(&self, count: usize) {
        let start = Instant::now();
        while self.stage.core.page_slots.inside() != count || BEGUN.get() < count.min(AT_ONCE) {
            assert!(start.elapsed() < SOON, "{} are inside", self.stage.core.page_slots.inside());
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    async fn the_other_is_served(&self) {
        let page = timeout(SOON, self.bo.get("/projects")).await.expect("it does not wait");
        assert_eq!(page.status, 200, "{}", page.words());
    }

    async fn let_go(&self, tasks: Vec<JoinHandle<Answer>>) {
        EXIT.with(|exit| exit.add_permits(tasks.len()));
        for task in tasks {
            assert_eq!(task.await.unwrap().status, 303);
        }
        assert_eq!(self.stage.core.page_slots.inside(), 0);
    }
}

#[tokio::test]
async fn a_busy_workspace_waits_in_its_own_line() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let crowd = Crowd::on(kind).await;
        let tasks = crowd.ask(8);
        crowd.inside(8).await;
        let late = crowd.ask(2);
        crowd.inside(10).await;
        crowd.the_other_is_served().await;
        assert_eq!(BEGUN.get(), AT_ONCE, "no more than its share is at work");

        // Whoever gives up leaves the line.
        for gone in late {
            gone.abort();
            assert!(gone.await.unwrap_err().is_cancelled());
        }
        crowd.inside(8).await;
        crowd.let_go(tasks).await;
        assert_eq!(BEGUN.get(), 8, "each was served once");
        crowd.stage.close().await;
    }
}

#[tokio::test]
async fn whoever_finds_no_place_in_the_line_is_told_to_come_back() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let crowd = Crowd::on(kind).await;
        let tasks = crowd.ask(PLACES);
        crowd.inside(PLACES).await;
        let refused = crowd.ana.get("/projects").await;
        assert_eq!(refused.status, 429);
        assert!(refused.has_text("more requests than it can handle"), "{}", refused.words());
        assert_eq!(refused.header("retry-after"), "5");
        assert_eq!(crowd.stage.core.page_slots.refused(), 1);
        // What was typed is on the page that says so, to be sent once more.
        let fields = [("name", "Rocket"), ("summary", "A summary nobody saved")];
        let form = crowd.ana.post("/projects", &fields).await;
        assert_eq!(form.status, 429);
        let again = form.form("/projects");
        assert_eq!(again.value("summary"), Some(fields[1].1));
        crowd.the_other_is_served().await;

        crowd.let_go(tasks).await;
        assert_eq!(crowd.ana.submit(&again, &[]).await.status, 303);
        assert!(crowd.ana.get("/projects").await.has_text("Rocket"));
        crowd.stage.close().await;
    }
}

#[tokio::test]
async fn a_body_that_does_not_end_holds_nobody_up() {
    let crowd = Crowd::on(StoreKind::Sqlite).await;
    let slow = |_| {
        let ana = crowd.ana.clone();
        tokio::spawn(async move {
            let mut request = ana.request(Method::PUT, "/projects");
            let form = "application/x-www-form-urlencoded".parse().unwrap();
            request.headers_mut().insert(header::CONTENT_TYPE, form);
            request.headers_mut().insert(header::ORIGIN, ana.origin.parse().unwrap());
            *request.body_mut() = Body::from_stream(pending::<io::Result<Bytes>>());
            ana.send_as_is(request).await
        })
    };
    let waiting: Vec<_> = (0..2 * PLACES).map(slow).collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(crowd.stage.core.page_slots.inside(), 0);
    assert_eq!(crowd.ana.get("/projects").await.status, 200);
    assert!(waiting.iter().all(|task| !task.is_finished()), "they have not been sent yet");
    waiting.iter().for_each(JoinHandle::abort);
    crowd.stage.close().await;
}
