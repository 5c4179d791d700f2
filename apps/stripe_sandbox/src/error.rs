//! What goes wrong, in the shapes that Stripe gives it.

use serde_json::{Value, json};

/// An answer, or what is wrong with the question.
pub type Outcome<T> = Result<T, Fault>;

/// An error of the API: its status and its body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    decline: Option<&'static str>,
    param: Option<String>,
    message: String,
}

impl Fault {
    fn new(status: u16, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, code: None, decline: None, param: None, message: message.into() }
    }

    fn refused(code: &'static str, param: &str, message: impl Into<String>) -> Self {
        let param = Some(param.to_owned());
        Self { code: Some(code), param, ..Self::new(400, "invalid_request_error", message) }
    }

    /// A parameter that the call does not have.
    pub fn unknown_parameter(name: &str) -> Self {
        Self::refused("parameter_unknown", name, format!("Received unknown parameter: {name}"))
    }

    /// A parameter that must be there.
    pub fn missing(name: &str) -> Self {
        Self::refused("parameter_missing", name, format!("Missing required param: {name}."))
    }

    /// A parameter with a value that it cannot have.
    pub fn invalid(name: &str, message: impl Into<String>) -> Self {
        Self { code: None, ..Self::refused("", name, message) }
    }

    /// There is no such object.
    pub fn no_such(kind: &str, id: &str) -> Self {
        let message = format!("No such {kind}: '{id}'");
        Self { status: 404, ..Self::refused("resource_missing", "id", message) }
    }

    /// The same for an object that a parameter names.
    pub fn names_no(kind: &str, param: &str, id: &str) -> Self {
        Self::refused("resource_missing", param, format!("No such {kind}: '{id}'"))
    }

    /// The object is not in a state in which this can be done.
    pub fn state(code: &'static str, message: impl Into<String>) -> Self {
        Self { param: None, ..Self::refused(code, "", message) }
    }

    /// The card refuses.
    pub fn card(code: &'static str, decline: Option<&'static str>, message: &str) -> Self {
        Self { code: Some(code), decline, ..Self::new(402, "card_error", message) }
    }

    /// No key, or not one of ours.
    pub fn unauthorised(message: impl Into<String>) -> Self {
        Self::new(401, "invalid_request_error", message)
    }

    /// No such address.
    pub fn no_such_call(method: &str, path: &str) -> Self {
        let message = format!("Unrecognized request URL ({method}: {path}).");
        Self::new(404, "invalid_request_error", message)
    }

    /// One key, two requests.
    pub fn idempotency() -> Self {
        let message = "Keys for idempotent requests can only be used with the same parameters \
                       they were first used with.";
        Self::new(400, "idempotency_error", message)
    }

    /// What was asked to go wrong.
    pub fn injected(status: u16) -> Self {
        match status {
            429 => Self {
                code: Some("rate_limit"),
                ..Self::new(429, "invalid_request_error", "Too many requests. Slow down.")
            },
            status => Self::new(status, "api_error", "An unknown error occurred"),
        }
    }

    /// What people read.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Why a card refused, as Stripe names it.
    pub fn code(&self) -> &'static str {
        self.code.unwrap_or_default()
    }

    /// Its body.
    pub fn json(&self) -> Value {
        let mut error = json!({ "type": self.kind, "message": self.message });
        if let Some(code) = self.code.filter(|code| !code.is_empty()) {
            error["code"] = code.into();
            error["doc_url"] = format!("https://stripe.com/docs/error-codes/{code}").into();
        }
        if let Some(decline) = self.decline {
            error["decline_code"] = decline.into();
        }
        if let Some(param) = self.param.as_deref().filter(|param| !param.is_empty()) {
            error["param"] = param.into();
        }
        json!({ "error": error })
    }
}
