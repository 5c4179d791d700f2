//! Telling people from programs: what a provider of CAPTCHAs does.

use async_trait::async_trait;
use platform::{
    Result,
    request::{Client, WidgetOrigin},
};

/// What a page shows.
#[derive(Clone, Debug)]
pub(crate) struct Widget {
    /// The script that draws it.
    pub(crate) script: String,
    /// The class of the element that it is drawn in.
    pub(crate) class: &'static str,
    /// Public: whose widget it is.
    pub(crate) site_key: String,
    /// Which form it is in; an answer for another one is none.
    pub(crate) action: &'static str,
}

/// Why somebody may be a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotShown {
    /// There is no answer, or it is not good, or was used.
    Wrong,
    /// The provider could not be asked.
    Away,
}

/// A provider of CAPTCHAs. Its widget answers in the field `captcha` of the form that it stands in.
#[async_trait]
pub(crate) trait Captcha: Send + Sync {
    /// What a form shows.
    fn widget(&self, action: &'static str) -> Widget;

    /// Where the widget comes from.
    fn origin(&self) -> &WidgetOrigin;

    /// Asks the provider about an answer; each is good once.
    async fn check(
        &self,
        client: Client,
        action: &'static str,
        answer: &str,
    ) -> Result<std::result::Result<(), NotShown>>;
}
