//! The screens, one file each.

mod list;
mod show;

use platform::{
    Result, Routes,
    process::{DevelopmentMailbox, KeptEmail, Services},
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

/// Every email, the newest first.
async fn emails(core: &Services) -> Result<Vec<KeptEmail>> {
    let mailbox = DevelopmentMailbox::of(&core.config);
    Ok(tokio::task::spawn_blocking(move || mailbox.emails()).await??)
}

/// One email.
async fn email(core: &Services, id: Uuid) -> Result<KeptEmail> {
    let mailbox = DevelopmentMailbox::of(&core.config);
    let found = tokio::task::spawn_blocking(move || mailbox.email(id)).await??;
    found.ok_or(platform::Error::NotFound)
}
