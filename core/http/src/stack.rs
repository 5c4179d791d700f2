//! The stack: everything a request passes through, outermost first. The one place to read the order.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
};
use core_base::{Error, Result, normalise_host};
use tower::ServiceExt;
use tower_http::{
    catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer,
};

use crate::{
    Client, Core, Here, RequestId, Site, csrf, error_page, health, limits, session, unit_of_work,
};

/// However long a handler works, nobody waits longer.
const TIMEOUT: Duration = Duration::from_secs(15);

/// The whole site: two routers behind one stack.
pub fn mount(core: Arc<Core>, account: Router<Site>, workspace: Router<Site>) -> Router {
    let site = Site { core };
    let sites = Sites { account: inner(&site, account), workspace: inner(&site, workspace) };
    let mut outer = Router::new()
        .fallback(to_site)
        .with_state(sites)
        // 8. which site the exact host names
        .layer(from_fn_with_state(site.clone(), find_here));
    if site.core.config.rate_limits {
        // 7. so much from one address, and no more
        outer = outer.layer(limits::layer());
    }
    outer
        // 6. static files, the same on all hosts
        .layer(from_fn(files))
        // 5. no host named: a plain page for what is not ours
        .layer(from_fn_with_state(site.clone(), error_page::layer))
        // 4. security headers on everything, errors included
        .layer(from_fn_with_state(site.clone(), headers))
        // 3. the client behind trusted proxies; plain HTTP is sent to HTTPS
        .layer(from_fn_with_state(site.clone(), find_client))
        // 2. health, on any host
        .layer(from_fn_with_state(site, health::layer))
        // 1. an id and a line in the log
        .layer(from_fn(trace))
}

/// What runs once the site is known.
fn inner(site: &Site, router: Router<Site>) -> Router {
    router
        // 16. the transaction: begun on first use, kept on success
        .layer(from_fn_with_state(site.clone(), unit_of_work::layer))
        // 15. no forged requests; the body, up to its limit
        .layer(from_fn_with_state(site.clone(), csrf::layer))
        // 14. who is signed in
        .layer(from_fn_with_state(site.clone(), session::layer))
        // 13. suspended and quarantined workspaces stay shut
        .layer(from_fn_with_state(site.clone(), error_page::open_workspaces_only))
        // 12. a panic is an error like any other
        .layer(CatchPanicLayer::custom(panicked))
        // 11. time
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, TIMEOUT))
        // 10. error pages
        .layer(from_fn_with_state(site.clone(), error_page::layer))
        // 9. compression of what is not compressed yet
        .layer(CompressionLayer::new().gzip(true))
        .with_state(site.clone())
}

#[derive(Clone)]
struct Sites {
    account: Router,
    workspace: Router,
}

async fn to_site(
    State(sites): State<Sites>,
    Extension(here): Extension<Here>,
    request: Request,
) -> Response {
    let router = match here {
        Here::Account => sites.account,
        Here::Workspace(_) => sites.workspace,
    };
    router.oneshot(request).await.into_response()
}

async fn trace(mut request: Request, next: Next) -> Response {
    let id = RequestId(uuid::Uuid::now_v7());
    let start = std::time::Instant::now();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    request.extensions_mut().insert(id);
    let mut response = next.run(request).await;
    let queries = response.extensions().get::<unit_of_work::Queries>().map_or(0, |count| count.0);
    let tenant = response.extensions().get::<Here>().and_then(Here::tenant).map(|tenant| tenant.id);
    // Neither query strings nor bodies: they hold tickets, tokens and what people typed.
    tracing::info!(
        request = %id,
        %method,
        path,
        status = response.status().as_u16(),
        tenant = tenant.map(tracing::field::display),
        queries,
        us = start.elapsed().as_micros() as u64,
    );
    let value = HeaderValue::from_str(&id.to_string()).expect("hex digits");
    response.headers_mut().insert("x-request-id", value);
    response
}

async fn find_client(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    // Without a connection (tests in process) the client is this machine.
    let peer = peer.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
    let config = &site.core.config;
    let client = Client::read(peer, request.headers(), &config.trusted_proxies);
    if config.is_https() && !client.https {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        // Only to hosts of ours: an open redirect helps nobody but others.
        return match host.and_then(normalise_host).filter(|host| is_ours(&site, host)) {
            Some(host) if *request.method() == Method::GET => {
                let port = config.base_url.port().map(|port| format!(":{port}"));
                let port = port.unwrap_or_default();
                Redirect::permanent(&format!("https://{host}{port}{path}")).into_response()
            }
            _ => StatusCode::MISDIRECTED_REQUEST.into_response(),
        };
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn is_ours(site: &Site, host: &str) -> bool {
    let base = site.core.config.base_host();
    host == base || host.strip_suffix(base).is_some_and(|rest| rest.ends_with('.'))
}

async fn files(request: Request, next: Next) -> Response {
    match crate::files::answer(&request) {
        Some(answer) => answer,
        None => next.run(request).await,
    }
}

/// The site of the exact host. Forwarded and rewritten hosts are not looked at.
async fn find_here(State(site): State<Site>, mut request: Request, next: Next) -> Result<Response> {
    let host = host_of(&request)?;
    let here = here(&site, &host).await?;
    request.extensions_mut().insert(here.clone());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(here);
    Ok(response)
}

/// The one host of a request, in its exact form.
fn host_of(request: &Request) -> Result<String, Error> {
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Error::NotFound) };
    // An absolute address in the request line must name the same host.
    if let Some(authority) = request.uri().authority()
        && authority.as_str().as_bytes() != host.as_bytes()
    {
        return Err(Error::NotFound);
    }
    host.to_str().ok().and_then(normalise_host).ok_or(Error::NotFound)
}

async fn here(site: &Site, host: &str) -> Result<Here, Error> {
    let base = site.core.config.base_host();
    if host == base {
        return Ok(Here::Account);
    }
    let slug = host.strip_suffix(base).and_then(|rest| rest.strip_suffix('.'));
    let slug = slug.ok_or(Error::NotFound)?;
    let tenant = site.core.store.directory().by_slug(slug).await?;
    tenant.map(Here::Workspace).ok_or(Error::NotFound)
}

async fn headers(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let account = !matches!(response.extensions().get::<Here>(), Some(Here::Workspace(_)));
    let policy = if account { &site.core.policies.account } else { &site.core.policies.workspace };
    let policy = policy.clone();
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    // Not `no-referrer`: under it Chromium sends `Origin: null` with our own forms.
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    headers.insert("content-security-policy", policy);
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    }
    if site.core.config.is_https() {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert("strict-transport-security", year);
    }
    response
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::Internal(anyhow::anyhow!("a handler panicked: {text}")).into_response()
}

/// The two content security policies, built once.
pub(crate) struct Policies {
    account: HeaderValue,
    workspace: HeaderValue,
}

impl Policies {
    pub(crate) fn new(config: &core_base::Config) -> Self {
        let port = config.base_url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let everywhere = format!("{}://*.{}{port}", config.base_url.scheme(), config.base_host());
        // Chromium applies form-action to redirects: signing in ends on a workspace's host, and
        // signing out of a workspace on the account site.
        Self { account: policy(&everywhere), workspace: policy(&config.account_origin()) }
    }
}

fn policy(form_action: &str) -> HeaderValue {
    let text = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; form-action 'self' {form_action}; \
         base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&text).expect("hosts are plain names")
}
