//! The stack: everything a request passes through, outermost first. The one place to read the order.

use std::{collections::HashMap, net::SocketAddr, panic::AssertUnwindSafe, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Redirect, Response},
};
use core_base::{Error, Result, SiteKey, config::Environment, normalise_host};
use core_db::Tenant;
use futures_util::FutureExt;
use tower::ServiceExt;
use tower_http::compression::CompressionLayer;

use crate::{
    Access, AppState, Client, CurrentSession, Host, Policy, Queries, Sender, Services,
    body::WasRead,
    cookies,
    csrf::Csrf,
    development, error_page, files, headers, health, key,
    known_routes::KnownRoute,
    limits,
    policy::Incoming,
    saved_forms::{self, Refill},
    sent::{self, Sent},
    session,
    site_lookup::Named,
    trace::Trace,
    unit_of_work::{self, UnitOfWork},
};

// Each `Router::layer` copies all services inside it for every request, so the steps are plain
// functions, called in order by two layers: before the site is known, and after.

/// All sites: their routers behind one stack.
pub fn mount(core: Arc<Services>, routers: Vec<(SiteKey, Router<AppState>)>) -> Router {
    let state = AppState { core };
    let routers = routers
        .into_iter()
        .map(|(site, router)| (site, with_site_layers(&state, router)))
        .collect();
    let site_routers = Arc::new(SiteRouters { routers, state: state.clone() });
    let mut outer = Router::new()
        // 8. which site the exact host names
        .fallback(dispatch_to_site)
        .with_state(site_routers);
    if state.core.config.rate_limits {
        // 7. so much from one address, and no more
        outer = outer.layer(limits::layer());
    }
    outer.layer(from_fn_with_state(state, on_any_host))
}

/// Steps 1 to 6.
async fn on_any_host(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if state.core.config.environment == Environment::Development
        && let Some(version) = development::version(&request)
    {
        return version;
    }
    // 1. an id and a line in the log
    let trace = Trace::begin(&mut request);
    let (body, request) = WasRead::watch(request);
    let mut response = before_the_door(&state, request, next).await;
    // Whoever is answered before the body was read is told that the connection ends: what they sent next on
    // it would be lost, and a proxy would send other people's requests there.
    if !body.is_whole() {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    trace.end(&mut response, state.core.requests.as_ref());
    response
}

async fn before_the_door(state: &AppState, mut request: Request, next: Next) -> Response {
    cookies::from_plain(state, &mut request);
    // 2. health, on any host
    if let Some(answer) = health::answer(state, request.method(), request.uri().path()).await {
        return answer;
    }
    // 3. the client behind trusted proxies; plain HTTP is sent to HTTPS
    match find_client(state, &request) {
        Ok(client) => request.extensions_mut().insert(client),
        Err(elsewhere) => return *elsewhere,
    };
    request.extensions_mut().insert(Sent::default());
    let errors = error_page::Context::of(&request);
    let response = match files::answer(&request) {
        // 6. static files, the same on all hosts
        Some(file) => file,
        None => next.run(request).await,
    };
    // 5. no host named: a plain page for what is not ours
    let mut response = errors.finish(state, response).await;
    // 4. security headers on everything, errors included
    headers::set_headers(state, &mut response);
    cookies::to_plain(state, &mut response);
    response
}

struct SiteRouters {
    routers: HashMap<SiteKey, Router>,
    state: AppState,
}

/// Forwarded and rewritten hosts are not looked at.
async fn dispatch_to_site(
    State(site_routers): State<Arc<SiteRouters>>,
    mut request: Request,
) -> Result<Response> {
    let core = &site_routers.state.core;
    let here = match core.sites.named(&host_of(&request)?, core.store.directory()).await? {
        Named::Here(here) => here,
        Named::Moved(tenant) => return elsewhere(&site_routers.state, &tenant, request).await,
    };
    request.extensions_mut().insert(here.clone());
    let router = site_routers.routers.get(&here.key()).cloned().ok_or(Error::NotFound)?;
    if request.uri().query().is_some_and(saved_forms::has_saved_form) {
        let (parts, body) = request.into_parts();
        if let Some(mut page) = saved_forms::bring_back(&site_routers.state, &router, &parts).await
        {
            page.extensions_mut().insert(here);
            return Ok(page);
        }
        request = Request::from_parts(parts, body);
    }
    let mut response = router.oneshot(request).await.into_response();
    response.extensions_mut().insert(here);
    Ok(response)
}

/// What runs once the site is known.
fn with_site_layers(state: &AppState, router: Router<AppState>) -> Router {
    router
        .layer(from_fn_with_state(state.clone(), on_this_site))
        // 9. compression of what is not compressed yet
        .layer(CompressionLayer::new().gzip(true))
        .with_state(state.clone())
}

/// Steps 10 to 17.
async fn on_this_site(State(state): State<AppState>, request: Request, next: Next) -> Response {
    match state.core.config.environment {
        Environment::Development => {
            let here = request.extensions().get::<Host>().cloned();
            development::with_toolbar(&state.clone(), here, with_timeout(state, request, next))
                .await
        }
        _ => with_timeout(state, request, next).await,
    }
}

async fn with_timeout(state: AppState, mut request: Request, next: Next) -> Response {
    let known = known_route(&state, &request);
    let usual = Policy::FORM.sender(Sender::Either);
    let policy = known.as_ref().map_or(usual, |route| route.policy);
    let incoming = Incoming::of(policy, request.headers());
    request.extensions_mut().insert(incoming);
    let errors = error_page::Context::of(&request);
    if request.extensions().get::<MatchedPath>().is_none()
        && let Some(path) = without_slash(&request)
    {
        return Redirect::permanent(&path).into_response();
    }
    let asked = saved_forms::Asked::of(&request);
    let sent = request.extensions().get::<Sent>().cloned().unwrap_or_default();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let visitor = unit_of_work::visitor(&request);
    let work = visitor.scope(authenticate_and_run(&state, known.as_ref(), request, next));
    let work = AssertUnwindSafe(work).catch_unwind();
    let response = match tokio::time::timeout(policy.time, work).await {
        Ok(Ok(response)) => response.into_response(),
        // 12. a panic is an error like any other
        Ok(Err(panic)) => panicked(panic),
        // 11. time
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    };
    let queries = response.extensions().get::<Queries>().copied();
    // 10. error pages
    let mut response = errors.finish(&state, response).await;
    // A refused form leaves no page of a POST in the browser's history.
    if let Some(asked) = asked {
        response = saved_forms::leave(&state, asked, &sent, response).await;
    }
    // For the log: a page of an error is a new answer.
    queries.map(|queries| response.extensions_mut().insert(queries));
    // For step 4: of the page of an error, too.
    if let Some(route) = known.filter(|route| !route.form_target.is_empty()) {
        response.extensions_mut().insert(route.form_target);
    }
    // For step 1, which counts.
    if let Some(route) = route.filter(|_| state.core.requests.is_some()) {
        response.extensions_mut().insert(route);
    }
    response
}

async fn authenticate_and_run(
    state: &AppState,
    route: Option<&KnownRoute>,
    request: Request,
    next: Next,
) -> Result {
    let here = request.extensions().get::<Host>().cloned();
    let here = here.ok_or_else(|| crate::host::anyhow_missing("Host"))?;
    let incoming = request.extensions().get::<Incoming>().copied();
    let incoming = incoming.unwrap_or_else(|| Incoming::of(Policy::FORM, request.headers()));
    // 13. a form's body, up to its limit: whatever happens next, what was typed is not lost
    let (csrf, origin) = (Csrf::of(state, request.headers()), here.origin());
    let sent = request.extensions().get::<Sent>().cloned().unwrap_or_default();
    let is_page = |path: &str| state.core.routes.is_page(here.key(), path);
    let mut request = match incoming.is_form() {
        true => sent.read(origin, is_page, &csrf, request).await?,
        false => request,
    };
    // 14. who sends it: a browser by its session, a program by its key
    let session = match incoming.by_program {
        true => CurrentSession(None),
        false => session::look_up(state, &here, &mut request).await?,
    };
    // 15. suspended and quarantined workspaces stay shut, and say so to their members; no forged requests
    if let Some((tenant, asked)) = error_page::at_shut_door(&here, &request) {
        // What is known of a key lies in there.
        if incoming.by_program {
            return Err(Error::NotFound);
        }
        if let Some(shut) = error_page::shut(state, tenant, asked).await? {
            return Ok(shut);
        }
    }
    if incoming.by_program && incoming.policy.sender != Sender::Handler {
        key::look_up(state, &here, &mut request).await?;
    }
    let csrf = csrf.of_person(state, session.0.as_ref().map(|session| session.user));
    if let Some(refill) = request.extensions().get::<Refill>() {
        let person = session.0.as_ref().map(|session| Csrf::tag_of(state, session.user));
        let is_theirs = person.as_ref() == Some(&refill.person);
        if !is_theirs || !route.is_some_and(|route| route.takes_form) {
            let mut response = saved_forms::not_refilled(is_theirs);
            response.extensions_mut().insert(session);
            return Ok(response);
        }
    } else if !sent::is_safe(request.method()) && !incoming.by_program {
        let headers = request.headers();
        let checked = match incoming.is_form() {
            true => sent.form().map_or(Ok(()), |form| csrf.check(origin, headers, form)),
            false => csrf.check_header(origin, headers),
        };
        // Of nobody, of this browser before somebody logged in here, or of an older session of theirs.
        let is_harmless = || match (&session.0, sent.form()) {
            (Some(session), Some(form)) => {
                form.person() == Csrf::tag_of(state, session.user)
                    || Csrf::is_of_visitor(state, headers, form)
            }
            (session, _) => session.is_none(),
        };
        // Whoever was logged out meanwhile has to log in first, not to load the page again.
        let needs_session = route.is_some_and(|route| route.access != Access::Public);
        match checked {
            // The browser itself says that a page of ours sent it, and nobody's rights are used: logging
            // out or in once more, after another tab did.
            Err(Error::OutOfDate) if !needs_session && is_harmless() => {}
            Err(Error::OutOfDate) if session.0.is_none() => {
                return Err(Error::SignInRequired);
            }
            Err(error) => {
                // Its page says who is logged in by now.
                let mut response = error.into_response();
                response.extensions_mut().insert(session);
                return Ok(response);
            }
            Ok(()) => {}
        }
    }
    request.extensions_mut().insert(csrf.clone());
    // 16. a turn: only now, since a body that comes slowly must not hold one
    let page_slots =
        if incoming.is_stream() { &state.core.stream_slots } else { &state.core.page_slots };
    let _turn = match here.tenant() {
        Some(tenant) => Some(page_slots.take(tenant.id).await?),
        None => None,
    };
    // 17. the transaction: begun on first use, kept on success
    let unit = UnitOfWork::open(state, &here, &mut request).await?;
    let mut response = unit.close(next.run(request).await).await;
    csrf.tie_to_browser(&mut response);
    response.extensions_mut().insert(session);
    Ok(response)
}

/// A typed or pasted address may end in a slash; ours do not.
fn without_slash(request: &Request) -> Option<String> {
    let (uri, method) = (request.uri(), request.method());
    let is_read = matches!(*method, Method::GET | Method::HEAD);
    let path = uri.path().strip_suffix('/').filter(|path| !path.is_empty() && is_read)?;
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    crate::safe_next(&format!("{path}{query}")).map(str::to_owned)
}

/// What is known of the route that this request was sent to.
fn known_route(state: &AppState, request: &Request) -> Option<KnownRoute> {
    let here = request.extensions().get::<Host>()?;
    let pattern = request.extensions().get::<MatchedPath>()?;
    state.core.routes.get(here.key(), request.method(), pattern.as_str())
}

/// The client, or the answer that sends it elsewhere.
fn find_client(state: &AppState, request: &Request) -> Result<Client, Box<Response>> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0);
    // Without a connection (tests in process) the client is this machine.
    let peer = peer.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
    let config = &state.core.config;
    let client = Client::read(peer, request.headers(), &config.trusted_proxies);
    if !config.is_https() || client.https {
        return Ok(client);
    }
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    // Only to hosts of ours: an open redirect helps nobody but others.
    Err(Box::new(match host.and_then(normalise_host).filter(|host| is_ours(state, host)) {
        Some(host) if *request.method() == Method::GET => {
            let port = config.base_url.port().map(|port| format!(":{port}")).unwrap_or_default();
            Redirect::permanent(&format!("https://{host}{port}{path}")).into_response()
        }
        _ => StatusCode::MISDIRECTED_REQUEST.into_response(),
    }))
}

/// By its form alone: nobody has been counted yet who could be made to ask the store for every name.
fn is_ours(state: &AppState, host: &str) -> bool {
    host == state.core.config.base_host() || state.core.store.origins().slug_of(host).is_some()
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

/// On to the new address of a workspace; a form can't follow, since its session stays behind.
async fn elsewhere(state: &AppState, moved: &Tenant, request: Request) -> Result {
    let origin = &moved.origin;
    if matches!(*request.method(), Method::GET | Method::HEAD) {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        return Ok(Redirect::permanent(&format!("{origin}{path}")).into_response());
    }
    let sent = request.extensions().get::<Sent>().cloned().unwrap_or_default();
    // Its pages were of another origin: what was typed is shown, and sent from nowhere.
    sent.read(origin, |_| false, &Csrf::of(state, request.headers()), request).await?;
    Err(Error::Conflict(format!(
        "This workspace has moved to {origin}. Nothing was saved: copy what you typed, and save it there."
    )))
}

fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response {
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Error::Internal(anyhow::anyhow!("a handler panicked: {text}")).into_response()
}
