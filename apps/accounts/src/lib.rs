//! People: who they are, and the browsers they are signed in with.

mod command;
pub mod connection;
pub mod emails;
mod jobs;
mod pages;
pub mod providers;
pub mod second_factor;
pub mod user;

use platform::App;

/// What this app brings.
pub fn app() -> App {
    App::new("accounts")
        .account(pages::routes())
        .workspace(pages::on_workspaces())
        .job(jobs::answer_sign_up)
        .job(jobs::answer_forgotten)
        .job(jobs::tell_password_changed)
        .job(jobs::tell_two_step)
        .job(jobs::tell_connection)
        .job(jobs::copy_name)
        .owns_in_catalog::<connection::Entity>()
        .owns_in_catalog::<second_factor::Factors>()
        .owns_in_catalog::<second_factor::RecoveryCodes>()
        .extension(providers::Providers::from_settings)
        .command(command::run)
}
