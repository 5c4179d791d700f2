//! What an id token and the userinfo endpoint say of a person, as far as it is asked for.

use serde::{Deserialize, Deserializer};

/// The claims that are read. Everything that is not there is not so.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Claims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    #[serde(deserialize_with = "yes")]
    pub(crate) email_verified: bool,
    /// Microsoft's: the tenant of the person.
    pub(crate) tid: String,
    /// Microsoft's: whoever runs the tenant has proven by DNS that the domain of the address is theirs.
    #[serde(deserialize_with = "yes")]
    pub(crate) xms_edov: bool,
    /// When they logged in there, in seconds.
    pub(crate) auth_time: Option<i64>,
}

/// Providers write `true`, `"true"` and `1`; anything else is no.
fn yes<'de, D: Deserializer<'de>>(from: D) -> Result<bool, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    let word = value.as_str().map(str::to_ascii_lowercase);
    Ok(value == true || value == 1 || matches!(word.as_deref(), Some("true" | "1")))
}

#[cfg(test)]
mod tests {
    use super::Claims;

    #[test]
    fn an_address_is_verified_only_where_that_is_said() {
        let of = |text: &str| serde_json::from_str::<Claims>(text).is_ok_and(|c| c.email_verified);
        assert!(of(r#"{"email_verified": true}"#));
        assert!(of(r#"{"email_verified": "true"}"#));
        for text in [
            "{}",
            r#"{"email_verified": null}"#,
            r#"{"email_verified": false}"#,
            r#"{"email_verified": "false"}"#,
            r#"{"email_verified": "yes, sure"}"#,
            r#"{"email_verified": [true]}"#,
        ] {
            assert!(!of(text), "{text}");
        }
    }
}
