//! Is an address free? Asked while somebody types.

use askama::Template;
use platform::{
    Can, Query, Result, SignedIn, TenantId, Ui,
    process::{Platform, Services},
    request::Host,
    ui,
    workspaces::Slug,
};
use serde::Deserialize;

use crate::{permissions::ManageWorkspace, workspace::slug_of};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    slug: String,
    /// Of a workspace whose address nobody has typed yet.
    name: String,
}

/// The line under the field.
#[derive(Template)]
#[template(path = "tenants/_availability.html")]
struct Availability {
    host: String,
    /// What is wrong with it.
    problem: Option<&'static str>,
}

/// What is said of an address that somebody has, or had.
pub(super) const TAKEN: &str = "This address is taken. Choose a different one.";

/// Of a new workspace: of the address that was typed, or of the one that its name suggests, which the
/// page then puts into the field.
pub(crate) async fn for_new(
    _: SignedIn,
    Platform(core): Platform,
    ui: Ui,
    Query(asked): Query<Asked>,
) -> Result {
    let slug = slug_of(&asked.slug, &asked.name);
    let mut response = ui.part(&look(&core, &slug, None).await?)?;
    if asked.slug.is_empty() {
        // A slug has no character that JSON or a header would escape.
        let told = format!(r#"{{"slug":{{"value":"{slug}"}}}}"#);
        response.headers_mut().insert("hx-trigger", told.parse()?);
    }
    Ok(response)
}

/// Of the workspace where it is asked.
pub(crate) async fn for_this(
    who: Can<ManageWorkspace>,
    here: Host,
    Platform(core): Platform,
    ui: Ui,
    Query(asked): Query<Asked>,
) -> Result {
    let is_now = here.tenant().is_some_and(|tenant| tenant.slug == asked.slug.trim());
    let own = (!is_now).then_some(who.member.tenant);
    let mut found = look(&core, &asked.slug, own).await?;
    if is_now {
        found.problem = Some("This is the current address.");
    }
    ui.part(&found)
}

async fn look(core: &Services, typed: &str, own: Option<TenantId>) -> Result<Availability> {
    let slug = slug_of(typed, "");
    let problem = match Slug::choose(&slug, &core.brand.name) {
        _ if slug.is_empty() => None,
        Ok(slug) if core.store.is_free(&slug, own).await? => None,
        Ok(_) => Some(TAKEN),
        Err(problem) => Some(problem),
    };
    let host = if slug.is_empty() { slug } else { host(core, &slug) };
    Ok(Availability { host, problem })
}

/// The host of the workspace at this address, as people read it.
pub(super) fn host(core: &Services, slug: &str) -> String {
    let origin = core.config.workspace_origin(slug);
    origin.split_once("//").map_or_else(String::new, |(_, host)| host.to_owned())
}
