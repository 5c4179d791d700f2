//! Invitations that wait for an answer: the list of them, another letter, taking one back.

use platform::{
    AnyRole, Can, Error, Grant, Member, Path, Power, Result, TenantDb, Ui, see_other_with,
    spine::{
        Decision, Here, Refusal, Rules, Spine,
        entity::invitation::{Entity, Model, State},
    },
    ui::{Calendar, Toast, Tone, confirm},
};
use sea_orm::prelude::Uuid;

use super::invite::allows;
use crate::{
    invitation::{self, inviters, pending},
    permissions::ManageMembers,
};

const LIST: &str = "/settings/members";

/// A row of the list.
pub(super) struct Waiting {
    pub(super) row: Model,
    /// What the role is called; empty: it is gone.
    pub(super) role: String,
    /// “Sent 4 min ago by Maya Chen”.
    pub(super) note: String,
    /// May the reader take it back?
    pub(super) may_revoke: bool,
    /// May the reader send it again?
    pub(super) may_resend: bool,
}

impl Waiting {
    /// All of them, as `me` sees them.
    pub(super) async fn all(
        db: &TenantDb,
        me: &Member,
        rules: &Rules<'_>,
        roles: &[(AnyRole, String, Power)],
        calendar: Calendar,
    ) -> Result<Vec<Self>> {
        let rows = pending(db).await?;
        let names = inviters(db, &rows).await?;
        let waiting = rows.into_iter().map(|row| {
            let role = roles.iter().find(|(role, ..)| *role == row.role);
            let given = |power| rules.may_grant(&me.power, power).is_ok();
            let may_resend = role.is_some_and(|(_, _, power)| given(power));
            Self {
                note: note(&row, names.get(&row.inviter_id), calendar),
                role: role.map(|(_, name, _)| name.clone()).unwrap_or_default(),
                may_revoke: role.is_none() || may_resend,
                may_resend,
                row,
            }
        });
        Ok(waiting.collect())
    }
}

fn note(row: &Model, inviter: Option<&String>, calendar: Calendar) -> String {
    if row.is_expired() {
        return format!("Expired on {}", calendar.day(row.expires_at));
    }
    let sent = calendar.ago(row.sent_at).to_string();
    // They stand inside a sentence here.
    let sent = match sent.as_str() {
        "Yesterday" | "Just now" => sent.to_lowercase(),
        _ => sent,
    };
    match inviter {
        Some(name) => format!("Sent {sent} by {name}"),
        None => format!("Sent {sent} by a former member. It no longer works"),
    }
}

pub(super) async fn resend(
    who: Can<ManageMembers>,
    Spine(core): Spine,
    db: TenantDb,
    Path(id): Path<Uuid>,
) -> Result {
    let needs = Grant::of::<ManageMembers>();
    let decision = Decision::begin(&core.store, &db, &core.grants, needs, who.member.user).await?;
    let row = open(&db, id).await?;
    if !allows(&core, &db, 1).await? {
        let toast = Toast::error("Nothing was sent");
        let text = "This workspace has reached today's limit for invitations. Try again tomorrow.";
        return see_other_with(LIST, &toast.text(text));
    }
    match invitation::resend(&db, &decision, &row).await {
        Err(Error::NotFound) => back(Err(GONE), String::new()),
        done => {
            let text = format!("Invitation sent again to {}", row.email);
            back(done?.map_err(Refusal::text), text)
        }
    }
}

const GONE: &str = "Its role was deleted. Invite them again with a different role.";

pub(super) async fn ask(
    _: Can<ManageMembers>,
    here: Here,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
) -> Result {
    let row = open(&db, id).await?;
    let workspace = here.tenant().map_or("", |tenant| &tenant.name);
    let action = format!("/settings/members/invitations/{id}/revoke");
    let ui = ui.under("Members", LIST);
    let text = "The link in the email stops working.";
    let question = confirm("Cancel the invitation for", &row.email, text, &action, ui.csrf())
        .of("to", workspace)
        .icon("mail", Tone::Error)
        .keep("Keep invitation")
        .button("Cancel invitation")
        .back(LIST);
    ui.page("Cancel invitation", &question)
}

pub(super) async fn revoke(
    who: Can<ManageMembers>,
    Spine(core): Spine,
    db: TenantDb,
    Path(id): Path<Uuid>,
) -> Result {
    let needs = Grant::of::<ManageMembers>();
    let decision = Decision::begin(&core.store, &db, &core.grants, needs, who.member.user).await?;
    let row = open(&db, id).await?;
    let done = invitation::revoke(&db, &decision, &row).await?;
    back(done.map_err(Refusal::text), format!("{} is no longer invited", row.email))
}

/// One that still waits; what was answered or taken back is not here any more.
async fn open(db: &TenantDb, id: Uuid) -> Result<Model> {
    let row = db.get::<Entity>(id).await?;
    if row.state == State::Pending { Ok(row) } else { Err(Error::NotFound) }
}

fn back(done: Result<(), &'static str>, text: String) -> Result {
    match done {
        Ok(()) => see_other_with(LIST, &Toast::success(text)),
        Err(why) => see_other_with(LIST, &Toast::error("Nothing was changed").text(why)),
    }
}
