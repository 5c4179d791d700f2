//! Where a person belongs, to choose from.

use askama::Template;
use platform::{
    Result, SignedIn, TenantId, Ui, UserId,
    process::{Platform, Services},
    ui::{self, Calendar},
    workspaces::{Invited, Status, Tenant, WorkspaceMembership, invitation_token, waiting_for},
};
use sea_orm::prelude::Date;

use super::availability::host;
use crate::invitation::stands;

#[derive(Template)]
#[template(path = "tenants/choose.html")]
struct Choose<'a> {
    workspaces: Vec<Choice>,
    /// Invitations that wait for the person.
    invited: Vec<Waiting>,
    csrf: &'a str,
}

struct Choice {
    id: TenantId,
    name: String,
    host: String,
    url: String,
    open: bool,
    used: String,
    /// Its last day, and whether the person may undo that.
    leaving: Option<(String, bool)>,
}

pub(crate) async fn choose(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    ui: Ui,
) -> Result {
    let memberships = core.memberships.of(session.user).await?;
    let mut workspaces = Vec::with_capacity(memberships.len());
    for one in memberships.iter() {
        workspaces.push(Choice::new(&core, one, session.user, ui.calendar()).await?);
    }
    let invited = waiting_for(&core.store, &session.email).await?;
    let invited = invited.iter().filter(|(_, invited)| stands(&core, invited));
    let invited = invited.map(|(tenant, invited)| Waiting::new(&core, tenant, invited)).collect();
    ui.page("Workspaces", &Choose { workspaces, invited, csrf: ui.csrf() })
}

/// An invitation in the list.
struct Waiting {
    workspace: String,
    inviter: String,
    path: String,
}

impl Waiting {
    fn new(core: &Services, tenant: &Tenant, invited: &Invited) -> Self {
        let seal = |purpose: &str, text: &str| core.config.mac_token(purpose, text);
        let token = invitation_token(tenant.id, &invited.invitation, seal);
        Self {
            workspace: tenant.name.clone(),
            inviter: invited
                .inviter
                .as_ref()
                .map(|inviter| inviter.name.clone())
                .unwrap_or_default(),
            path: format!("/invitation?token={token}"),
        }
    }
}

impl Choice {
    async fn new(
        core: &Services,
        one: &WorkspaceMembership,
        user: UserId,
        calendar: Calendar,
    ) -> Result<Self> {
        let origin = &one.origin;
        let leaving = match one.status {
            Status::PendingDeletion => leaving(core, one, user).await?,
            _ => None,
        };
        Ok(Self {
            id: one.tenant_id,
            name: one.name.clone(),
            host: host(core, &one.slug),
            url: format!("{origin}/"),
            open: one.is_open(),
            used: one.used_at.map(|at| calendar.ago(at).to_string()).unwrap_or_default(),
            leaving: leaving.map(|(day, owns)| (calendar.date(day).to_string(), owns)),
        })
    }
}

/// Only the workspace itself knows who owns it.
async fn leaving(
    core: &Services,
    one: &WorkspaceMembership,
    user: UserId,
) -> Result<Option<(Date, bool)>> {
    let tenant = core.store.directory().by_id(one.tenant_id).await?;
    let Some((tenant, at)) = tenant.and_then(|tenant| Some((tenant.clone(), tenant.erase_at?)))
    else {
        return Ok(None);
    };
    let member = core.members.find(&tenant, user).await?;
    let is_owner = member.is_some_and(|member| member.permissions.is_owner());
    Ok(Some((tenant.day(at), is_owner)))
}
