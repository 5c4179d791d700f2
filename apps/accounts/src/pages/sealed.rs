//! Cookies that only we can read, for minutes: what one page leaves for the next.

use std::time::Duration;

use platform::{
    Result, clock,
    process::Services,
    request::{Cookies, Response, SetCookie},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// One of them.
pub(super) struct SealedCookie {
    /// Its name, which keeps its key apart from others.
    pub(super) name: &'static str,
    /// How long it is good for.
    pub(super) age: Duration,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    /// In seconds.
    until: i64,
    value: T,
}

impl SealedCookie {
    /// Leaves a value in the browser.
    pub(super) fn put(
        &self,
        core: &Services,
        value: impl Serialize,
        response: &mut Response,
    ) -> Result<()> {
        let kept = Kept { until: clock::now().timestamp() + self.seconds(), value };
        let sealed = self.key(core).encrypt(b"", &serde_json::to_vec(&kept)?);
        SetCookie::new(self.name, hex::encode(sealed), Some(self.age)).put(response);
        Ok(())
    }

    /// What was left; none: nothing, or it is too old, or somebody else made it.
    pub(super) fn read<T: DeserializeOwned>(
        &self,
        core: &Services,
        cookies: &Cookies,
    ) -> Option<T> {
        let sealed = hex::decode(cookies.get(self.name)?).ok()?;
        let plain = self.key(core).decrypt(b"", &sealed)?;
        let kept: Kept<T> = serde_json::from_slice(&plain).ok()?;
        let now = clock::now().timestamp();
        (now..=now + self.seconds()).contains(&kept.until).then_some(kept.value)
    }

    pub(super) fn forget(&self, response: &mut Response) {
        SetCookie::removal(self.name).put(response);
    }

    fn key(&self, core: &Services) -> platform::process::EncryptionKey {
        core.config.encryption_key(self.name)
    }

    fn seconds(&self) -> i64 {
        self.age.as_secs() as i64
    }
}
