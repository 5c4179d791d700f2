//! `stripe-sandbox`: a Stripe for development and tests, by itself on an address of its own.

use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

use ::stripe_sandbox::{Page, Request, Sandbox, version};
use anyhow::Context;
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use platform::say;
use tokio::net::TcpListener;

/// Runs it until the process is stopped.
pub(crate) async fn run(listen: SocketAddr, data: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let listener = TcpListener::bind(listen).await;
    let listener = listener.with_context(|| format!("listening on {listen} (--listen)"))?;
    let pages = format!("http://{}", listener.local_addr()?);
    let sandbox = match data {
        Some(file) => {
            let opened = Sandbox::kept(&pages, file.clone());
            opened.with_context(|| format!("reading {} (--data)", file.display()))?
        }
        None => Sandbox::new(&pages),
    };
    say!("Stripe sandbox: API at {pages}/v1 with any key sk_test_…, pages at {pages}");
    serve(listener, sandbox).await?;
    Ok(ExitCode::SUCCESS)
}

/// Answers on this address, and sends webhooks.
pub async fn serve(listener: TcpListener, sandbox: Sandbox) -> std::io::Result<()> {
    let sending = tokio::spawn(sandbox.clone().run());
    let served = serve_quietly(listener, sandbox).await;
    sending.abort();
    served
}

/// Answers on this address, and sends no webhook: whoever wants them takes them from [`Sandbox::due`].
pub async fn serve_quietly(listener: TcpListener, sandbox: Sandbox) -> std::io::Result<()> {
    axum::serve(listener, Router::new().fallback(answer).with_state(sandbox)).await
}

async fn answer(
    State(sandbox): State<Sandbox>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let body = String::from_utf8_lossy(&body).into_owned();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(path) = uri.path().strip_prefix("/v1/") else {
        // Any page of the web could send a form here.
        let is_own = sandbox.is_own(header("origin"), header("sec-fetch-site"));
        if !sandbox.is_host(header("host")) || method != Method::GET && !is_own {
            return StatusCode::FORBIDDEN.into_response();
        }
        return page(sandbox.page(method.as_str(), uri.path(), &body));
    };
    let call = (method.as_str(), path, uri.query());
    let response = sandbox.api(&Request::of(call, body, header));
    let Ok(status) = StatusCode::from_u16(response.status) else { return cut() };
    let again = if response.is_again { "true" } else { "false" };
    let headers = [
        ("content-type", "application/json"),
        ("request-id", &*response.id),
        ("stripe-version", version()),
        ("idempotent-replayed", again),
    ];
    (status, headers, response.body).into_response()
}

/// An answer that breaks off: what was done is done.
fn cut() -> Response {
    let broken = futures_util::stream::once(async {
        Err::<Bytes, _>(std::io::Error::other("cut off on purpose"))
    });
    Body::from_stream(broken).into_response()
}

fn page(page: Page) -> Response {
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match page.location {
        Some(location) => (status, [("location", location)]).into_response(),
        None => (status, [("content-type", page.kind)], page.body).into_response(),
    }
}
