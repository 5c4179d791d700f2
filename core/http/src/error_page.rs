//! Errors become pages: the site decides the look, the log gets the cause.

mod inactive_workspace;

use std::sync::Arc;

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use core_access::Session;
use core_base::{Error, config::Environment};
use core_db::{StoreFailure, Tenant};
use core_ui::{ErrorContent, ErrorPage, ErrorShell, SendAgain, Theme, Typed};

use crate::{
    ACCOUNT, Access, AppState, Client, Cookies, CurrentSession, Host, Problem, RequestId,
    SESSION_COOKIE, Ui, csrf::Csrf, problem, saved_forms, saved_forms::Why, sent::Sent,
};

pub(crate) use inactive_workspace::{at_shut_door, shut};

const AWAY: &str = "We lost the connection to the database. Check whether your change was saved before you send \
                    it again.";
const SLOW: &str = "This took too long and was stopped. Nothing was saved. Ask for less at once, or try again in \
                    a moment.";
const OUTSIDE: &str =
    "Only its members can open it. Ask the person who shared it with you to invite you.";
const ANOTHER: &str = "Another account was logged in here when this was written. Nothing was saved. Copy what you need, \
                       or log in as the other person and do it again.";
const STALE: &str = "Something about your login changed in another tab since this page was loaded. Nothing was saved yet, and \
                     everything you typed is still here.";

/// Marks an answer that an error became: no page of a handler's own.
#[derive(Clone, Copy)]
pub(crate) struct Drawn;

/// What the page of an error needs to know of its request.
pub(crate) struct Context {
    id: RequestId,
    here: Option<Host>,
    method: Method,
    uri: Uri,
    theme: Option<Theme>,
    is_htmx: bool,
    /// Reads JSON.
    is_program: bool,
    headers: HeaderMap,
    client: Option<Client>,
    sent: Sent,
    pattern: Option<MatchedPath>,
}

impl Context {
    /// Taken before the request is given away.
    pub(crate) fn of(request: &Request) -> Self {
        let extensions = request.extensions();
        Self {
            id: extensions.get().copied().unwrap_or(RequestId(uuid::Uuid::nil())),
            here: extensions.get().cloned(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            theme: crate::theme::remembered(request.headers()),
            is_htmx: request.headers().contains_key("hx-request"),
            is_program: problem::is_wanted(request),
            headers: request.headers().clone(),
            client: extensions.get().copied(),
            sent: extensions.get().cloned().unwrap_or_default(),
            pattern: extensions.get().cloned(),
        }
    }

    /// Draws the page of an answer that is an error and has none yet.
    pub(crate) async fn finish(&self, state: &AppState, response: Response) -> Response {
        let session = response.extensions().get::<CurrentSession>().cloned();
        let mut response = self.with_page(state, response).await;
        session.map(|session| response.extensions_mut().insert(session));
        response
    }

    async fn with_page(&self, state: &AppState, response: Response) -> Response {
        if let Some(error) = response.extensions().get::<Arc<Error>>().cloned() {
            let inside = self.inside(state, session_of(&response), self.status(&error)).await;
            return self.draw(state, &error, inside.as_ref()).await;
        }
        if let Some(problem) = response.extensions().get::<Arc<Problem>>() {
            return problem.drawn(self.id);
        }
        let status = response.status();
        // The router's own 404 and 405, limits and time: a status without a page.
        if status.as_u16() < 400 || response.headers().contains_key(header::CONTENT_TYPE) {
            return response;
        }
        let inside = self.inside(state, session_of(&response), status).await;
        let mut page = self.page(state, status, ErrorPage::of(status.as_u16()), inside.as_ref());
        if let Some(retry) = response.headers().get(header::RETRY_AFTER) {
            page.headers_mut().insert(header::RETRY_AFTER, retry.clone());
        }
        page
    }

    /// The shell of somebody who is at home here: an error of theirs keeps the way on beside it. An
    /// error of ours does not ask the store for it.
    async fn inside(
        &self,
        state: &AppState,
        session: Option<Arc<Session>>,
        status: StatusCode,
    ) -> Option<Ui> {
        let session = session?;
        if !status.is_client_error() || self.is_htmx || self.is_program {
            return None;
        }
        self.shell(state, session).await
    }

    /// The shell that this person sees here.
    async fn shell(&self, state: &AppState, session: Arc<Session>) -> Option<Ui> {
        let csrf = Csrf::of(state, &self.headers).of_person(state, Some(session.user));
        let ui = Ui::of_error(state, self.here.clone()?, session, &self.headers, self.uri.path());
        ui.await.ok().flatten().map(|ui| ui.with_csrf(csrf.token()))
    }

    async fn draw(&self, state: &AppState, error: &Error, inside: Option<&Ui>) -> Response {
        match error {
            Error::SignInRequired if !self.is_program => self.sign_in(state, Why::Ended).await,
            Error::ProofRequired if !self.is_program => self.sign_in(state, Why::Proof).await,
            _ => self.describe(state, error, inside),
        }
    }

    fn describe(&self, state: &AppState, error: &Error, inside: Option<&Ui>) -> Response {
        let status = self.status(error);
        let page = ErrorPage::of(status.as_u16());
        let page = match inside.and_then(Ui::email) {
            Some(email) if matches!(error, Error::Forbidden | Error::OutOfDate) => {
                page.logged_in_as(email)
            }
            _ => page,
        };
        let page = match error {
            Error::SignInRequired | Error::ProofRequired | Error::TooLarge => page,
            Error::Forbidden => {
                let site = self.here.as_ref().map(Host::key);
                let is_inside = inside.is_some() && self.tenant().is_some();
                // Also at the account site, on the way to a workspace; another site has its own reasons.
                let is_outside =
                    !is_inside && (self.tenant().is_some() || site == Some(ACCOUNT.key));
                match self.missing(state, inside).filter(|_| is_inside) {
                    Some(text) => page.text(text),
                    None if !is_outside => page,
                    None => {
                        let all = format!("{}/workspaces", state.core.config.account_origin());
                        page.title("You're not in this workspace")
                            .text(OUTSIDE)
                            .only("Your workspaces", all)
                    }
                }
            }
            Error::Conflict(text)
            | Error::BadRequest(text)
            | Error::TooManyRequests(text)
            | Error::Unavailable(text) => page.text(text.clone()),
            Error::OutOfDate => {
                if self.is_of_another(state, inside) {
                    let page = page.title("You're now logged in as someone else").text(ANOTHER);
                    page.only("Go to the home page", "/")
                } else {
                    page.title("This page was out of date").text(STALE)
                }
            }
            Error::Internal(cause) => {
                let id = self.id;
                let failure = core_db::failure_of(cause);
                if status == StatusCode::INTERNAL_SERVER_ERROR
                    || failure == Some(StoreFailure::Full)
                {
                    tracing::error!(request = %id, "{cause:#}");
                } else {
                    tracing::warn!(request = %id, %status, "{cause:#}");
                }
                let page = match state.core.config.environment {
                    Environment::Development => page.cause(format!("{cause:#}")),
                    Environment::Production | Environment::Test => page,
                };
                match failure {
                    Some(StoreFailure::Away) => page.text(AWAY),
                    Some(StoreFailure::Slow) => page.title("That took too long").text(SLOW),
                    _ => page,
                }
            }
            Error::NotFound => match &self.here {
                None if state.core.config.environment == Environment::Development => {
                    let origin = state.core.config.account_origin();
                    let text = format!("Nothing is served at this host. The site is at {origin}.");
                    page.text(text).only("Go there", origin)
                }
                _ => page,
            },
        };
        let mut response = self.page(state, status, page, inside);
        if matches!(status.as_u16(), 429 | 503 | 507) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }

    /// Says what was not done of a form whose person had to log in first, and which its handler can't draw again.
    pub(crate) async fn unsaved(
        &self,
        state: &AppState,
        session: Arc<Session>,
        (back, why): (&str, Why),
    ) -> Response {
        let inside = self.shell(state, session).await;
        let fields = self.sent.form().map(|form| form.visible());
        let typed = fields.as_deref().map(|fields| Typed { fields, again: None });
        let page = ErrorPage::unsaved(why.words()).only("Go back", back);
        self.drawn(state, StatusCode::OK, page, inside.as_ref(), typed)
    }

    /// Was the form drawn for somebody else than whoever is logged in by now?
    fn is_of_another(&self, state: &AppState, inside: Option<&Ui>) -> bool {
        let (Some(form), Some(session)) = (self.sent.form(), inside.and_then(Ui::session)) else {
            return false;
        };
        !form.person().is_empty() && form.person() != Csrf::tag_of(state, session.user)
    }

    /// Some causes have a better status than 500.
    fn status(&self, error: &Error) -> StatusCode {
        let Error::Internal(cause) = error else { return error.status() };
        match core_db::failure_of(cause) {
            Some(StoreFailure::Full) => StatusCode::INSUFFICIENT_STORAGE,
            Some(_) => StatusCode::SERVICE_UNAVAILABLE,
            None => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn tenant(&self) -> Option<&Arc<Tenant>> {
        self.here.as_ref().and_then(Host::tenant)
    }

    /// What a member's role lacks for this page, in words.
    fn missing(&self, state: &AppState, inside: Option<&Ui>) -> Option<String> {
        let (here, pattern) = (self.here.as_ref()?, self.pattern.as_ref()?);
        let route = state.core.routes.get(here.key(), &self.method, pattern.as_str())?;
        let Access::Permissions(all) = route.access else { return None };
        let lacks = |permission: &&core_access::PermissionDef| {
            inside.and_then(Ui::member).is_none_or(|member| !member.may(permission))
        };
        let permission = all.iter().find(lacks).or(all.first())?;
        let workspace = here.tenant().map_or("", |tenant| &tenant.name);
        let label = permission.label;
        Some(format!(
            "Your role in {workspace} does not include “{label}”. Ask an owner or admin if you need it."
        ))
    }

    fn page(
        &self,
        state: &AppState,
        status: StatusCode,
        page: ErrorPage<'_>,
        inside: Option<&Ui>,
    ) -> Response {
        if self.is_program {
            return problem::of_page(status, &page, self.id);
        }
        let form = self.sent.form();
        let token = form.map(|form| form.csrf.token() + form.person()).unwrap_or_default();
        let fields = form.map(|form| form.visible()).unwrap_or_default();
        let typed = form.map(|form| Typed {
            fields: &fields,
            again: (form.is_own && may_work_again(status) && !self.is_of_another(state, inside))
                .then_some(SendAgain { action: &form.action, csrf: &token }),
        });
        self.drawn(state, status, page, inside, typed)
    }

    fn drawn(
        &self,
        state: &AppState,
        status: StatusCode,
        page: ErrorPage<'_>,
        inside: Option<&Ui>,
        typed: Option<Typed<'_>>,
    ) -> Response {
        let request_id = self.id.to_string();
        let brand = &state.core.brand;
        let content = ErrorContent::new(&page, typed, &request_id);
        let drawn = inside.and_then(|ui| ui.draw(status, page.name(), &content).ok());
        let mut response = drawn.unwrap_or_else(|| {
            let shell =
                ErrorShell { brand, theme: self.theme, page, typed, request_id: &request_id };
            (status, Html(shell.render())).into_response()
        });
        if let Some(form) = self.sent.form() {
            form.csrf.tie_to_browser(&mut response);
        }
        response.extensions_mut().insert(Drawn);
        response
    }

    /// The page that a script asked for, where it asked for the page that it stands on.
    fn page_of(&self, asked: &str) -> Option<String> {
        let path = |path: &str| path.split('?').next().unwrap_or_default().to_owned();
        let Some(url) = self.headers.get("hx-current-url").and_then(|url| url.to_str().ok()) else {
            return Some(asked.to_owned());
        };
        let stands =
            url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
        (path(stands?) == path(asked)).then(|| asked.to_owned())
    }

    /// To sign in, or to prove who one is, and back to this page, or to the page of the form that was sent.
    async fn sign_in(&self, state: &AppState, why: Why) -> Response {
        let mut cookie = None;
        let asked = crate::sent::path_of(&self.uri);
        let next = match (&self.method, self.sent.form()) {
            (&Method::GET, _) if self.is_htmx => match self.page_of(&asked) {
                Some(page) => page,
                // A part of a page that a script asked for by itself, while somebody was typing: the page
                // stays, and its form is kept when it is sent.
                None => return (StatusCode::UNAUTHORIZED, "").into_response(),
            },
            (&Method::GET, _) | (_, None) => asked,
            (_, Some(form)) => {
                match saved_forms::keep(state, (&self.headers, self.client), &self.sent, why).await
                {
                    Some((page, key)) => {
                        cookie = Some(key);
                        page
                    }
                    // What can't be kept stays on a page, to be sent from there after logging in.
                    None if form.is_ours() && !form.fields.is_empty() => {
                        return self.describe(state, &Error::SignInRequired, None);
                    }
                    None => form.page.clone().unwrap_or_else(|| "/".into()),
                }
            }
        };
        let site = self.here.as_ref().map_or(&ACCOUNT, Host::site);
        let path = if why == Why::Proof { site.prove } else { site.sign_in };
        // Who was signed in is told what happened; who comes anew is not.
        let was_in = Cookies::read(&self.headers).get(SESSION_COOKIE).is_some();
        let ended = was_in
            || saved_forms::has_saved_form(&next)
            || self.uri.query().is_some_and(says_ended);
        let mut query = vec![("next", next.as_str())];
        if ended && why == Why::Ended {
            query.push((ENDED, "yes"));
        }
        let sign = if path.contains('?') { '&' } else { '?' };
        let target = format!("{path}{sign}{}", crate::encode_query(&query));
        let mut response = if self.is_htmx {
            // htmx would swap the sign-in page into a corner of this one.
            // With a type: an answer without one would be given a page, and lose where it leads.
            let mut response = (StatusCode::UNAUTHORIZED, "").into_response();
            if let Ok(value) = HeaderValue::from_str(&target) {
                response.headers_mut().insert("hx-redirect", value);
            }
            response
        } else {
            Redirect::to(&target).into_response()
        };
        if let Some(cookie) = cookie {
            cookie.put(&mut response);
        }
        response
    }
}

fn session_of(response: &Response) -> Option<Arc<Session>> {
    response.extensions().get::<CurrentSession>()?.0.clone()
}

/// In the address on the way to the log-in page: a session has ended.
const ENDED: &str = "ended";

fn says_ended(query: &str) -> bool {
    query.split('&').any(|pair| pair == "ended=yes")
}

/// Is it worth sending the same once more?
fn may_work_again(status: StatusCode) -> bool {
    matches!(status.as_u16(), 400 | 401 | 408 | 429 | 500 | 503 | 507)
}
