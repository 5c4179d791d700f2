//! The listener: bounded headers, connections and patience, and an end that loses no request.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    extract::ConnectInfo,
    http::{HeaderValue, Request, header},
    response::Response,
};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::Instant,
};
use tower::ServiceExt;

use crate::{Services, connections::Connections, write_timeout::WriteTimeout};

/// Requests under way may take so long to end.
const DRAIN: Duration = Duration::from_secs(25);
/// After the word to stop, whoever still sends connections here gets so long to notice…
const LINGER: Duration = Duration::from_secs(5);
/// …and is taken to have noticed when nobody asked for a page for so long.
const QUIET: Duration = Duration::from_millis(250);
const HEADER_TIME: Duration = Duration::from_secs(10);
/// A client that takes not one byte of its answer for so long is gone, or means harm.
const WRITE_TIME: Duration = Duration::from_secs(15);
const HEADER_BYTES: usize = 16 * 1024;

/// Answers requests until `stop` ends, then finishes those under way.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    core: Arc<Services>,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<()> {
    let graceful = GracefulShutdown::new();
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIME).max_buf_size(HEADER_BYTES);
    let connections = Connections::of(&core.config);
    let mut stop = std::pin::pin!(stop);
    let mut end = None;
    let asked = Asked { born: Instant::now(), last: Arc::default() };
    loop {
        let (stream, peer) = tokio::select! {
            () = &mut stop, if end.is_none() => {
                // From here on `/readyz` says no, and each answer ends its connection.
                core.drain();
                end = Some(Instant::now() + LINGER);
                continue;
            }
            () = asked.quiet(end) => break,
            accepted = accept(&listener) => accepted,
        };
        let Some(room) = connections.take(peer) else {
            tracing::debug!(%peer, "a connection too many");
            continue;
        };
        let _ = stream.set_nodelay(true);
        let (ending, asked) = (core.clone(), asked.clone());
        let service = app.clone().map_request(move |mut request: Request<Incoming>| {
            asked.note(request.uri().path());
            request.extensions_mut().insert(ConnectInfo(peer));
            request.map(Body::new)
        });
        let service = service.map_response(move |response| last(&ending, response));
        let connection = http.serve_connection(
            TokioIo::new(WriteTimeout::new(stream, WRITE_TIME)),
            TowerToHyperService::new(service),
        );
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            let _room = room;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests took too long to end");
    }
    Ok(())
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                // Out of descriptors, most likely: those in use must come back first.
                tracing::error!(%error, "cannot accept connections");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// When somebody last asked for more than our health, which balancers ask for without end.
#[derive(Clone)]
struct Asked {
    born: Instant,
    last: Arc<AtomicU64>,
}

impl Asked {
    fn note(&self, path: &str) {
        if !matches!(path, "/readyz" | "/healthz") {
            self.last.store(self.born.elapsed().as_millis() as u64, Ordering::Relaxed);
        }
    }

    /// Until nobody asks any more, or until `end`; for ever before the word to stop.
    async fn quiet(&self, end: Option<Instant>) {
        let Some(end) = end else { return std::future::pending().await };
        loop {
            let last = self.born + Duration::from_millis(self.last.load(Ordering::Relaxed));
            let over = (last.max(end - LINGER) + QUIET).min(end);
            if over <= Instant::now() {
                return;
            }
            tokio::time::sleep_until(over).await;
        }
    }
}

/// Once the process is about to end, an answer is the last of its connection: whoever keeps connections
/// open is told before one is closed under a request.
fn last(core: &Services, mut response: Response) -> Response {
    if core.is_draining() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}
