//! Somebody with a browser: cookies for each host, forms with their token, redirects on request.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, Request, header},
};
use core_base::{Config, MemberId, Secret, SessionId, Token, UserId, config::Environment};
use core_http::{BodyKind, Route, SESSION_COOKIE};
use hmac::{Hmac, KeyInit, Mac};
use tower::ServiceExt;

use crate::{Answer, Form, Stage};

const VISITOR_COOKIE: &str = "__Host-visitor";

/// Somebody at a site. Paths lead to the host they are at, whole addresses to any other.
pub struct Actor {
    /// Who; a made-up id for visitors.
    pub user: UserId,
    /// Which member, where they are one.
    pub member: Option<MemberId>,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their session at the account site.
    pub session: Option<SessionId>,
    /// Where they are, without a slash at the end.
    pub origin: String,
    account: String,
    router: Router,
    csrf_key: Secret,
    /// In development over plain HTTP cookies have other names; the jar keeps the usual ones.
    plain: bool,
    jar: Mutex<BTreeMap<(String, String), String>>,
}

impl Actor {
    pub(crate) fn new(stage: &Stage, origin: String) -> Self {
        Self { origin, ..Self::at(stage.config(), stage.router.clone()) }
    }

    /// Somebody who isn't signed in, at the account site of a site that `router` leads to: a stage,
    /// or a program of its own.
    pub fn at(config: &Config, router: Router) -> Self {
        let account = config.account_origin();
        Self {
            user: UserId::new(),
            member: None,
            name: String::new(),
            email: String::new(),
            session: None,
            origin: account.clone(),
            account,
            router,
            csrf_key: config.derive_key("csrf"),
            plain: config.environment == Environment::Development && !config.is_https(),
            jar: Mutex::default(),
        }
    }

    /// Loads a page.
    pub async fn get(&self, url: &str) -> Answer {
        self.send(self.request(Method::GET, url), "").await
    }

    /// Loads a page and goes on until it is no redirect any more.
    pub async fn go(&self, url: &str) -> Answer {
        let answer = self.get(url).await;
        self.follow(answer).await
    }

    /// Goes where an answer leads, until it leads nowhere.
    pub async fn follow(&self, mut answer: Answer) -> Answer {
        for _ in 0..10 {
            if !(300..400).contains(&answer.status) {
                return answer;
            }
            let (host, location) = (answer.origin.clone(), answer.location().to_owned());
            let url = if location.starts_with('/') { host + &location } else { location };
            answer = self.get(&url).await;
        }
        panic!("too many redirects, the last to {}", answer.location());
    }

    /// Sends a form as a page of that host would: with the token and the origin.
    pub async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.csrf_token(&self.split(url).0);
        let mut fields = fields.to_vec();
        fields.push(("_csrf", &token));
        self.post_raw(url, &fields).await
    }

    /// Sends a form that was found on a page, with these fields filled in.
    pub async fn submit(&self, form: &Form, fields: &[(&str, &str)]) -> Answer {
        let filled = form.filled(fields);
        let pairs: Vec<_> = filled.iter().map(|(name, value)| (&**name, &**value)).collect();
        if form.method == "post" {
            return self.post_raw(&form.action, &pairs).await;
        }
        let query = serde_urlencoded::to_string(&pairs).expect("pairs can be encoded");
        self.get(&format!("{}?{query}", form.action)).await
    }

    /// Calls a route as its policy wants to be called by a page of that host: a form, JSON with these
    /// fields, or what stands in the first one as it is; with the token and the origin.
    pub async fn call(&self, route: &Route, url: &str, fields: &[(&str, &str)]) -> Answer {
        if route.method == Method::GET {
            return self.get(url).await;
        }
        let token = self.csrf_token(&self.split(url).0);
        let (kind, body) = match route.policy.body {
            BodyKind::Form => {
                let fields = [fields, &[("_csrf", &token)]].concat();
                let body = serde_urlencoded::to_string(fields).expect("pairs can be encoded");
                ("application/x-www-form-urlencoded", body)
            }
            BodyKind::Json => {
                let fields: BTreeMap<_, _> = fields.iter().copied().collect();
                let body = serde_json::to_string(&fields).expect("strings can be encoded");
                ("application/json", body)
            }
            BodyKind::Raw | BodyKind::Stream => {
                let body = fields.first().map_or("bytes", |(_, text)| *text);
                ("application/octet-stream", body.to_owned())
            }
        };
        let plain = |text: &str| HeaderValue::from_str(text).expect("addresses are plain");
        let mut request = self.request(route.method.clone(), url);
        let headers = request.headers_mut();
        headers.insert(header::ORIGIN, plain(&self.split(url).0));
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        headers.insert("x-csrf-token", plain(&token));
        self.send(request, &body).await
    }

    /// Sends exactly these fields: no token is added.
    pub async fn post_raw(&self, url: &str, fields: &[(&str, &str)]) -> Answer {
        self.send_form(url, fields, &[]).await
    }

    /// Posts a form as a browser does that goes from `page` (a whole address) to the answer.
    pub async fn browse(&self, page: &str, url: &str, fields: &[(&str, &str)]) -> Answer {
        let says = [
            ("referer", page),
            ("sec-fetch-site", "same-origin"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-dest", "document"),
        ];
        self.send_form(url, fields, &says).await
    }

    async fn send_form(
        &self,
        url: &str,
        fields: &[(&str, &str)],
        says: &[(&'static str, &str)],
    ) -> Answer {
        let body = serde_urlencoded::to_string(fields).expect("pairs can be encoded");
        let mut request = self.request(Method::POST, url);
        let plain = |text: &str| HeaderValue::from_str(text).expect("addresses are plain");
        request.headers_mut().insert(header::ORIGIN, plain(&self.split(url).0));
        for (name, value) in says {
            request.headers_mut().insert(*name, plain(value));
        }
        self.send(request, &body).await
    }

    /// A request with host and cookies, for what no browser would send. `send` takes it on.
    pub fn request(&self, method: Method, url: &str) -> Request<Body> {
        let (origin, path) = self.split(url);
        let host = origin.split("://").last().unwrap_or_default();
        let mut request = Request::builder().method(method).uri(&path).header(header::HOST, host);
        let cookies = self.cookies(&origin);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies);
        }
        request.body(Body::empty()).expect("tests ask for well-formed addresses")
    }

    /// Sends a request with this form as its body, and keeps the cookies that come back.
    pub async fn send(&self, mut request: Request<Body>, body: &str) -> Answer {
        if *request.method() != Method::GET {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().entry(header::CONTENT_TYPE).or_insert(form);
            *request.body_mut() = Body::from(body.to_owned());
        }
        self.send_as_is(request).await
    }

    /// Sends a request as it is, whatever its body, and keeps the cookies that come back.
    pub async fn send_as_is(&self, request: Request<Body>) -> Answer {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
        let origin = format!("http://{}", host.unwrap_or_default());
        let (response, said) = core_db::record_queries(self.router.clone().oneshot(request)).await;
        let response = response.unwrap_or_else(|never| match never {});
        let mut answer = Answer::read(response, origin.clone()).await;
        answer.queries = said.into_iter().map(|said| said.sql).collect();
        for line in answer.all("set-cookie") {
            let (pair, rest) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let name = &*match name.strip_prefix("dev-").filter(|_| self.plain) {
                Some(name) => format!("__Host-{name}"),
                None => name.to_owned(),
            };
            if rest.contains("Max-Age=0") {
                self.jar().remove(&(origin.clone(), name.to_owned()));
            } else {
                self.set_cookie(&origin, name, value);
            }
        }
        answer
    }

    /// Puts a cookie into the jar of a host.
    pub fn set_cookie(&self, origin: &str, name: &str, value: &str) {
        self.jar().insert((origin.to_owned(), name.to_owned()), value.to_owned());
    }

    /// Takes a cookie out of the jar of a host.
    pub fn forget_cookie(&self, origin: &str, name: &str) {
        self.jar().remove(&(origin.to_owned(), name.to_owned()));
    }

    /// The cookie of a host.
    pub fn cookie(&self, origin: &str, name: &str) -> Option<String> {
        self.jar().get(&(origin.to_owned(), name.to_owned())).cloned()
    }

    /// The token that a page of this host would carry in its forms; made here, since those who are
    /// turned away see no page, and a gate must turn them away even so.
    pub fn csrf_token(&self, origin: &str) -> String {
        let kept =
            self.cookie(origin, SESSION_COOKIE).or_else(|| self.cookie(origin, VISITOR_COOKIE));
        let browser = kept.unwrap_or_else(|| {
            let fresh = Token::random().expose().to_owned();
            self.set_cookie(origin, VISITOR_COOKIE, &fresh);
            fresh
        });
        let key = self.csrf_key.expose().as_bytes();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).expect("any length will do");
        mac.update(browser.as_bytes());
        // Sixteen bytes of mask, then the code under the mask: a mask of zeroes is one like any.
        format!("{}{}", "0".repeat(32), hex::encode(&mac.finalize().into_bytes()[..16]))
    }

    /// Where people sign in, without a slash at the end.
    pub fn account_origin(&self) -> &str {
        &self.account
    }

    fn cookies(&self, origin: &str) -> String {
        let jar = self.jar();
        let mine = jar.iter().filter(|((host, _), _)| host == origin);
        let mine = mine.map(|((_, name), value)| match name.strip_prefix("__Host-") {
            Some(name) if self.plain => format!("dev-{name}={value}"),
            _ => format!("{name}={value}"),
        });
        mine.collect::<Vec<_>>().join("; ")
    }

    fn jar(&self) -> std::sync::MutexGuard<'_, BTreeMap<(String, String), String>> {
        self.jar.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Origin and path of an address.
    fn split(&self, url: &str) -> (String, String) {
        let Some((scheme, rest)) = url.split_once("://") else {
            return (self.origin.clone(), url.to_owned());
        };
        let (host, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        (format!("{scheme}://{host}"), path.to_owned())
    }
}
