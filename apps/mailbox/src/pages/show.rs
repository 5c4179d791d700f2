//! One email: as it looks, as text, and as it would travel.

use askama::Template;
use platform::{
    Path, Public, Result, Ui,
    process::{KeptEmail, Platform},
    request::{FramePolicy, IntoResponse},
    ui,
};
use uuid::Uuid;

#[derive(Template)]
#[template(path = "mailbox/show.html")]
struct Show<'a> {
    kept: &'a KeptEmail,
    at: String,
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    Path(id): Path<Uuid>,
    ui: Ui,
) -> Result {
    let kept = super::email(&core, id).await?;
    let at = ui.calendar().ago(kept.at).to_string();
    let page = ui.wide().page(&kept.email.subject, &Show { kept: &kept, at })?;
    Ok(FramePolicy::EmbedsSameOrigin.apply_to(page))
}

/// The HTML alone. Its links open beside it: a frame cannot show the site.
pub(crate) async fn html(_: Public, Platform(core): Platform, Path(id): Path<Uuid>) -> Result {
    let html = super::email(&core, id).await?.email.html;
    let html = html.replacen("<head>", "<head><base target=\"_blank\">", 1);
    let page = ([("content-type", "text/html; charset=utf-8")], html).into_response();
    Ok(FramePolicy::EmbeddableSandboxed.apply_to(page))
}
