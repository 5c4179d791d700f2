//! The prices: plans as cards, side by side in a table, and the questions that people have.

use askama::Template;
use platform::{Public, Result, Ui, request::CurrentSession, ui};

use super::{FRONT, first_step};
use crate::plans::{COMPARISON, Cell, HEAD, NOTE, PLANS, QUESTIONS, Step};

const DESCRIPTION: &str = "What a workspace includes and what it costs: plans side by side, and \
                           answers to what people ask first.";

#[derive(Template)]
#[template(path = "site/pricing.html")]
struct Pricing {
    signed_in: bool,
}

impl Pricing {
    /// Label and address of what leads to a plan.
    fn way(&self, step: Step) -> (&'static str, &'static str) {
        let Step::Start(label) = step;
        let (on, path) = first_step(self.signed_in);
        (if self.signed_in { on } else { label }, path)
    }
}

pub(crate) async fn show(_: Public, CurrentSession(session): CurrentSession, ui: Ui) -> Result {
    ui.public(FRONT, "Pricing", DESCRIPTION, &Pricing { signed_in: session.is_some() })
}
