//! The map of the public pages, and what they have in common.

pub(crate) mod landing;
mod pricing;

use platform::{Routes, plans::Plans, ui::Front};

use crate::SIGN_UP;

/// What stands around the pages. Prices are there where something is sold.
fn front(plans: &Plans) -> Front<'static> {
    Front {
        tagline: "Projects, people and permissions in one calm workspace.",
        links: match plans.offered().next() {
            Some(_) => &[("Features", "/#features"), ("Pricing", "/pricing")],
            None => &[("Features", "/#features")],
        },
        sign_up: Some(SIGN_UP),
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().get("/", landing::show).get("/pricing", pricing::show)
}

/// The one thing to do next, as label and address.
fn first_step(signed_in: bool) -> (&'static str, &'static str) {
    if signed_in {
        ("Go to your workspaces", "/workspaces")
    } else {
        ("Start a workspace", SIGN_UP)
    }
}
