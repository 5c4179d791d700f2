//! Clients that ask without end and read nothing: they are closed, and others are answered.

use std::time::{Duration, Instant};

use core_testing::{Stage, StoreKind};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::world::apps;

const MANY: usize = 200;

/// From one of this machine's own addresses, with little room for what comes back.
async fn connect(from: &str, to: std::net::SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(2048)?;
    socket.bind(format!("{from}:0").parse().unwrap())?;
    socket.connect(to).await
}

async fn asks(mut stream: TcpStream) -> std::io::Result<TcpStream> {
    let one = "GET /login HTTP/1.1\r\nHost: localhost:8000\r\n\r\n";
    // As much as fits: the server stops reading where nobody takes its answers.
    let all = one.repeat(300);
    let _ = tokio::time::timeout(Duration::from_secs(2), stream.write_all(all.as_bytes())).await;
    Ok(stream)
}

/// The site on an address of its own, until the sender is dropped.
async fn listening(
    stage: &Stage,
) -> (std::net::SocketAddr, oneshot::Sender<()>, JoinHandle<anyhow::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (router, core) = (stage.router.clone(), stage.core.clone());
    let (stop, stopped) = oneshot::channel();
    let server = core_http::serve(listener, router, core, async {
        let _ = stopped.await;
    });
    (at, stop, tokio::spawn(server))
}

/// Asks as a browser does, and says how long it took.
async fn page(from: &str, to: std::net::SocketAddr) -> Option<Duration> {
    let began = Instant::now();
    let mut stream = connect(from, to).await.ok()?;
    let asked = b"GET /login HTTP/1.1\r\nHost: localhost:8000\r\nConnection: close\r\n\r\n";
    stream.write_all(asked).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.starts_with("HTTP/1.1 ").then(|| began.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn clients_that_read_nothing_are_closed_and_take_nobody_elses_room() {
    let stage = Stage::with(StoreKind::Sqlite, apps(), &[("RATE_LIMITS", "on")]).await;
    let (at, stop, server) = listening(&stage).await;
    let mut open = vec![];
    for _ in 0..MANY {
        open.push(tokio::spawn(async move { asks(connect("127.0.0.1", at).await?).await }));
    }
    let mut held = vec![];
    for one in open {
        held.extend(one.await.unwrap());
    }
    let took = page("127.0.0.2", at).await.expect("somebody else is answered");
    // Not only once the others are closed.
    assert!(took < Duration::from_secs(12), "{took:?}");
    // After a while all of them are closed, and their own address is answered again.
    let began = Instant::now();
    while page("127.0.0.1", at).await.is_none() {
        assert!(began.elapsed() < Duration::from_mins(1), "they are held for ever");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    for mut stream in held {
        let read = async { while matches!(stream.read(&mut [0; 65536]).await, Ok(1..)) {} };
        let ended = tokio::time::timeout(Duration::from_secs(30), read).await;
        assert!(ended.is_ok(), "a connection that read nothing is still open");
    }
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    stage.close().await;
}

/// Whoever is refused before the body was read is told that the connection ends: a proxy would send the next
/// request of somebody else there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_before_the_body_says_that_the_connection_ends() {
    let stage = Stage::with(StoreKind::Sqlite, apps(), &[("RATE_LIMITS", "on")]).await;
    let (at, stop, server) = listening(&stage).await;
    let head = async |request: &str| {
        let mut stream = connect("127.0.0.1", at).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut seen = vec![];
        while !seen.windows(4).any(|four| four == b"\r\n\r\n") {
            let mut piece = [0; 1024];
            let many = stream.read(&mut piece).await.unwrap();
            assert!(many > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&piece[..many]);
        }
        String::from_utf8_lossy(&seen).to_lowercase()
    };
    let (get, host) = ("GET /login HTTP/1.1", "Host: localhost:8000");
    let mut last = String::new();
    for _ in 0..2_000 {
        last = head(&format!("{get}\r\n{host}\r\n\r\n")).await;
        if last.starts_with("http/1.1 429") {
            break;
        }
    }
    assert!(last.starts_with("http/1.1 429"), "{last}");
    assert!(!last.contains("connection: close"), "nothing is left unread: {last}");
    for body in ["Content-Length: 40", "Transfer-Encoding: chunked"] {
        let refused = head(&format!("POST /login HTTP/1.1\r\n{host}\r\n{body}\r\n\r\n")).await;
        assert!(refused.starts_with("http/1.1 429"), "{refused}");
        assert!(refused.contains("connection: close"), "{refused}");
    }
    drop(stop);
    server.await.unwrap().unwrap();
    stage.close().await;
}
