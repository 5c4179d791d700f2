//! Where a person belongs, to choose from.

use askama::Template;
use platform::{Result, SignedIn, Ui, clock, spine::Spine, ui};

#[derive(Template)]
#[template(path = "tenants/choose.html")]
struct Choose {
    workspaces: Vec<Choice>,
}

struct Choice {
    name: String,
    host: String,
    url: String,
    open: bool,
    used: String,
}

pub(crate) async fn choose(SignedIn(session): SignedIn, Spine(core): Spine, ui: Ui) -> Result {
    let belongings = core.belongings.of(session.user).await?;
    let choice = |one: &platform::spine::Belonging| {
        let origin = core.config.workspace_origin(&one.slug);
        Choice {
            name: one.name.clone(),
            host: origin.split_once("//").map_or("", |(_, host)| host).to_owned(),
            url: format!("{origin}/"),
            open: one.is_open(),
            used: one.used_at.map(|at| ui::ago(at, clock::now()).to_string()).unwrap_or_default(),
        }
    };
    ui.page("Workspaces", &Choose { workspaces: belongings.iter().map(choice).collect() })
}
