//! What a request brought in its form, at hand for whoever answers it: also the page of an error shows
//! what was typed, so that nothing is lost.

use std::sync::{Arc, OnceLock};

use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, Method, header},
};
use core_base::{Error, Result};
use http_body_util::{BodyExt, Limited};

use crate::{
    csrf::{self, Csrf},
    form::is_invisible,
    policy::{FORM_LIMIT, Incoming},
};

/// Names of the fields that are neither shown again nor kept: those of every `type="password"`.
pub const SECRETS: [&str; 2] = ["password", "current"];

/// The form of one request: empty until its body was read.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<OnceLock<SentForm>>);

/// A form that was sent, without its token and without passwords.
pub(crate) struct SentForm {
    /// What was typed, in order.
    pub(crate) fields: Vec<(String, String)>,
    /// The tokens that came with it.
    pub(crate) tokens: Vec<String>,
    /// Where it was sent: path and query.
    pub(crate) action: String,
    /// The page that it stands on, where the browser says so, else one at the path it was sent to:
    /// path and query. None: there is no such page, as after an answer to another form.
    pub(crate) page: Option<String>,
    /// Whether the browser says that the page is one of this very origin. Scripts of other sites
    /// can't forge that.
    pub(crate) is_own: bool,
    /// For a form that sends the same again.
    pub(crate) csrf: Csrf,
}

impl SentForm {
    /// What was typed, without what nobody sees and no page may hold.
    pub(crate) fn visible(&self) -> Vec<(String, String)> {
        let seen = |value: &String| value.chars().filter(|c| !is_invisible(*c)).collect();
        self.fields.iter().map(|(name, value)| (name.clone(), seen(value))).collect()
    }
}

impl Sent {
    /// The form, if one was read.
    pub(crate) fn form(&self) -> Option<&SentForm> {
        self.0.get()
    }

    /// Reads the body of a request that may change something, up to its limit. `is_page` says which
    /// paths can be gone back to.
    pub(crate) async fn read(
        &self,
        origin: &str,
        is_page: impl Fn(&str) -> bool,
        csrf: &Csrf,
        request: Request,
    ) -> Result<Request> {
        if is_safe(request.method()) {
            return Ok(request);
        }
        let limit = request.extensions().get::<Incoming>().map_or(FORM_LIMIT, Incoming::limit);
        let (parts, body) = request.into_parts();
        let bytes = match Limited::new(body, limit).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<http_body_util::LengthLimitError>() => {
                return Err(Error::TooLarge);
            }
            Err(_) => return Err(Error::BadRequest("The request ended before its end.".into())),
        };
        let mut fields =
            serde_urlencoded::from_bytes::<Vec<(String, String)>>(&bytes).unwrap_or_default();
        let header = parts.headers.get(csrf::HEADER).and_then(|value| value.to_str().ok());
        let typed = fields.iter().filter(|(name, _)| name == csrf::FIELD);
        let typed = typed.map(|(_, value)| value.clone());
        // Scripts send the header, and then it counts alone.
        let tokens = match header {
            Some(token) => vec![token.to_owned()],
            None => typed.collect(),
        };
        fields.retain(|(name, _)| name != csrf::FIELD && !SECRETS.contains(&name.as_str()));
        let action = path_of(&parts.uri);
        let page = page(&parts.headers, origin).filter(|page| is_page(page));
        let form = SentForm {
            fields,
            tokens,
            page: page.or_else(|| Some(action.clone()).filter(|action| is_page(action))),
            action,
            is_own: csrf::is_surely_same_origin(&parts.headers, origin),
            csrf: csrf.clone(),
        };
        // Read twice it would be the same.
        let _ = self.0.set(form);
        Ok(Request::from_parts(parts, Body::from(bytes)))
    }
}

impl SentForm {
    /// Whether it surely comes from a page that we drew for somebody.
    pub(crate) fn is_ours(&self) -> bool {
        self.is_own && !self.person().is_empty()
    }

    /// Who its page was drawn for, as the token tells.
    pub(crate) fn person(&self) -> &str {
        self.tokens
            .iter()
            .map(|token| csrf::person_of(token))
            .find(|tag| !tag.is_empty())
            .unwrap_or("")
    }
}

/// Does this method change nothing?
pub(crate) fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Path and query.
pub(crate) fn path_of(uri: &axum::http::Uri) -> String {
    uri.path_and_query().map_or("/", |path| path.as_str()).to_owned()
}

/// The page that a request comes from, where it is one of this origin.
fn page(headers: &HeaderMap, origin: &str) -> Option<String> {
    let named = headers.get("hx-current-url").or_else(|| headers.get(header::REFERER));
    let url = named.and_then(|value| value.to_str().ok())?;
    let path = url.strip_prefix(origin)?;
    crate::safe_next(path).map(crate::saved_forms::without_mark)
}
