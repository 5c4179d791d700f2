//! A program that runs beside a test, and what it writes.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use serde_json::Value;

use super::scrape::get;

const PATIENCE: Duration = Duration::from_mins(1);

/// A program that runs until it is dropped, and what it wrote so far.
pub(super) struct Running {
    pub(super) child: Child,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Running {
    pub(super) fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(vec![]));
        let (kept, log) = (lines.clone(), BufReader::new(child.stderr.take().unwrap()));
        std::thread::spawn(move || {
            log.lines().map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line));
        });
        Self { child, lines }
    }

    pub(super) fn wait_for(&mut self, address: SocketAddr, path: &str) {
        let start = Instant::now();
        let answers = || get(address, "x", path).is_ok_and(|it| it.0.starts_with("HTTP/1.1 200"));
        while !answers() {
            let gone = self.child.try_wait().unwrap();
            assert!(gone.is_none(), "it ended: {:?}", self.lines.lock().unwrap());
            assert!(start.elapsed() < PATIENCE, "{path} does not answer");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub(super) fn wait_for_end(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "it goes on: {:?}", self.lines.lock().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Whether it wrote this so far.
    pub(super) fn said(&self, text: &str) -> bool {
        self.lines.lock().unwrap().iter().any(|line| line.contains(text))
    }

    /// The line of the log that has this value, once it is written.
    pub(super) fn line(&self, name: &str, value: &str) -> Value {
        let start = Instant::now();
        loop {
            let lines = self.lines.lock().unwrap().clone();
            let lines = lines.iter().map(|line| {
                serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("no JSON: {line}"))
            });
            if let Some(found) = lines.into_iter().find(|line| line[name] == value) {
                return found;
            }
            assert!(start.elapsed() < PATIENCE, "no line with {name} {value}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Freed at once, and nobody else is told of it.
pub(super) fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}
