//! A site: a kind of host with its own router, sessions, rules and look, all in one value.

use askama::DynTemplate;
use core_base::{Result, SiteKey};

use crate::Ui;

/// A kind of host. The product has two, [`ACCOUNT`] and [`WORKSPACE`]; a third one is another value
/// of this type and the routes that apps put on it.
#[derive(Debug)]
pub struct Site {
    /// Names it: its sessions are stored under this word, and metrics and `routes` print it.
    pub key: SiteKey,
    /// Where it answers.
    pub hosts: Hosts,
    /// The path on it where somebody goes who has to log in first; they come back by `next`.
    pub sign_in: &'static str,
    /// Where somebody goes who has to prove once more who they are; they come back by `next`.
    pub prove: &'static str,
    /// Where its forms may lead besides to itself. Chromium applies this to redirects too.
    pub form_action: FormAction,
    /// Draws a page for whoever is at home on it; `None` where nobody is, as before logging in.
    pub shell: Shell,
}

/// Draws the page of this title and content as the site does it for whoever asks.
pub type Shell = fn(&Ui, &str, &dyn DynTemplate) -> Result<Option<String>>;

/// The hosts that a site answers at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hosts {
    /// The host of `BASE_URL`.
    Base,
    /// This label before the host of `BASE_URL`. No workspace may have the word as its address:
    /// [`core_base::Slug`] reserves it.
    Label(&'static str),
    /// One host for each tenant.
    EachTenant,
}

/// Where the forms of a site may lead (`form-action` of its content security policy).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormAction {
    /// To itself alone.
    SelfOnly,
    /// To the account site as well.
    Account,
    /// To every host under the one of `BASE_URL` as well.
    Everywhere,
}

/// Landing, sign-in, credentials, switcher: the site that everybody starts at.
pub static ACCOUNT: Site = Site {
    key: SiteKey::ACCOUNT,
    hosts: Hosts::Base,
    sign_in: "/login",
    prove: "/account/prove",
    // Signing in ends on a workspace's host.
    form_action: FormAction::Everywhere,
    shell: Ui::account_shell,
};

/// The app of a tenant, each on a host of its own.
pub static WORKSPACE: Site = Site {
    key: SiteKey::WORKSPACE,
    hosts: Hosts::EachTenant,
    sign_in: "/enter",
    prove: "/enter?prove=yes",
    // Signing out ends on the account site.
    form_action: FormAction::Account,
    shell: Ui::workspace_shell,
};
