//! One workspace at a hundred times the load of another: how long does the other wait? A measurement,
//! not a test, since it wants a machine that is left alone: `make check-neighbour`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use axum::http::Method;
use core_testing::{Stage, StoreKind, core_stores};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{MissedTickBehavior, interval},
};

use super::{
    browser::Door,
    load::{Person, people},
    site::Site,
};
use crate::world::apps;

/// Pages that the quiet one asks for, a second.
const PACE: u32 = 10;
const TIMES: u32 = 100;
/// Turns of alone, beside a hundred times as much, beside as much as can be.
const ROUNDS: usize = 5;
const TIME: Duration = Duration::from_secs(8);
/// Windows of the loud one.
const WINDOWS: u32 = 64;

/// Somebody's connection, kept as browsers keep it.
struct Line {
    stream: BufReader<TcpStream>,
    request: String,
}

/// A loud one at work in a thread of its own.
struct Loud {
    stop: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
    thread: thread::JoinHandle<()>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement: make check-neighbour"]
async fn neighbour_at_a_hundred_times_the_load() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::on(kind, apps()).await;
        let (site, door) = (Site::start(&stage.home), Door::default());
        door.lead_to(&site);
        let people = people(&stage, &door, 2).await;
        let requests: Vec<_> = people.iter().map(request).collect();
        let mut took = [vec![], vec![], vec![]];
        let mut asked = [0, 0, 0];
        for _ in 0..ROUNDS {
            for (place, pace) in [None, Some(PACE * TIMES), Some(u32::MAX)].into_iter().enumerate()
            {
                let loud = pace.map(|pace| Loud::start(&site, &requests[1], pace));
                took[place].extend(quiet(&site, &requests[0]));
                asked[place] += loud.map_or(0, Loud::end);
            }
        }
        let alone = at(&mut took[0], 99);
        for (took, asked) in took.iter_mut().zip(asked) {
            let rate = asked as f64 / (TIME * ROUNDS as u32).as_secs_f64();
            let (median, last) = (at(took, 50), at(took, 99));
            eprintln!(
                "on {kind:?}, beside {rate:>5.0} a second ({:>3.0} x): p50 {median:.1?}, p99 {last:.1?}, \
                 x {:.1} of alone",
                rate / f64::from(PACE),
                last.as_secs_f64() / alone.as_secs_f64()
            );
        }
        site.end();
        stage.close().await;
    }
}

fn at(took: &mut [Duration], percent: usize) -> Duration {
    took.sort();
    took[took.len() * percent / 100]
}

fn request(person: &Person) -> String {
    let request = person.actor.request(Method::GET, "/projects");
    let mut text = "GET /projects HTTP/1.1\r\n".to_owned();
    for (name, value) in request.headers() {
        text += &format!("{name}: {}\r\n", value.to_str().unwrap());
    }
    text + "\r\n"
}

/// How long each page took somebody who asks now and then. Each waiter has a thread of its own, so
/// that what is measured is not the line of those who measure.
fn quiet(site: &Site, request: &str) -> Vec<Duration> {
    let (address, request) = (site.address, request.to_owned());
    let measure = async move {
        let mut line = Line::to(address, request).await;
        let (start, mut took) = (Instant::now(), vec![]);
        let mut tick = interval(Duration::from_secs(1) / PACE);
        while start.elapsed() < TIME {
            tick.tick().await;
            let began = Instant::now();
            assert_eq!(line.ask().await, 200);
            took.push(began.elapsed());
        }
        took
    };
    thread::spawn(|| runtime().block_on(measure)).join().unwrap()
}

impl Loud {
    /// All windows together ask `pace` times a second, or as often as they are answered.
    fn start(site: &Site, request: &str, pace: u32) -> Self {
        let (stop, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (address, request) = (site.address, request.to_owned());
        let (ending, counting) = (stop.clone(), asked.clone());
        let thread = thread::spawn(move || {
            runtime().block_on(async {
                let window = |number| {
                    let (ending, counting) = (ending.clone(), counting.clone());
                    let request = request.clone();
                    tokio::spawn(async move {
                        let every = Duration::from_secs(1) / pace;
                        // Not all at the same moment.
                        tokio::time::sleep(every * number).await;
                        let mut tick = interval((every * WINDOWS).max(Duration::from_nanos(1)));
                        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
                        let mut line = Line::to(address, request).await;
                        while !ending.load(Relaxed) {
                            if pace < u32::MAX {
                                tick.tick().await;
                            }
                            assert_eq!(line.ask().await, 200);
                            counting.fetch_add(1, Relaxed);
                        }
                    })
                };
                for window in (0..WINDOWS).map(window).collect::<Vec<_>>() {
                    window.await.unwrap();
                }
            });
        });
        Self { stop, asked, thread }
    }

    /// How many pages it was given.
    fn end(self) -> usize {
        self.stop.store(true, Relaxed);
        self.thread.join().unwrap();
        self.asked.load(Relaxed)
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Line {
    async fn to(address: std::net::SocketAddr, request: String) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), request }
    }

    /// Asks, reads to the end, gives the status.
    async fn ask(&mut self) -> u16 {
        self.stream.get_mut().write_all(self.request.as_bytes()).await.unwrap();
        let (mut head, mut length) = (String::new(), 0);
        while !head.ends_with("\r\n\r\n") {
            let from = head.len();
            assert_ne!(self.stream.read_line(&mut head).await.unwrap(), 0, "the site hung up");
            let line = head[from..].to_ascii_lowercase();
            if let Some(said) = line.strip_prefix("content-length:") {
                length = said.trim().parse().unwrap();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await.unwrap();
        head.split(' ').nth(1).unwrap().parse().unwrap()
    }
}
