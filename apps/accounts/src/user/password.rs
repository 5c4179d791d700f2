//! Passwords: Argon2id, off the threads that serve requests, and never more at once than cores.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use platform::Result;
use tokio::sync::oneshot;

/// Hashes wait here for one of as many threads as there are cores. Each thread keeps the 19 MiB that
/// a hash takes for the next one; on tokio's threads each that ever hashed would keep its own.
static HASHERS: LazyLock<Sender<Work>> = LazyLock::new(|| {
    let (sender, receiver) = mpsc::channel::<Work>();
    let receiver = Arc::new(Mutex::new(receiver));
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    for _ in 0..cores {
        let receiver = receiver.clone();
        std::thread::spawn(move || {
            while let Some(work) = next(&receiver) {
                // Whoever waits for it hears that nothing comes; the thread goes on.
                let _ = catch_unwind(AssertUnwindSafe(work));
            }
        });
    }
    sender
});

type Work = Box<dyn FnOnce() + Send>;

fn next(receiver: &Mutex<mpsc::Receiver<Work>>) -> Option<Work> {
    receiver.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

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
    let (sender, receiver) = oneshot::channel();
    let work = move || {
        // Whoever asked may have gone: then it is not worth the time.
        if !sender.is_closed() {
            let _ = sender.send(work());
        }
    };
    HASHERS.send(Box::new(work)).map_err(|_| anyhow::anyhow!("no thread is left to hash"))?;
    Ok(receiver.await?)
}
