//! Browsers at the real site: the actors of every test, their requests carried to it over TCP.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use core_mail::DevelopmentMailbox;
use core_testing::{Actor, Answer, Home};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{program::PATIENCE, site::Site};

/// What a browser is told that gets no whole answer. The site itself never says it.
const NO_ANSWER: StatusCode = StatusCode::BAD_GATEWAY;

/// The way to a site that is started again and again, each time on another port.
#[derive(Clone, Default)]
pub(super) struct Door(Arc<AtomicU16>);

impl Door {
    /// From now on it leads to this one.
    pub(super) fn lead_to(&self, site: &Site) {
        self.0.store(site.address.port(), Relaxed);
    }

    /// From now on it leads there.
    pub(super) fn lead_to_port(&self, port: u16) {
        self.0.store(port, Relaxed);
    }

    /// Somebody in front of it, with a new browser.
    pub(super) fn visitor(&self, home: &Home) -> Actor {
        let door = self.clone();
        let carry = move |request: Request| async move {
            let answer = door.carry(request).await.ok().flatten();
            answer.unwrap_or_else(|| NO_ANSWER.into_response())
        };
        Actor::at(&home.config, Router::new().fallback(carry))
    }

    /// HTTP/1.0: a request, an answer, the end of the connection. `None`: it ended too early.
    async fn carry(&self, request: Request) -> io::Result<Option<Response>> {
        let (parts, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(io::Error::other)?;
        let mut sent = format!("{} {} HTTP/1.0\r\n", parts.method, parts.uri);
        for (name, value) in &parts.headers {
            sent += &format!("{name}: {}\r\n", value.to_str().unwrap());
        }
        sent += &format!("content-length: {}\r\n\r\n", body.len());
        let mut stream = TcpStream::connect(("127.0.0.1", self.0.load(Relaxed))).await?;
        stream.write_all(&[sent.as_bytes(), &body].concat()).await?;
        let mut answer = vec![];
        stream.read_to_end(&mut answer).await?;
        Ok(parse(&answer))
    }
}

fn parse(answer: &[u8]) -> Option<Response> {
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, body) = (str::from_utf8(&answer[..end]).ok()?, &answer[end + 4..]);
    let (first, headers) = head.split_once("\r\n")?;
    let mut response = Response::builder().status(first.split(' ').nth(1)?);
    for (name, value) in headers.lines().filter_map(|line| line.split_once(": ")) {
        let is_cut = name == "content-length" && value.parse() != Ok(body.len());
        response = response.header(name, value);
        if is_cut {
            return None;
        }
    }
    response.body(Body::from(body.to_vec())).ok()
}

/// The answer, unless the site died before it was given.
pub(super) fn alive(answer: Answer) -> Option<Answer> {
    (answer.status != NO_ANSWER.as_u16()).then_some(answer)
}

/// The link in the newest letter to an address, when there is one. `None`: the site died before.
pub(super) async fn link_to(home: &Home, email: &str, browser: &Actor) -> Option<String> {
    let start = Instant::now();
    loop {
        let emails = DevelopmentMailbox::of(&home.config).emails().unwrap();
        if let Some(kept) = emails.into_iter().find(|kept| kept.email.to.address == email) {
            return Some(kept.email.links()[0].to_owned());
        }
        alive(browser.get("/readyz").await)?;
        assert!(start.elapsed() < PATIENCE, "no email comes to {email}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Logs in with the form at `page`.
pub(super) async fn log_in(browser: &Actor, page: &str, email: &str, password: &str) -> Option<()> {
    let form = alive(browser.get(page).await)?.form("/login");
    let answer = alive(browser.submit(&form, &[("email", email), ("password", password)]).await)?;
    assert_eq!(answer.status, 303, "{email}: {}", answer.words());
    Some(())
}

/// Where the kills came, by what people were doing.
#[derive(Default)]
pub(super) struct Places(std::collections::BTreeMap<&'static str, usize>);

impl Places {
    pub(super) fn count(&mut self, place: &'static str) {
        *self.0.entry(place).or_default() += 1;
    }

    pub(super) fn print(&self) {
        eprintln!("killed while: {:?}", self.0);
    }
}
