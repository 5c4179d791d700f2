//! What a workspace is called, where it is, and in which time zone.

use askama::Template;
use platform::{
    Can, Form, Result, Submitted, TenantDb, Ui,
    audit::CHANGED_WORKSPACE,
    process::{Platform, Services, usage_lines},
    request::CurrentTenant,
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::Tenant,
    zone,
};
use serde::Deserialize;

use super::availability::host;
use crate::{
    permissions::ManageWorkspace,
    setup::{self, Mark},
    workspace::{NAME, check_name},
};

pub(super) const GENERAL: &str = "/settings/general";

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    name: String,
    zone: String,
    /// What stood in the fields when the page was drawn.
    seen_name: String,
    seen_zone: String,
}

impl Form for Details {
    fn check(&self, errors: &mut Errors) {
        check_name(&self.name, errors);
        errors.ensure(zone::is_zone(&self.zone), "zone", "Choose a time zone from the list.");
    }
}

#[derive(Template)]
#[template(path = "tenants/general.html")]
struct General<'a> {
    answer: FormState,
    zones: Vec<(&'static str, String)>,
    host: String,
    /// What the workspace may have, and has.
    usage: Vec<ui::UsageLine>,
    is_owner: bool,
    csrf: &'a str,
}

impl<'a> General<'a> {
    async fn new(
        core: &Services,
        (db, tenant): (&TenantDb, &Tenant),
        is_owner: bool,
        ui: &'a Ui,
        answer: FormState,
    ) -> Result<Self> {
        let zones = zone::zones().map(|zone| (zone, zone.replace('_', " "))).collect();
        let (host, csrf) = (host(core, &tenant.slug), ui.csrf());
        let usage = usage_lines(core, db).await?;
        Ok(Self { answer, zones, host, usage, is_owner, csrf })
    }
}

pub(super) async fn edit(
    who: Can<ManageWorkspace>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let answer = FormState::empty().with("name", &tenant.name).with("zone", &tenant.zone);
    let answer = answer.with("seen_name", &tenant.name).with("seen_zone", &tenant.zone);
    let is_owner = who.member.permissions.is_owner();
    ui.page("General", &General::new(&core, (&db, &tenant), is_owner, &ui, answer).await?)
}

pub(super) async fn save(
    who: Can<ManageWorkspace>,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Details>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => {
            let is_owner = who.member.permissions.is_owner();
            let page = General::new(&core, (&db, &tenant), is_owner, &ui, answer).await?;
            return ui.invalid("General", &page);
        }
    };
    setup::mark(&db, Mark::Described).await?;
    // What this person left as it was stays as somebody else may have saved it meanwhile.
    let kept = |typed: &str, seen: &str, now: &str| {
        if typed == seen { now.to_owned() } else { typed.to_owned() }
    };
    let name = kept(form.name.trim(), &form.seen_name, &tenant.name);
    let zone = kept(&form.zone, &form.seen_zone, &tenant.zone);
    core.store.describe_tenant(&tenant, &name, &zone).await?;
    let changes = [("Name", &*tenant.name, &*name), ("Time zone", &tenant.zone, &zone)];
    db.audit_change(CHANGED_WORKSPACE, &name, &changes);
    see_other_with(GENERAL, &Toast::success("Settings saved"))
}
