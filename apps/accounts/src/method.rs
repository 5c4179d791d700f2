//! How somebody proved who they are, as it stands with a session: `password`, `password+totp`, `google`.

/// A step in words; none: the name of a provider.
pub(crate) fn word(step: &str) -> Option<&'static str> {
    Some(match step {
        "password" => "a password",
        "passkey" => "a passkey",
        "email" => "an email",
        "totp" => "an authenticator app",
        "recovery_code" => "a recovery code",
        "key" => "a security key",
        "trusted_device" => "a trusted device",
        "sign_up" => "a new account",
        _ => return None,
    })
}
