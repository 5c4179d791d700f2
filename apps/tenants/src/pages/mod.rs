//! The map of the app's screens, on both sites.

mod choose;
mod cross;
mod home;
mod invitation;
mod members;

use platform::Routes;

pub(crate) fn account_routes() -> Routes {
    Routes::new()
        .get("/workspaces", choose::choose)
        .get("/cross", cross::cross)
        .get("/invitation", invitation::show)
        .post("/invitation/accept", invitation::accept)
        .post("/invitation/decline", invitation::decline)
}

pub(crate) fn workspace_routes() -> Routes {
    members::routes(Routes::new())
        .get("/", home::home)
        .get("/settings", home::settings)
        .get("/enter", cross::enter)
        .get("/redeem", cross::redeem)
        .post("/logout", home::sign_out)
}
