//! Keys: how a program proves for whom it acts, `Authorization: Bearer …` on the host of a tenant.

use std::{fmt, pin::Pin, sync::Arc};

use axum::{extract::Request, http::header};
use core_access::PermissionKeys;
use core_base::{Error, Result, Secret, UserId};
use core_db::{Store, Tenant};
use uuid::Uuid;

use crate::{AppState, Host};

/// A key that was shown: whose it is, the app that gave it away knows.
#[derive(Clone)]
pub struct ShownKey {
    /// What was sent, up to 512 bytes. Compare what is stored with a hash of it.
    pub secret: Secret,
    /// The tenant whose host it was sent to. It is good here or nowhere.
    pub tenant: Arc<Tenant>,
    /// To look it up.
    pub store: Store,
}

/// Who a key acts for. Every request acts for a member: a key ends with their membership.
#[derive(Clone, Debug)]
pub struct Key {
    /// Names the key itself.
    pub id: Uuid,
    /// The person it acts for.
    pub user: UserId,
    /// The permissions it was given; what the member's own role lacks it has not either.
    pub scope: PermissionKeys,
}

type Looking = Pin<Box<dyn Future<Output = Result<Option<Key>>> + Send>>;

/// Looks up keys of one app's kind.
#[derive(Clone)]
pub struct KeyReader(Arc<dyn Fn(ShownKey) -> Looking + Send + Sync>);

impl fmt::Debug for KeyReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyReader")
    }
}

impl KeyReader {
    /// By an `async fn(ShownKey) -> Result<Option<Key>>`; none: no key of this kind, or one that ended.
    pub fn new<F, Fut>(read: F) -> Self
    where
        F: Fn(ShownKey) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Option<Key>>> + Send + 'static,
    {
        Self(Arc::new(move |shown| Box::pin(read(shown))))
    }
}

/// Leaves the key of a program's request in it, for the gates. A key that is shown and not good is an
/// error, also where nobody asked for one.
pub(crate) async fn look_up(state: &AppState, here: &Host, request: &mut Request) -> Result<()> {
    let Some(shown) = request.headers().get(header::AUTHORIZATION) else { return Ok(()) };
    let (Some(secret), Some(tenant)) = (bearer(shown.as_bytes()), here.tenant()) else {
        return Err(Error::SignInRequired);
    };
    let store = &state.core.store;
    for reader in &state.core.keys {
        let (tenant, store) = (tenant.clone(), store.clone());
        let shown = ShownKey { secret: Secret::new(secret), tenant, store };
        if let Some(key) = (reader.0)(shown).await? {
            request.extensions_mut().insert(Arc::new(key));
            return Ok(());
        }
    }
    Err(Error::SignInRequired)
}

/// The secret behind the scheme, which may be written in any case.
fn bearer(value: &[u8]) -> Option<&str> {
    let (scheme, secret) = std::str::from_utf8(value).ok()?.split_once(' ')?;
    let is_it = scheme.eq_ignore_ascii_case("bearer") && (1..=512).contains(&secret.len());
    (is_it && secret.bytes().all(|byte| byte.is_ascii_graphic())).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::bearer;

    #[test]
    fn a_bearer_is_one_word_of_the_right_scheme() {
        assert_eq!(bearer(b"Bearer abc"), Some("abc"));
        assert_eq!(bearer(b"bearer abc"), Some("abc"));
        let long = format!("Bearer {}", "x".repeat(513));
        for bad in ["", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer  a", &long] {
            assert_eq!(bearer(bad.as_bytes()), None, "{bad}");
        }
        assert_eq!(bearer(b"Bearer \xff"), None);
    }
}
