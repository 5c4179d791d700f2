//! `Ui`: draws a handler's page inside the shell of the site it is on.

mod shells;

use std::sync::Arc;

use askama::DynTemplate;
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use core_access::{LimitExceeded, Member, Session, WorkspaceMembership};
use core_base::{Error, Result, clock};
use core_ui::{Calendar, Frame, Front, Locale, PublicShell, ShellPart, Theme, Toast};

use crate::{AppState, Cookies, CurrentSession, Host, Services, SetCookie, csrf::Csrf, theme};

/// What just happened, carried over a redirect.
const FLASH_COOKIE: &str = "__Host-flash";

/// Draws pages. Take it after the gate.
pub struct Ui {
    core: Arc<Services>,
    here: Host,
    session: Option<Arc<Session>>,
    member: Option<Arc<Member>>,
    memberships: Arc<Vec<WorkspaceMembership>>,
    csrf: String,
    theme: Option<Theme>,
    /// Whether the browser does not know of it yet.
    is_new_theme: bool,
    flash: Option<Toast>,
    path: String,
    crumbs: Vec<(String, String)>,
    wide: bool,
    corner: Option<(&'static str, &'static str, &'static str)>,
    /// What apps bring to the frame.
    part: ShellPart,
}

impl FromRequestParts<AppState> for Ui {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Error> {
        let CurrentSession(session) = CurrentSession::from_request_parts(parts, state).await?;
        let cookies = Cookies::read(&parts.headers);
        let flash = cookies.get(FLASH_COOKIE).and_then(|text| hex::decode(text).ok());
        let flash = flash.and_then(|bytes| String::from_utf8(bytes).ok());
        let memberships = match &session {
            Some(session) => state.core.memberships.of(session.user).await?,
            None => Arc::default(),
        };
        let (theme, is_new_theme) = theme::of(session.as_deref(), &parts.headers);
        let member = parts.extensions.get::<Arc<Member>>().cloned();
        let mut this = Self {
            core: state.core.clone(),
            memberships,
            here: Host::from_request_parts(parts, state).await?,
            session,
            member,
            csrf: Csrf::from_request_parts(parts, state).await?.token(),
            theme,
            is_new_theme,
            flash: flash.and_then(|text| Toast::decode(&text)),
            path: parts.uri.path().to_owned(),
            crumbs: vec![],
            wide: false,
            corner: None,
            part: ShellPart::new(),
        };
        if parts.method == Method::GET && !is_for_a_part(&parts.headers) {
            this.read_part().await?;
        }
        Ok(this)
    }
}

/// Does a script ask, which shows a part of the page inside the frame that is there?
fn is_for_a_part(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request") && !headers.contains_key("hx-boosted")
}

impl Ui {
    /// Asks the apps for what they bring to the frame. Browsers see pages by GET alone.
    async fn read_part(&mut self) -> Result<()> {
        if let (Some(tenant), Some(member)) = (self.here.tenant(), &self.member) {
            self.part = self.core.shell_part(tenant, member, self.calendar()).await?;
        }
        Ok(())
    }

    /// For the page of an error, which no handler draws: the shell of a site and of whoever is at home
    /// there. Nobody is at home in a workspace without being a member.
    pub(crate) async fn of_error(
        state: &AppState,
        here: Host,
        session: Arc<Session>,
        headers: &HeaderMap,
        path: &str,
    ) -> Result<Option<Self>> {
        let member = match here.tenant() {
            None => None,
            Some(tenant) => match state.core.members.find(tenant, session.user).await? {
                Some(member) => Some(member),
                None => return Ok(None),
            },
        };
        let (theme, is_new_theme) = theme::of(Some(&session), headers);
        Ok(Some(Self {
            core: state.core.clone(),
            memberships: state.core.memberships.of(session.user).await?,
            here,
            member,
            session: Some(session),
            csrf: String::new(),
            theme,
            is_new_theme,
            flash: None,
            path: path.to_owned(),
            crumbs: vec![],
            wide: false,
            corner: None,
            part: ShellPart::new(),
        }))
    }

    /// With this token in its forms.
    pub(crate) fn with_csrf(mut self, csrf: String) -> Self {
        self.csrf = csrf;
        self
    }

    /// Whoever is signed in on this site.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    /// Whoever looks, as a member of this workspace.
    pub(crate) fn member(&self) -> Option<&Member> {
        self.member.as_deref()
    }

    /// The address of whoever is signed in.
    pub(crate) fn email(&self) -> Option<&str> {
        self.session.as_ref().map(|session| session.email.as_str())
    }

    /// The hidden token that every form carries: `{{ ui::csrf_field(csrf) }}`.
    pub fn csrf(&self) -> &str {
        &self.csrf
    }

    /// Whether this is development, with such a page for developers on this host.
    pub fn has_dev_page(&self, path: &str) -> bool {
        self.core.dev_pages.contains(&(self.here.key(), path))
    }

    /// A step on the way to this page, for the bar at the top.
    #[must_use]
    pub fn under(mut self, label: &str, path: &str) -> Self {
        self.crumbs.push((label.to_owned(), path.to_owned()));
        self
    }

    /// A page that needs room, also while nobody is signed in.
    #[must_use]
    pub fn wide(mut self) -> Self {
        self.wide = true;
        self
    }

    /// A quiet question in the corner of a page for those who are not signed in, with the link that
    /// answers it: “New here?”, “Sign up”, `/signup`.
    #[must_use]
    pub fn corner(
        mut self,
        question: &'static str,
        label: &'static str,
        path: &'static str,
    ) -> Self {
        self.corner = Some((question, label, path));
        self
    }

    /// How the person reads times: in their own zone, else in the workspace's.
    pub fn calendar(&self) -> Calendar {
        Calendar::new(clock::now(), self.zone(), self.locale())
    }

    /// The zone in which the person reads times: an IANA name.
    pub fn zone(&self) -> &str {
        let own = self.session.as_ref().map(|session| session.zone.as_str());
        let here = self.here.tenant().map(|tenant| tenant.zone.as_str());
        own.filter(|zone| !zone.is_empty()).or(here).unwrap_or("UTC")
    }

    pub(super) fn locale(&self) -> Locale {
        let session = self.session.as_ref();
        session.and_then(|session| Locale::of(&session.locale)).unwrap_or_default()
    }

    /// The page.
    pub fn page(&self, title: &str, content: &dyn DynTemplate) -> Result {
        self.draw(StatusCode::OK, title, content)
    }

    /// The form again, with what was typed and what is wrong: 422.
    pub fn invalid(&self, title: &str, content: &dyn DynTemplate) -> Result {
        self.draw(StatusCode::UNPROCESSABLE_ENTITY, title, content)
    }

    /// The form again, with what was typed, since somebody else was quicker: 409.
    pub fn conflict(&self, title: &str, content: &dyn DynTemplate) -> Result {
        self.draw(StatusCode::CONFLICT, title, content)
    }

    /// The page of something that is no longer there, with what was typed where there is any: 404.
    pub fn gone(&self, title: &str, content: &dyn DynTemplate) -> Result {
        self.draw(StatusCode::NOT_FOUND, title, content)
    }

    /// The form again, with what was typed, since a limit is used up: 429, and when to come back.
    pub fn too_many(&self, title: &str, content: &dyn DynTemplate, spent: LimitExceeded) -> Result {
        let mut response = self.draw(StatusCode::TOO_MANY_REQUESTS, title, content)?;
        let seconds = HeaderValue::from(spent.seconds());
        response.headers_mut().insert(header::RETRY_AFTER, seconds);
        Ok(response)
    }

    /// A part of a page, for a script that asked for no more.
    pub fn part(&self, content: &dyn DynTemplate) -> Result {
        Ok(Html(content.dyn_render()?).into_response())
    }

    /// The page with another status, for an answer that is none of these.
    pub fn draw(&self, status: StatusCode, title: &str, content: &dyn DynTemplate) -> Result {
        let html = match (self.here.site().shell)(self, title, content)? {
            Some(html) => html,
            None => self.signed_out(title, content)?,
        };
        Ok(self.answer(status, html))
    }

    /// A page of the account site for everybody, signed in or not, with a sentence about it for
    /// search engines.
    pub fn public(
        &self,
        front: Front<'_>,
        title: &str,
        description: &str,
        content: &dyn DynTemplate,
    ) -> Result {
        let frame = Frame { description, ..self.frame(title, content) };
        let signed_in = self.session.is_some();
        let shell = PublicShell { frame, front, path: &self.path, signed_in };
        Ok(self.answer(StatusCode::OK, shell.render()?))
    }

    fn answer(&self, status: StatusCode, html: String) -> Response {
        let mut response = (status, Html(html)).into_response();
        if self.flash.is_some() {
            SetCookie::removal(FLASH_COOKIE).put(&mut response);
        }
        if let Some(theme) = self.theme.filter(|_| self.is_new_theme) {
            theme::keep_theme(&mut response, theme);
        }
        response
    }
}

/// On to another page, by GET.
pub fn see_other(path: impl AsRef<str>) -> Result {
    let value = HeaderValue::from_str(path.as_ref())?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, value)]).into_response())
}

/// Redirects to a page of this site, and shows a toast there.
pub fn see_other_with(path: impl AsRef<str>, toast: &Toast) -> Result {
    let mut response = see_other(path)?;
    flash(&mut response, toast);
    Ok(response)
}

fn flash(response: &mut Response, toast: &Toast) {
    let minute = std::time::Duration::from_mins(1);
    SetCookie::new(FLASH_COOKIE, hex::encode(toast.encode()), Some(minute)).put(response);
}
