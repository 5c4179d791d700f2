//! A new workspace: its name and its address.

use askama::Template;
use platform::{
    Form, Result, SignedIn, Submitted, Ui,
    process::{Platform, Services},
    see_other,
    ui::{self, Errors, FormState},
    workspaces::Slug,
};
use serde::Deserialize;

use super::availability::{TAKEN, host};
use crate::workspace::{CreateOutcome, NAME, check_name, found, slug_of};

const TITLE: &str = "Name your workspace";

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct NewWorkspace {
    name: String,
    slug: String,
}

impl Form for NewWorkspace {
    fn check(&self, errors: &mut Errors) {
        check_name(&self.name, errors);
        if let Err(problem) = self.wanted("") {
            errors.add("slug", problem);
        }
    }
}

impl NewWorkspace {
    /// What the form alone knows of an address, and with the product's name the rest.
    fn wanted(&self, product: &str) -> Result<Slug, &'static str> {
        match Slug::choose(&slug_of(&self.slug, &self.name), product) {
            Err(_) if self.slug.trim().is_empty() => Err("Enter an address for the workspace."),
            parsed => parsed,
        }
    }

    fn answer(&self) -> FormState {
        let slug = slug_of(&self.slug, &self.name);
        FormState::empty().with("name", &self.name).with("slug", slug)
    }
}

#[derive(Template)]
#[template(path = "tenants/new.html")]
struct New<'a> {
    answer: FormState,
    suffix: String,
    check: &'static str,
    /// On the way from signing up.
    first: bool,
    csrf: &'a str,
}

impl<'a> New<'a> {
    fn of(core: &Services, ui: &'a Ui, first: bool, answer: FormState) -> Self {
        let suffix = host(core, "");
        Self { answer, suffix, check: "/workspaces/available", first, csrf: ui.csrf() }
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    let first = core.memberships.of(session.user).await?.is_empty();
    ui.page(TITLE, &New::of(&core, &ui, first, FormState::empty()))
}

pub(crate) async fn create(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<NewWorkspace>,
) -> Result {
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => match form.wanted(&core.brand.name) {
            Err(problem) => form.answer().reject("slug", problem),
            Ok(slug) => match found(&core, session.user, slug, &form.name).await? {
                CreateOutcome::Created(tenant) => {
                    return see_other(match core.after_founding {
                        Some(path) => format!("{path}?workspace={}", tenant.slug),
                        None => format!("{}/", tenant.origin),
                    });
                }
                CreateOutcome::Taken => form.answer().reject("slug", TAKEN),
                CreateOutcome::TooMany(spent) => {
                    let text =
                        format!("You have created five workspaces in the last hour. {spent}");
                    form.answer().reject("", text)
                }
            },
        },
    };
    let first = core.memberships.of(session.user).await?.is_empty();
    ui.invalid(TITLE, &New::of(&core, &ui, first, answer))
}
