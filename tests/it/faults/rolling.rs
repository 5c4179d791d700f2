//! A rolling restart under load, behind a balancer that follows `/readyz`: no request fails, and
//! connections that are kept open are closed in order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use core_http::SESSION_COOKIE;
use core_testing::{Stage, StoreKind, core_stores};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{
    balancer::Balancer,
    browser::Door,
    load::{Load, Person, assert_nothing_is_lost, count, is_good, people},
    site::Site,
};
use crate::world::apps;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rolling_restart_under_load_fails_no_request_and_closes_kept_connections_in_order() {
    for kind in core_stores(&[StoreKind::Postgres, StoreKind::Pooled]) {
        eprintln!("on {kind:?}:");
        let stage = Stage::on(kind, apps()).await;
        let (balancer, door) = (Balancer::start().await, Door::default());
        door.lead_to_port(balancer.port);
        let mut sites = vec![begin(&stage, &balancer), begin(&stage, &balancer)];
        let people = people(&stage, &door, 4).await;
        let load = Load::start(&people, 2);
        let stop = Arc::new(AtomicBool::new(false));
        let keeper = |at| tokio::spawn(keep(people.clone(), at, balancer.port, stop.clone()));
        let kept: Vec<_> = (0..4).map(keeper).collect();
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            sites.push(begin(&stage, &balancer));
            let old = sites.remove(0);
            tokio::task::spawn_blocking(move || old.end()).await.unwrap();
        }
        stop.store(true, Relaxed);
        let seen = load.end().await;
        let bad = seen.iter().filter(|one| !is_good(one)).count();
        let saved = assert_nothing_is_lost(&stage, &people, &seen).await;
        eprintln!("four restarts: {} answers, {bad} failed, {saved} writes kept", seen.len());
        assert_eq!(bad, 0, "{:?}", count(&seen));
        let mut all = Kept::default();
        for task in kept {
            all.add(&task.await.unwrap());
        }
        eprintln!("kept connections: {all:?}");
        assert!(all.announced > 0 && all.answers > 20, "{all:?}");
        assert_eq!((all.cut, all.bad), (0, 0), "{all:?}");
        sites.into_iter().for_each(Site::end);
        drop(balancer);
        stage.close().await;
    }
}

fn begin(stage: &Stage, balancer: &Balancer) -> Site {
    let site = Site::start(&stage.home);
    balancer.add(site.address);
    site
}

/// What somebody saw who keeps connections open.
#[derive(Debug, Default)]
struct Kept {
    answers: usize,
    bad: usize,
    /// Closed after an answer that said so.
    announced: usize,
    /// Closed under a request.
    cut: usize,
}

impl Kept {
    fn add(&mut self, other: &Self) {
        self.answers += other.answers;
        self.bad += other.bad;
        self.announced += other.announced;
        self.cut += other.cut;
    }
}

/// Asks for a page again and again over one connection, and opens another when it is told to.
async fn keep(people: Arc<Vec<Person>>, at: usize, port: u16, stop: Arc<AtomicBool>) -> Kept {
    let actor = &people[at].actor;
    let cookie = actor.cookie(&actor.origin, SESSION_COOKIE).unwrap();
    let host = actor.origin.split("://").last().unwrap();
    let request = format!(
        "GET /projects HTTP/1.1\r\nHost: {host}\r\nCookie: {SESSION_COOKIE}={cookie}\r\n\r\n"
    );
    let mut kept = Kept::default();
    let mut open = None;
    while !stop.load(Relaxed) {
        let mut stream = match open.take() {
            Some(stream) => stream,
            None => TcpStream::connect(("127.0.0.1", port)).await.unwrap(),
        };
        match ask(&mut stream, &request).await {
            Some((200, false)) => open = Some(stream),
            Some((200, true)) => kept.announced += 1,
            Some(_) => kept.bad += 1,
            None => kept.cut += 1,
        }
        kept.answers += 1;
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    kept
}

/// Status, and whether it is the last answer of this connection; `None`: it was cut.
async fn ask(stream: &mut TcpStream, request: &str) -> Option<(u16, bool)> {
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = vec![];
    loop {
        let mut part = [0; 16 * 1024];
        let count = stream.read(&mut part).await.ok()?;
        answer.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&answer);
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let head = head.to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?;
            if answer.len() - head.len() - 4 >= length.parse::<usize>().ok()? {
                let status = head.split(' ').nth(1)?.parse().ok()?;
                return Some((status, head.contains("\r\nconnection: close")));
            }
        }
        if count == 0 {
            return None;
        }
    }
}
