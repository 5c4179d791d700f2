//! Passwords: Argon2id, off the threads that serve requests, and never more at once than cores.

use std::sync::LazyLock;

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use platform::Result;
use tokio::sync::Semaphore;

/// Each hash takes 19 MiB and a core: more at once would only slow down each other and all else.
static CORES: LazyLock<Semaphore> = LazyLock::new(|| {
    Semaphore::new(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
});

/// Compared against for unknown addresses, so that they take as long.
static DUMMY: LazyLock<String> = LazyLock::new(|| {
    let hash = Argon2::default().hash_password(b"nobody's password");
    hash.map(|hash| hash.to_string()).expect("the default parameters are good")
});

/// The hash to keep, as a PHC string.
pub async fn hash(password: String) -> Result<String> {
    let hashed = on_a_core(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await?.map_err(|error| anyhow::anyhow!("hashing a password: {error}").into())
}

/// Is it the password? `None`: there is none to compare with, and the answer is no.
pub async fn verify(password: String, hash: Option<String>) -> Result<bool> {
    on_a_core(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(&DUMMY);
        // The hash says itself by which parameters it was made.
        let good = Argon2::default().verify_password(password.as_bytes(), hash).is_ok();
        known && good
    })
    .await
}

async fn on_a_core<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _core = CORES.acquire().await?;
    Ok(tokio::task::spawn_blocking(work).await?)
}
