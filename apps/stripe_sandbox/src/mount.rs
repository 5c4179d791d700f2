//! The sandbox inside the site of development: its API below `/dev/stripe/v1`, its pages beside that.

use std::{sync::OnceLock, time::Duration};

use platform::{
    App, Error, Extension, Path, Policy, Public, RawBody, Result, Routes, Sender, outbound,
    process::{Platform, Services},
    request::{ForeignAnswer, HeaderMap, IntoResponse, Method, Response, StatusCode, Uri},
};

use crate::{Page, Request, Sandbox};

const PATH: &str = "/dev/stripe";
/// How often it is looked whether something is to be sent, or has fallen due.
const ROUND: Duration = Duration::from_secs(1);

/// The sandbox of this process, opened by whoever asks for it first.
#[derive(Default)]
pub(crate) struct Shared(OnceLock<Sandbox>);

/// What this app brings. For development alone: whoever reaches it may turn the clock.
pub fn app() -> App {
    // Its own keys are looked at by its API.
    let page = Policy::WEBHOOK.sender(Sender::Handler);
    let routes = Routes::new()
        .route(Method::GET, "/dev/stripe", page, home)
        .route(Method::GET, "/dev/stripe/{*path}", page, answer)
        .route(Method::POST, "/dev/stripe/{*path}", page, answer)
        .route(Method::DELETE, "/dev/stripe/{*path}", page, answer);
    App::new("stripe_sandbox").extension(|_| Shared::default()).account(routes)
}

impl Shared {
    fn get(&self, core: &Services) -> &Sandbox {
        self.0.get_or_init(|| {
            let pages = format!("{}{PATH}", core.config.account_origin());
            let file = core.config.data_dir.join("stripe-sandbox.json");
            let sandbox = Sandbox::kept(&pages, file.clone()).or_else(|error| {
                tracing::warn!(%error, "the Stripe sandbox begins anew: what it kept cannot be read");
                std::fs::rename(&file, file.with_extension("broken"))?;
                Sandbox::kept(&pages, file)
            });
            let sandbox = sandbox.unwrap_or_else(|_| Sandbox::new(&pages));
            tokio::spawn(sandbox.clone().run());
            sandbox
        })
    }
}

async fn home(_: Public, Platform(core): Platform, shared: Extension<Shared>) -> Result {
    Ok(shown(shared.get(&core).page("GET", "/", "")))
}

async fn answer(
    _: Public,
    (Platform(core), shared): (Platform, Extension<Shared>),
    (method, uri, headers): (Method, Uri, HeaderMap),
    Path(path): Path<String>,
    RawBody(body): RawBody,
) -> Result {
    let sandbox = shared.get(&core).clone();
    let body = String::from_utf8_lossy(&body).into_owned();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(path) = path.strip_prefix("v1/") else {
        // Any page of the web could send a form here.
        if method != Method::GET && !sandbox.is_own(header("origin"), header("sec-fetch-site")) {
            return Err(Error::Forbidden);
        }
        return Ok(shown(sandbox.page(method.as_str(), &path, &body)));
    };
    let call = (method.as_str(), path, uri.query());
    let response = sandbox.api(&Request::of(call, body, header));
    // An answer that gets lost on the way: here, one that says nothing.
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::BAD_GATEWAY);
    let body = if response.status == 0 { String::new() } else { response.body };
    let headers = [("content-type", "application/json"), ("request-id", &*response.id)];
    Ok(ForeignAnswer.mark((status, headers, body).into_response()))
}

fn shown(page: Page) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    ForeignAnswer.mark(match page.location {
        Some(location) => (status, [("location", location)]).into_response(),
        None => (status, [("content-type", page.kind)], page.body).into_response(),
    })
}

impl Sandbox {
    /// Sends what is to be sent, for as long as the process lives.
    pub async fn run(self) {
        loop {
            self.deliver().await;
            tokio::time::sleep(ROUND).await;
            self.advance(0);
        }
    }

    /// Sends what is due now; gives how many were accepted.
    pub async fn deliver(&self) -> usize {
        let mut accepted = 0;
        for message in self.due() {
            let headers = [
                ("content-type", "application/json; charset=utf-8"),
                ("stripe-signature", &*message.signature),
            ];
            let status = outbound::post(&message.url, &headers, message.body.into_bytes()).await;
            let status = status.ok();
            accepted += usize::from(status.is_some_and(|status| (200..300).contains(&status)));
            self.delivered(message.id, status);
        }
        accepted
    }
}
