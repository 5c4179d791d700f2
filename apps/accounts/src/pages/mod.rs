//! The map of the app's screens, all on the account site.

mod account;
mod sign_in;
mod sign_out;

use platform::Routes;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/login", sign_in::show)
        .post("/login", sign_in::sign_in)
        .post("/logout", sign_out::sign_out)
        .get("/account", account::show)
        .post("/account/sessions/{id}/end", account::end)
        .post("/account/sessions/end", account::end_others)
}
