//! The prices: plans as cards, side by side in a table, and the questions that people have.

use askama::Template;
use platform::{Public, Result, Ui, spine::CurrentSession, ui};

use super::{FRONT, first_step};
use crate::plans::{COMPARISON, Cell, HEAD, PLANS, QUESTIONS, Step};

const DESCRIPTION: &str = "What a workspace includes and what it costs: plans side by side, and \
                           answers to what people ask first.";

#[derive(Template)]
#[template(path = "site/pricing.html")]
struct Pricing {
    signed_in: bool,
}

impl Pricing {
    /// Label and address of what leads to a plan; none: nothing on this site does.
    fn way(&self, step: Step) -> Option<(&'static str, &'static str)> {
        match step {
            Step::LogIn if self.signed_in => Some(("Go to your account", "/account")),
            Step::LogIn => Some(("Log in", "/login")),
            Step::Start => Some(first_step(self.signed_in)),
            Step::Type(_) => None,
        }
    }
}

pub(crate) async fn show(_: Public, CurrentSession(session): CurrentSession, ui: Ui) -> Result {
    ui.public(FRONT, "Pricing", DESCRIPTION, &Pricing { signed_in: session.is_some() })
}
