//! Asking a listener over a socket, as Prometheus does, and reading what it says.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
};

use core_metrics::Source;
use core_testing::Stage;

/// Head and body of an answer.
pub(super) fn get(
    address: SocketAddr,
    host: &str,
    path: &str,
) -> std::io::Result<(String, String)> {
    let mut stream = TcpStream::connect(address)?;
    let ask = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(ask.as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    Ok((head.to_owned(), body.to_owned()))
}

/// What one scrape said.
pub(crate) struct Scrape(pub(crate) String);

impl Scrape {
    /// Of a listener at this address.
    pub(super) fn of(address: SocketAddr) -> Self {
        let (head, body) = get(address, "prometheus", "/metrics").unwrap();
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        assert!(head.contains("content-type: application/openmetrics-text"), "{head}");
        assert!(body.ends_with("# EOF\n"), "cut off:\n{body}");
        Self(body)
    }

    /// Of a stage, over a socket of its own.
    pub(crate) async fn of_stage(stage: &Stage) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (store, jobs) = (stage.store.clone(), stage.jobs.clone());
        let source = Source { store, jobs, core: Some(stage.core.clone()) };
        let serving = tokio::spawn(core_metrics::serve(listener, source));
        let scrape = tokio::task::spawn_blocking(move || Self::of(address)).await.unwrap();
        serving.abort();
        let _ = serving.await;
        scrape
    }

    /// The number of a series, as in `name{a="b"}`; `None`: there is no such series.
    pub(super) fn number(&self, series: &str) -> Option<f64> {
        let line =
            self.0.lines().find(|line| line.rsplit_once(' ').is_some_and(|it| it.0 == series));
        line.map(|line| line.rsplit_once(' ').unwrap().1.parse().unwrap())
    }

    /// Every name that a query may use.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for line in self.0.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
            let (name, kind) = line.split_once(' ').unwrap();
            let endings: &[_] = match kind {
                "counter" => &["_total"],
                "histogram" => &["_bucket", "_sum", "_count"],
                _ => &[""],
            };
            names.extend(endings.iter().map(|ending| format!("{name}{ending}")));
        }
        names
    }
}
