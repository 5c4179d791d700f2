//! The map of the app's screens, on both sites.

mod address;
mod availability;
mod choose;
mod cross;
mod delete;
mod general;
pub(crate) mod home;
mod invitation;
mod keep;
mod members;
mod new;
mod redirects;

use platform::Routes;

pub(crate) fn account_routes() -> Routes {
    Routes::new()
        .get("/workspaces", choose::choose)
        .get("/workspaces/new", new::show)
        .get("/workspaces/available", availability::for_new)
        .post("/workspaces", new::create)
        .post("/workspaces/{id}/keep", keep::keep)
        .get("/cross", cross::cross)
        .get("/invitation", invitation::show)
        .post("/invitation/accept", invitation::accept)
        .get("/invitation/decline", invitation::ask_decline)
        .post("/invitation/decline", invitation::decline)
}

pub(crate) fn workspace_routes() -> Routes {
    members::routes(Routes::new())
        .get("/", home::home)
        .post("/setup/hide", home::hide)
        .get("/settings", redirects::settings)
        .get("/settings/general", general::edit)
        .post("/settings/general", general::save)
        .get("/settings/general/available", availability::for_this)
        .get("/settings/general/address", address::edit)
        .post("/settings/general/address", address::save)
        .get("/settings/general/delete", delete::ask)
        .post("/settings/general/delete", delete::delete)
        .get("/enter", cross::enter)
        .get("/redeem", cross::redeem)
        .post("/logout", redirects::sign_out)
}
