//! What only we can read, for minutes: what one page leaves for the next, in a cookie or a field of a form.

use std::time::Duration;

use platform::{
    Result, clock,
    process::{EncryptionKey, Services},
    request::{Cookies, Response, SetCookie},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// A kind of it. As a cookie it is called so.
pub(crate) struct Sealed {
    /// What keeps its key apart from others.
    pub(crate) name: &'static str,
    /// How long it is good for.
    pub(crate) age: Duration,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    /// In seconds.
    until: i64,
    value: T,
}

impl Sealed {
    /// A text that gives the value back, and nothing away.
    pub(crate) fn seal(&self, core: &Services, value: impl Serialize) -> Result<String> {
        let kept = Kept { until: clock::now().timestamp() + self.seconds(), value };
        Ok(hex::encode(self.key(core).encrypt(b"", &serde_json::to_vec(&kept)?)))
    }

    /// What it holds; none: it is too old, or somebody else made it.
    pub(crate) fn open<T: DeserializeOwned>(&self, core: &Services, text: &str) -> Option<T> {
        let plain = self.key(core).decrypt(b"", &hex::decode(text).ok()?)?;
        let kept: Kept<T> = serde_json::from_slice(&plain).ok()?;
        let now = clock::now().timestamp();
        (now..=now + self.seconds()).contains(&kept.until).then_some(kept.value)
    }

    /// Leaves a value in the browser.
    pub(crate) fn put(
        &self,
        core: &Services,
        value: impl Serialize,
        response: &mut Response,
    ) -> Result<()> {
        SetCookie::new(self.name, self.seal(core, value)?, Some(self.age)).put(response);
        Ok(())
    }

    /// What was left there.
    pub(crate) fn read<T: DeserializeOwned>(
        &self,
        core: &Services,
        cookies: &Cookies,
    ) -> Option<T> {
        self.open(core, cookies.get(self.name)?)
    }

    pub(crate) fn forget(&self, response: &mut Response) {
        SetCookie::removal(self.name).put(response);
    }

    fn key(&self, core: &Services) -> EncryptionKey {
        core.config.encryption_key(self.name)
    }

    fn seconds(&self) -> i64 {
        self.age.as_secs() as i64
    }
}
