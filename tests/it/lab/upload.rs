//! Streams: large bodies in little memory, from whoever may still send them at the end.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::Method,
};
use core_http::SESSION_COOKIE;
use core_testing::{Actor, Answer, Role, StoreKind};
use futures_util::{StreamExt, stream};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{
    app::{LARGEST, Use, give_key},
    apps, in_the_lab, json, member,
};
use platform::Permission;

const PIECE: usize = 64 << 10;

/// The most memory that this process ever had, bytes.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_megabytes_pass_in_flat_memory() {
    const SIZE: usize = 200 << 20;
    let stage = core_testing::Stage::on(StoreKind::Sqlite, apps()).await;
    let acme = stage.tenant("acme").await;
    let ana = member(&stage, &acme).await;
    let key = give_key(acme.tenant.id, ana.user, &[Use::KEY]);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let (router, core) = (stage.router.clone(), stage.core.clone());
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = tokio::spawn(core_http::serve(listener, router, core, async {
        let _ = stopped.await;
    }));
    let mut stream = TcpStream::connect(at).await.unwrap();
    let head = format!(
        "POST /lab/files HTTP/1.1\r\nHost: acme.localhost:8000\r\nAuthorization: Bearer {}\r\n\
         Content-Length: {SIZE}\r\nConnection: close\r\n\r\n",
        key.expose()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let piece = vec![7; PIECE];
    let before = peak();
    for _ in 0..SIZE / PIECE {
        stream.write_all(&piece).await.unwrap();
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(answer.contains(&format!("\"bytes\":{SIZE}")), "{answer}");
    let grown = peak() - before;
    assert!(grown < 16 << 20, "{} MiB more than before", grown >> 20);
    stop.send(()).unwrap();
    server.await.unwrap().unwrap();
    stage.close().await;
}

/// Sends pieces until there are no more, as a page of ours does.
async fn upload(who: &Actor, at: &str, body: Body) -> Answer {
    let token = who.csrf_token(at);
    let mut request = who.request(Method::POST, "/lab/files");
    request.headers_mut().insert("x-csrf-token", token.parse().unwrap());
    request.headers_mut().insert("content-type", "application/octet-stream".parse().unwrap());
    *request.body_mut() = body;
    who.send_as_is(request).await
}

fn pieces(count: u64) -> Body {
    let piece = Bytes::from(vec![1; PIECE]);
    Body::from_stream(stream::iter((0..count).map(move |_| Ok::<_, std::io::Error>(piece.clone()))))
}

#[tokio::test]
async fn more_than_the_limit_is_refused() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let most = LARGEST / PIECE as u64;
        let answer = upload(&ana, &acme.origin, pieces(most + 1)).await;
        assert_eq!(answer.status, 413);
        let answer = upload(&ana, &acme.origin, pieces(3)).await;
        assert_eq!(json(&answer, "application/json")["bytes"], 3 * PIECE);
        // Said at once where the length is known.
        let mut request = ana.request(Method::POST, "/lab/files");
        let token = ana.csrf_token(&acme.origin);
        request.headers_mut().insert("x-csrf-token", token.parse().unwrap());
        request.headers_mut().insert("content-length", (LARGEST + 1).into());
        *request.body_mut() = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let answer = tokio::time::timeout(Duration::from_secs(5), ana.send_as_is(request)).await;
        assert_eq!(answer.unwrap().status, 413);
    })
    .await;
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_file() {
    in_the_lab(async |stage, acme| {
        let ana = member(stage, acme).await;
        let end = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
        let body = stream::iter([Ok(Bytes::from_static(b"half")), Err(end)]);
        let answer = upload(&ana, &acme.origin, Body::from_stream(body)).await;
        assert_eq!(answer.status, 400);
    })
    .await;
}

/// Nothing is read of what nobody may send: these bodies never end.
#[tokio::test]
async fn who_may_not_send_is_told_before_the_body() {
    in_the_lab(async |stage, acme| {
        let never = || Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let (vic, nobody) = (stage.member(acme, Role::Viewer).await, stage.visitor_at(acme));
        for (who, status) in [(&vic, 403), (&nobody, 303)] {
            let answer = upload(who, &acme.origin, never());
            let answer = tokio::time::timeout(Duration::from_secs(5), answer).await.unwrap();
            assert_eq!(answer.status, status);
        }
        let ana = member(stage, acme).await;
        let thief = stage.visitor_at(acme);
        let cookie = ana.cookie(&acme.origin, SESSION_COOKIE).unwrap();
        thief.set_cookie(&acme.origin, SESSION_COOKIE, &cookie);
        let mut request = thief.request(Method::POST, "/lab/files");
        *request.body_mut() = never();
        let answer = tokio::time::timeout(Duration::from_secs(5), thief.send_as_is(request)).await;
        assert_eq!(answer.unwrap().status, 400, "another page made the browser send it");
    })
    .await;
}

#[tokio::test]
async fn who_is_removed_while_it_comes_has_sent_nothing() {
    in_the_lab(async |stage, acme| {
        let (owner, ana) = (stage.member(acme, Role::Owner).await, member(stage, acme).await);
        let (first, rest) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let body = stream::once(async move {
            tell.send(()).unwrap();
            rest.await.unwrap();
            Ok::<_, std::io::Error>(Bytes::from_static(b"late"))
        });
        let removing = async {
            told.await.unwrap();
            // Pages go on meanwhile: nothing of the workspace is held.
            assert_eq!(owner.get("/projects").await.status, 200);
            let path = format!("/settings/members/{}/remove", ana.member_id());
            assert_eq!(owner.post(&path, &[]).await.status, 303);
            first.send(()).unwrap();
        };
        let sent = upload(&ana, &acme.origin, Body::from_stream(body.boxed()));
        let (answer, ()) = tokio::join!(sent, removing);
        assert_eq!(answer.status, 403);
    })
    .await;
}
