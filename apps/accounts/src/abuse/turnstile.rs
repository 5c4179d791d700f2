//! Cloudflare Turnstile: <https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>.

use async_trait::async_trait;
use platform::{
    Reader, Result, Secret,
    outbound::post_form,
    request::{Client, WidgetOrigin},
};
use serde::Deserialize;

use super::captcha::{Captcha, NotShown, Widget};

/// An answer is never longer.
const LONGEST: usize = 2048;

/// The keys of a widget there.
pub(super) struct Turnstile {
    site_key: String,
    secret: Secret,
    at: String,
    origin: WidgetOrigin,
    /// The host that people see.
    host: String,
}

/// What it says of an answer.
#[derive(Deserialize)]
struct Verdict {
    success: bool,
    #[serde(default)]
    hostname: String,
    #[serde(default)]
    action: String,
    #[serde(default, rename = "error-codes")]
    errors: Vec<String>,
}

impl Turnstile {
    pub(super) fn from_settings(env: &mut Reader) -> Option<Self> {
        let (site_key, secret) =
            (env.text("TURNSTILE_SITE_KEY"), env.secret("TURNSTILE_SECRET_KEY"));
        let at = env.text_or("TURNSTILE_URL", "https://challenges.cloudflare.com");
        let base = env.text_or("BASE_URL", "http://localhost:8000");
        let (site_key, secret) = match (site_key, secret) {
            (Some(site_key), Some(secret)) => (site_key, secret),
            (None, None) => return None,
            _ => {
                env.problem("TURNSTILE_SITE_KEY and TURNSTILE_SECRET_KEY are set together");
                return None;
            }
        };
        let Some(origin) = WidgetOrigin::parse(&at) else {
            env.problem("TURNSTILE_URL is like https://challenges.cloudflare.com");
            return None;
        };
        let host = url::Url::parse(&base).ok().and_then(|url| url.host_str().map(str::to_owned));
        Some(Self { site_key, secret, at, origin, host: host.unwrap_or_default() })
    }
}

#[async_trait]
impl Captcha for Turnstile {
    fn widget(&self, action: &'static str) -> Widget {
        Widget {
            script: format!("{}/turnstile/v0/api.js", self.at),
            class: "cf-turnstile",
            site_key: self.site_key.clone(),
            action,
        }
    }

    fn origin(&self) -> &WidgetOrigin {
        &self.origin
    }

    async fn check(
        &self,
        client: Client,
        action: &'static str,
        answer: &str,
    ) -> Result<std::result::Result<(), NotShown>> {
        if answer.is_empty() || answer.len() > LONGEST {
            return Ok(Err(NotShown::Wrong));
        }
        let address = client.address.to_string();
        let fields =
            [("secret", self.secret.expose()), ("response", answer), ("remoteip", &address)];
        let url = format!("{}/turnstile/v0/siteverify", self.at);
        let verdict: Verdict = match post_form(&url, &fields).await {
            Ok(verdict) => verdict,
            Err(error) => {
                tracing::error!(%error, "no CAPTCHA can be checked");
                return Ok(Err(NotShown::Away));
            }
        };
        // What is wrong with our own settings is nobody's fault who fills in a form.
        if verdict
            .errors
            .iter()
            .any(|one| one.ends_with("-input-secret") || one == "internal-error")
        {
            tracing::error!(errors = ?verdict.errors, "no CAPTCHA can be checked");
            return Ok(Err(NotShown::Away));
        }
        let is_ours = verdict.hostname == self.host && verdict.action == action;
        Ok(if verdict.success && is_ours { Ok(()) } else { Err(NotShown::Wrong) })
    }
}
