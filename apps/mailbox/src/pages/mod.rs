//! The screens, one file each.

mod list;
mod show;

use platform::{
    Result, Routes,
    spine::{Core, KeptLetter, KeptMail},
};
use uuid::Uuid;

/// The map of the app.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/dev/mail", list::list)
        .get("/dev/mail.json", list::json)
        .get("/dev/mail/{id}", show::show)
        .get("/dev/mail/{id}/html", show::html)
}

/// Every letter, the newest first.
async fn letters(core: &Core) -> Result<Vec<KeptLetter>> {
    let mailbox = KeptMail::of(&core.config);
    Ok(tokio::task::spawn_blocking(move || mailbox.letters()).await??)
}

/// One letter.
async fn letter(core: &Core, id: Uuid) -> Result<KeptLetter> {
    let mailbox = KeptMail::of(&core.config);
    let found = tokio::task::spawn_blocking(move || mailbox.letter(id)).await??;
    found.ok_or(platform::Error::NotFound)
}
