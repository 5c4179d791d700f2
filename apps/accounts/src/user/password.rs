//! Passwords: Argon2id, off the threads that serve requests, and never more at once than cores.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use platform::{
    Result,
    catalog::CatalogDb,
    people::entity::user::{Column, Entity, Model},
    text,
};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};
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

/// The hash to keep, as a PHC string. One character is hashed as one, however it was typed.
pub async fn hash(password: String) -> Result<String> {
    let hashed = on_a_core(move || {
        let password = text::password(&password);
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    hashed.await?.map_err(|error| anyhow::anyhow!("hashing a password: {error}").into())
}

/// Is it this person's password? For nobody, and for whoever has none, the answer is no and takes as
/// long. Where a hash was made of what was typed, before passwords had one form, it is made anew.
pub async fn is_of(catalog: &CatalogDb, person: Option<&Model>, typed: &str) -> Result<bool> {
    let known = person.filter(|person| !person.password_hash.is_empty());
    let hash = known.map(|person| person.password_hash.clone());
    let found = compare(typed.to_owned(), hash.clone()).await?;
    if let (Some(person), Found::AsTyped) = (known, &found) {
        let new = self::hash(typed.to_owned()).await?;
        let update = catalog.update_many::<Entity>().filter(Column::Id.eq(person.id));
        let update = update.filter(Column::PasswordHash.eq(&person.password_hash));
        update.col_expr(Column::PasswordHash, Expr::value(new)).exec(catalog).await?;
    }
    Ok(!matches!(found, Found::Not))
}

enum Found {
    Not,
    Good,
    AsTyped,
}

/// `None`: there is no hash to compare with, and the answer is no.
async fn compare(typed: String, hash: Option<String>) -> Result<Found> {
    on_a_core(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(&DUMMY);
        // The hash says itself by which parameters it was made.
        let is = |text: &str| Argon2::default().verify_password(text.as_bytes(), hash).is_ok();
        let password = text::password(&typed);
        let found = match is(&password) {
            true => Found::Good,
            false if password != typed && is(&typed) => Found::AsTyped,
            false => Found::Not,
        };
        if known { found } else { Found::Not }
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

#[cfg(test)]
mod tests {
    use argon2::{Argon2, PasswordHasher};

    use super::{Found, compare, hash};

    const ONE: &str = "the caf\u{e9} sings at noon";
    const TWO: &str = "the cafe\u{301} sings at noon";

    #[tokio::test]
    async fn a_letter_typed_as_one_character_or_as_two_is_the_same_password() {
        for typed in [ONE, TWO] {
            let hash = hash(typed.to_owned()).await.ok();
            for again in [ONE, TWO] {
                let found = compare(again.to_owned(), hash.clone()).await.ok();
                assert!(matches!(found, Some(Found::Good)), "{typed} {again}");
            }
            let other = compare("the cafe sings at noon".to_owned(), hash).await.ok();
            assert!(matches!(other, Some(Found::Not)));
        }
    }

    #[tokio::test]
    async fn a_hash_from_before_is_known_by_what_was_typed_then() {
        let old = Argon2::default().hash_password(TWO.as_bytes()).unwrap().to_string();
        let found = compare(TWO.to_owned(), Some(old.clone())).await.ok();
        assert!(matches!(found, Some(Found::AsTyped)));
        assert!(matches!(compare(ONE.to_owned(), Some(old)).await.ok(), Some(Found::Not)));
    }
}
