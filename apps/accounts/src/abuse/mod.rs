//! What keeps abuse away, where an installation wants it: passwords of known breaches, addresses that are
//! thrown away, and programs. All of it is off by default.

mod breached;
mod captcha;
mod disposable;
mod turnstile;

use std::sync::Arc;

use platform::{
    Reader, Result,
    request::{Client, Response},
};

use breached::Breached;
pub(crate) use captcha::{Captcha, NotShown, Widget};
use disposable::Disposable;

use crate::user::rules;

/// What this installation keeps away.
pub struct AbuseFilter {
    breached: Option<Breached>,
    disposable: Disposable,
    captcha: Option<Arc<dyn Captcha>>,
}

impl AbuseFilter {
    /// As the settings say.
    pub(crate) fn from_settings(env: &mut Reader) -> Self {
        let breached = env.text("BREACHED_PASSWORDS_FILE").and_then(|path| {
            let opened = Breached::open(path.as_ref());
            opened.map_err(|why| env.problem(format!("BREACHED_PASSWORDS_FILE: {why}"))).ok()
        });
        let disposable = env.text("DISPOSABLE_DOMAINS_FILE").and_then(|path| {
            let read = Disposable::read(path.as_ref());
            read.map_err(|why| env.problem(format!("DISPOSABLE_DOMAINS_FILE: {why}"))).ok()
        });
        let captcha = turnstile::Turnstile::from_settings(env);
        Self {
            breached,
            disposable: disposable.unwrap_or_default(),
            captcha: captcha.map(|one| Arc::new(one) as Arc<dyn Captcha>),
        }
    }

    /// What is wrong with a new password. `about` is what a guesser would know: name, address, product.
    pub(crate) async fn password_problem(
        &self,
        password: &str,
        about: &[&str],
    ) -> Result<Option<&'static str>> {
        if let Some(problem) = rules::problem(password, about) {
            return Ok(Some(problem));
        }
        let Some(breached) = &self.breached else { return Ok(None) };
        let is_known = breached.knows(password).await?;
        Ok(is_known.then_some(
            "This password is in a list of passwords stolen from other sites. Choose another one.",
        ))
    }

    /// What is wrong with an address that somebody wants an account for.
    pub(crate) fn address_problem(&self, email: &str) -> Option<&'static str> {
        let is_known = self.disposable.knows(email);
        is_known.then_some("Use a permanent address. Temporary mailboxes aren't accepted.")
    }

    /// What a form shows to tell people from programs; none: nothing.
    pub(crate) fn widget(&self, action: &'static str) -> Option<Widget> {
        self.captcha.as_ref().map(|captcha| captcha.widget(action))
    }

    /// Lets a page that shows it load it.
    pub(crate) fn let_in(&self, response: Response) -> Response {
        match &self.captcha {
            Some(captcha) => captcha.origin().apply_to(response),
            None => response,
        }
    }

    /// Whether whoever sent the form has shown that they are no program.
    pub(crate) async fn is_person(
        &self,
        client: Client,
        action: &'static str,
        answer: &str,
    ) -> Result<std::result::Result<(), NotShown>> {
        match &self.captcha {
            Some(captcha) => captcha.check(client, action, answer).await,
            None => Ok(Ok(())),
        }
    }
}
