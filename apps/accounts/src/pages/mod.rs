//! The map of the app's screens: on the account site, but for the theme, which is chosen anywhere.

mod account;
mod activity;
mod arrive;
mod auth;
mod captcha;
mod confirm;
mod connections;
mod data;
mod delete;
mod devices;
mod email;
mod forgot;
mod invited;
mod key_name;
mod link;
mod mfa;
mod newcomer;
mod passkeys;
mod pending;
pub(crate) mod policy;
mod problem;
mod prove;
mod reset;
mod security;
mod sign_in;
mod sign_out;
mod sign_up;
mod theme;

use platform::Routes;

pub(crate) fn not_me_token(
    core: &platform::process::Services,
    user: platform::UserId,
    email: &str,
) -> platform::Result<String> {
    let (email, at) = (email.to_owned(), platform::clock::now());
    devices::NOT_ME.seal(core, devices::NewDevice { user, email, at })
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get("/login", sign_in::show)
        .post("/login", sign_in::sign_in)
        .get("/login/link", link::show)
        .post("/login/link", link::request)
        .get("/login/link/code", link::code)
        .post("/login/link/code", link::check)
        .get("/login/link/confirm", link::confirm_page)
        .post("/login/link/confirm", link::confirm)
        .post("/login/passkey", passkeys::log_in)
        .post("/login/mfa/passkey", passkeys::second_step)
        .get("/login/mfa", mfa::show)
        .post("/login/mfa", mfa::check)
        .get("/auth/{provider}/callback", auth::callback)
        .get("/auth/{provider}/start", auth::start)
        .get("/account/connections", connections::show)
        .post("/account/connections/{id}/end", connections::end)
        .get("/account/connections/new", connections::ask)
        .post("/account/connections/new", connections::connect)
        .get("/account/security", security::show)
        .get("/account/security/totp", security::totp)
        .post("/account/security/totp", security::switch_on)
        .post("/account/security/totp/off", security::switch_off)
        .get("/account/security/recovery-codes", security::codes)
        .post("/account/security/recovery-codes", security::renew_codes)
        .get("/account/security/activity", activity::show)
        .get("/account/security/passkeys", passkeys::show)
        .post("/account/security/passkeys", passkeys::add)
        .get("/account/security/passkeys/new", passkeys::new)
        .get("/account/security/passkeys/{id}", key_name::show)
        .post("/account/security/passkeys/{id}", key_name::save)
        .post("/account/security/passkeys/{id}/remove", passkeys::remove)
        .get("/account/prove", prove::show)
        .post("/account/prove/passkey", passkeys::prove)
        .post("/account/prove", prove::prove)
        .get("/signup", sign_up::show)
        .post("/signup", sign_up::request)
        .get("/signup/connected", newcomer::show)
        .post("/signup/connected", newcomer::create)
        .post("/signup/connected/email", newcomer::ask)
        .get("/signup/confirm", confirm::show)
        .post("/signup/confirm", confirm::confirm)
        .post("/signup/again", confirm::again)
        .get("/signup/invited", invited::show)
        .post("/signup/invited", invited::confirm)
        .get("/forgot", forgot::show)
        .post("/forgot", forgot::request)
        .get("/reset", reset::show)
        .post("/reset", reset::reset)
        .post("/logout", sign_out::sign_out)
        .get("/account", account::show)
        .post("/account", account::save)
        .post("/account/password", account::change_password)
        .get("/account/data", data::download)
        .get(delete::PATH, delete::show)
        .post(delete::PATH, delete::delete)
        .post("/account/keep", delete::keep)
        .get("/account/email", email::show)
        .post("/account/email", email::request)
        .get("/account/email/confirm", email::confirm_page)
        .post("/account/email/confirm", email::confirm)
        .get("/account/email/undo", email::undo_page)
        .post("/account/email/undo", email::undo)
        .get("/account/sessions", devices::show)
        .get("/account/not-me", devices::not_me_page)
        .post("/account/not-me", devices::not_me)
        .post("/account/sessions/{id}/end", devices::end)
        .post("/account/sessions/end", devices::end_others)
        .post("/account/sessions/trusted/{id}/end", devices::end_trust)
        .post("/theme", theme::choose)
}

pub(crate) fn on_workspaces() -> Routes {
    Routes::new()
        .post("/theme", theme::choose)
        .get(policy::PATH, policy::show)
        .post(policy::PATH, policy::save)
}
