//! Deleting a workspace: its owners alone, who type its address; for a while they can undo it.

use askama::Template;
use platform::{
    AnyRole, Error, Form, Later, Member, Result, Role, Submitted, TenantDb, Ui, WorkspaceMember,
    announce_in_catalog,
    audit::CHANGED_WORKSPACE,
    clock,
    contracts::WorkspaceDeleted,
    member::{Column, Entity as Members},
    process::{Platform, Services},
    request::CurrentTenant,
    see_other,
    ui::{self, Errors, FormState},
    workspaces::{DELETION_GRACE, Tenant},
};
use sea_orm::{ColumnTrait, PaginatorTrait, QueryFilter};
use serde::Deserialize;

use super::general::GENERAL;
use crate::jobs::{DELETED_EMAIL, TellDeleted};

const TITLE: &str = "Delete workspace";
const MISTYPED: &str = "This doesn't match. Enter the address exactly as shown.";

/// What a person sends.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Delete {
    slug: String,
}

impl Form for Delete {
    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.slug.trim().is_empty(), "slug", MISTYPED);
    }
}

#[derive(Template)]
#[template(path = "tenants/delete.html")]
struct Page<'a> {
    tenant: &'a Tenant,
    text: String,
    label: String,
    answer: FormState,
    csrf: &'a str,
}

impl<'a> Page<'a> {
    async fn new(tenant: &'a Tenant, db: &TenantDb, ui: &'a Ui, answer: FormState) -> Result<Self> {
        let members = db.find::<Members>().count(db).await?;
        let day = ui.calendar().date(tenant.day(clock::now() + DELETION_GRACE)).to_string();
        let ends = match members {
            1 => "You will lose access right away.".to_owned(),
            many => format!("All {} members lose access right away.", ui::commas(many)),
        };
        let text = format!(
            "{ends} Until {day}, any owner can undo this from the list of workspaces. After that, \
             everything in it is permanently deleted. Nobody else can ever use its address."
        );
        let label = format!("Type {} to confirm", tenant.slug);
        Ok(Self { tenant, text, label, answer, csrf: ui.csrf() })
    }
}

pub(super) async fn ask(
    WorkspaceMember(member): WorkspaceMember,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
) -> Result {
    check_owner(&member)?;
    let ui = ui.under("General", GENERAL);
    ui.page(TITLE, &Page::new(&tenant, &db, &ui, FormState::empty()).await?)
}

pub(super) async fn delete(
    WorkspaceMember(member): WorkspaceMember,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Delete>,
) -> Result {
    check_owner(&member)?;
    let answer = match form {
        Ok(form) if form.slug.trim() == tenant.slug => {
            close(&core, &tenant, &db, &member).await?;
            return see_other(format!("{}/workspaces", core.config.account_origin()));
        }
        Ok(form) => FormState::empty().with("slug", &form.slug).reject("slug", MISTYPED),
        Err(answer) => answer,
    };
    let ui = ui.under("General", GENERAL);
    ui.invalid(TITLE, &Page::new(&tenant, &db, &ui, answer).await?)
}

/// Each owner is told, since each can undo it. A second click finds it shut, and tells nobody.
async fn close(core: &Services, tenant: &Tenant, db: &TenantDb, by: &Member) -> Result<()> {
    let owners = db.find::<Members>().filter(Column::Role.eq(AnyRole::from(Role::Owner)));
    let tx = core.store.catalog().begin().await?;
    for owner in owners.all(db).await? {
        let about = tenant.id.to_string();
        let allowed = core.limiter.may_email(&tx, DELETED_EMAIL, &owner.email, &about).await?;
        let Ok(permit) = allowed else { continue };
        let job = TellDeleted {
            name: owner.name,
            email: owner.email,
            workspace: tenant.name.clone(),
            by: by.name.clone(),
            day: ui::date(tenant.day(clock::now() + DELETION_GRACE)).to_string(),
            permit,
        };
        job.later(&tx).await?;
    }
    let news = WorkspaceDeleted { tenant: tenant.id, by: by.user };
    announce_in_catalog(&tx, &news).await?;
    if core.store.schedule_deletion(tx, tenant).await? {
        let day = tenant.day(clock::now() + DELETION_GRACE).to_string();
        db.audit_change(CHANGED_WORKSPACE, &tenant.name, &[("To be erased on", "", &day)]);
    }
    Ok(())
}

fn check_owner(member: &Member) -> Result<()> {
    if member.permissions.is_owner() { Ok(()) } else { Err(Error::Forbidden) }
}
