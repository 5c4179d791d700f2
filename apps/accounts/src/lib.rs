//! People: who they are, and the browsers they are signed in with.

mod abuse;
mod command;
pub mod connection;
pub mod deletion;
pub mod emails;
mod jobs;
mod log_in_link;
mod method;
mod pages;
pub mod passkey;
pub mod permissions;
pub mod providers;
mod prune;
mod sealed;
pub mod second_factor;
pub mod security_log;
pub mod trusted_device;
pub mod user;

use platform::{App, NavEntry, once};

/// What the link of an email about a new device carries; for tests of the whole site.
pub fn not_me_token(
    core: &platform::process::Services,
    user: platform::UserId,
    email: &str,
) -> platform::Result<String> {
    pages::not_me_token(core, user, email)
}

/// What this app brings.
pub fn app() -> App {
    let security = NavEntry::new("Security", pages::policy::PATH, "shield-check");
    App::new("accounts")
        .title("Workspace")
        .permission::<permissions::ManageSecurity>()
        .settings(security.needs::<permissions::ManageSecurity>())
        .account(pages::routes())
        .workspace(pages::on_workspaces())
        .job(jobs::answer_sign_up)
        .job(jobs::answer_forgotten)
        .job(jobs::answer_log_in)
        .job(jobs::ask_new_email)
        .job(jobs::tell_email_changed)
        .job(jobs::tell_password_changed)
        .job(jobs::tell_two_step)
        .job(jobs::tell_connection)
        .job(jobs::tell_key)
        .job(jobs::tell_policy)
        .job(jobs::tell_lacking)
        .job(jobs::tell_new_device)
        .job(jobs::copy_name)
        .job(deletion::tell_account_leaves)
        .job(deletion::tell_account_stays)
        .job(deletion::tell_account_waits)
        .job(deletion::tell_account_deleted)
        .job(deletion::erase_due)
        .job(deletion::erase)
        .job(deletion::forget)
        .every(once("17 2 * * *", &deletion::EraseDue {}))
        .job(second_factor::reset_due)
        .job(second_factor::tell_reset_asked)
        .job(prune::prune)
        .every(once("47 3 * * *", &prune::Prune {}))
        .owns_in_catalog::<connection::Entity>()
        .owns_in_catalog::<passkey::Entity>()
        .owns_in_catalog::<user::undone::Entity>()
        .owns_in_catalog::<deletion::Entity>()
        .owns_in_catalog::<security_log::Entity>()
        .owns_in_catalog::<trusted_device::Entity>()
        .owns_in_catalog::<second_factor::Factors>()
        .owns_in_catalog::<second_factor::RecoveryCodes>()
        .owns_in_catalog::<second_factor::Resets>()
        .extension(providers::Providers::from_settings)
        .extension(abuse::AbuseFilter::from_settings)
        .command(command::run)
}
