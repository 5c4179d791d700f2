//! Another address for a workspace. The old one leads to it, and stays taken for ever.

use askama::Template;
use platform::{
    Can, Form, Result, Submitted, TenantDb, Ui, Verdict,
    audit::CHANGED_WORKSPACE,
    process::{Platform, Services},
    request::CurrentTenant,
    ui::{self, Errors, FormState},
    workspaces::{Slug, Tenant},
};
use serde::Deserialize;

use super::{
    availability::{TAKEN, host},
    general::GENERAL,
};
use crate::{permissions::ManageWorkspace, workspace::slug_of};

const TITLE: &str = "Change address";

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Address {
    slug: String,
}

impl Form for Address {
    fn check(&self, errors: &mut Errors) {
        if let Err(problem) = Slug::parse(&slug_of(&self.slug, "")) {
            errors.add("slug", problem);
        }
    }
}

#[derive(Template)]
#[template(path = "tenants/address.html")]
struct Change<'a> {
    answer: FormState,
    suffix: String,
    check: &'static str,
    host: String,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "tenants/moved.html")]
struct Moved {
    old: String,
    host: String,
    url: String,
}

impl<'a> Change<'a> {
    fn new(core: &Services, tenant: &Tenant, ui: &'a Ui, answer: FormState) -> Self {
        let check = "/settings/general/available";
        let (suffix, host) = (host(core, ""), host(core, &tenant.slug));
        Self { answer, suffix, check, host, csrf: ui.csrf() }
    }
}

pub(super) async fn edit(
    _: Can<ManageWorkspace>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    ui: Ui,
) -> Result {
    let answer = FormState::empty().with("slug", &tenant.slug);
    let ui = ui.under("General", GENERAL);
    ui.page(TITLE, &Change::new(&core, &tenant, &ui, answer))
}

pub(super) async fn save(
    _: Can<ManageWorkspace>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Address>,
) -> Result {
    let ui = ui.under("General", GENERAL);
    let answer = match form {
        Err(answer) => answer,
        Ok(form) => match change(&core, &tenant, &slug_of(&form.slug, "")).await? {
            Ok(slug) => {
                let change = ("Address", &*tenant.slug, slug.as_str());
                db.audit_change(CHANGED_WORKSPACE, &tenant.name, &[change]);
                return moved(&core, &tenant, &slug, &ui);
            }
            Err(problem) => FormState::empty().with("slug", &form.slug).reject("slug", problem),
        },
    };
    ui.invalid(TITLE, &Change::new(&core, &tenant, &ui, answer))
}

async fn change(core: &Services, tenant: &Tenant, slug: &str) -> Verdict<Slug, &'static str> {
    let slug = match Slug::choose(slug, &core.brand.name) {
        Ok(slug) => slug,
        Err(problem) => return Ok(Err(problem)),
    };
    if slug.as_str() == tenant.slug {
        return Ok(Err("This is already its address. Enter a different one."));
    }
    let moved = core.store.move_tenant(tenant, &slug).await?;
    Ok(moved.map(|()| slug).map_err(|_| TAKEN))
}

/// A page and no redirect: browsers let a form lead to no other host than the policy names.
fn moved(core: &Services, tenant: &Tenant, slug: &Slug, ui: &Ui) -> Result {
    let url = format!("{}{GENERAL}", core.config.workspace_origin(slug.as_str()));
    let (old, host) = (host(core, &tenant.slug), host(core, slug.as_str()));
    ui.page("Address changed", &Moved { old, host, url })
}
