//! Requests to other sites: no redirects, ten seconds, a mebibyte.

use std::{fmt, sync::LazyLock, time::Duration};

use ::http::{
    Request, Response,
    header::{ACCEPT, CONTENT_TYPE},
};
use serde::de::DeserializeOwned;

use crate::Refusal;

const TIME: Duration = Duration::from_secs(10);
const SIZE: usize = 1 << 20;

/// One for all: it keeps connections.
static CLIENT: LazyLock<Result<reqwest::Client, String>> = LazyLock::new(|| {
    // The first who asks installs it; whoever comes later finds the same.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(TIME)
        .user_agent(concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION")));
    client.build().map_err(|error| format!("{error:?}"))
});

/// Why there is no answer. Without the address: it may hold a code.
#[derive(Debug)]
pub struct Failed(String);

impl std::error::Error for Failed {}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<reqwest::Error> for Failed {
    fn from(error: reqwest::Error) -> Self {
        let error = error.without_url();
        let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}"));
        Self(format!("{error}{}", cause.unwrap_or_default()))
    }
}

/// Sends a request and reads all of the answer.
pub(crate) async fn call(request: Request<Vec<u8>>) -> Result<Response<Vec<u8>>, Failed> {
    let client = CLIENT.as_ref().map_err(|error| Failed(error.clone()))?;
    let mut answer = client.execute(request.try_into()?).await?;
    let mut body = vec![];
    while let Some(piece) = answer.chunk().await? {
        if body.len() + piece.len() > SIZE {
            return Err(Failed("the answer is too long".into()));
        }
        body.extend_from_slice(&piece);
    }
    let mut whole = Response::new(body);
    *whole.status_mut() = answer.status();
    *whole.headers_mut() = answer.headers().clone();
    Ok(whole)
}

/// Reads what is at an address, as JSON.
pub(crate) async fn get<T: DeserializeOwned>(
    url: &str,
    bearer: Option<&str>,
) -> Result<T, Refusal> {
    let mut request = Request::get(url).header(ACCEPT, "application/json");
    if let Some(token) = bearer {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let request = request.body(vec![]).map_err(|error| Refusal::Away(error.to_string()))?;
    let answer = call(request).await.map_err(|error| Refusal::Away(error.to_string()))?;
    if !answer.status().is_success() {
        return Err(Refusal::Away(format!("{} from {}", answer.status(), place(url))));
    }
    serde_json::from_slice(answer.body())
        .map_err(|error| Refusal::Away(format!("{} cannot be read: {error}", place(url))))
}

/// Sends fields of a form and reads the answer as JSON, whatever its status.
pub async fn post_form<T: DeserializeOwned>(
    url: &str,
    fields: &[(&str, &str)],
) -> Result<T, Failed> {
    let body = serde_urlencoded::to_string(fields).map_err(|error| Failed(error.to_string()))?;
    let request = Request::post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(ACCEPT, "application/json")
        .body(body.into_bytes())
        .map_err(|error| Failed(error.to_string()))?;
    let answer = call(request).await?;
    serde_json::from_slice(answer.body())
        .map_err(|error| Failed(format!("{} from {}: {error}", answer.status(), place(url))))
}

/// Sends a body with these headers; gives the status of the answer.
pub async fn post(url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Result<u16, Failed> {
    let mut request = Request::post(url);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(body).map_err(|error| Failed(error.to_string()))?;
    Ok(call(request).await?.status().as_u16())
}

/// An address without its query.
fn place(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}
