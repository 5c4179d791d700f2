//! Invitations that wait for an answer or came to nothing: the list, another email, taking one back.

use platform::{
    AnyRole, Can, Error, Member, Path, PermissionSet, Result, TenantDb, Ui,
    process::Platform,
    request::CurrentTenant,
    see_other_with,
    ui::{Calendar, Toast, Tone, confirm},
    workspaces::{
        Rules,
        entity::invitation::{Entity, Model, State},
    },
};
use sea_orm::prelude::Uuid;

use super::invite::too_many;
use crate::{
    invitation::{self, Why, inviters, listed},
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
    /// Is there something to do about it?
    pub(super) is_bad: bool,
    /// What the button that takes it out of the list says.
    pub(super) remove: &'static str,
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
        roles: &[(AnyRole, String, PermissionSet)],
        calendar: Calendar,
    ) -> Result<Vec<Self>> {
        let rows = listed(db).await?;
        let names = inviters(db, &rows).await?;
        let waiting = rows.into_iter().map(|row| {
            let role = roles.iter().find(|(role, ..)| *role == row.role);
            let given = |permissions| rules.may_grant(&me.permissions, permissions).is_ok();
            let may_resend = role.is_some_and(|(_, _, permissions)| given(permissions));
            Self {
                is_bad: row.state == State::Undeliverable || row.is_expired(),
                remove: if row.state == State::Pending { "Cancel" } else { "Remove" },
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
    let sent = calendar.ago(row.sent_at).to_string();
    // They stand inside a sentence here.
    let sent = match sent.as_str() {
        "Yesterday" | "Just now" => sent.to_lowercase(),
        _ => sent,
    };
    match (row.state, inviter) {
        (State::Undeliverable, _) => {
            "Could not be delivered. Check how the address is written, or ask for another one."
                .into()
        }
        (State::Declined, _) => format!("Declined. It was sent {sent}."),
        _ if row.is_expired() => format!("Expired on {}", calendar.day(row.expires_at)),
        (_, Some(name)) => format!("Sent {sent} by {name}"),
        (_, None) => format!("Sent {sent} by a former member. It no longer works"),
    }
}

pub(super) async fn resend(
    who: Can<ManageMembers>,
    Platform(core): Platform,
    db: TenantDb,
    Path(id): Path<Uuid>,
) -> Result {
    let decision = who.decide(&db).await?;
    let row = open(&db, id).await?;
    let asked = match invitation::resend(&core.limiter, &db, &decision, &row).await {
        Err(Error::NotFound) => return back(Err(GONE.into()), String::new()),
        asked => asked?,
    };
    let done = match asked {
        Ok(asked) => asked.paused.first().map_or(Ok(()), |(_, spent)| {
            Err(format!("We have emailed {} already. {spent}", row.email))
        }),
        Err(Why::Refused(why)) => Err(why.text().to_owned()),
        Err(Why::TooMany(spent)) => Err(too_many(spent)),
        Err(Why::Full(full)) => Err(full.text(decision.actor().permissions.is_owner())),
    };
    back(done, format!("Invitation sent again to {}", row.email))
}

const GONE: &str = "Its role was deleted. Invite them again with a different role.";

pub(super) async fn ask(
    _: Can<ManageMembers>,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Path(id): Path<Uuid>,
) -> Result {
    let row = open(&db, id).await?;
    let workspace = &tenant.name;
    let action = format!("/settings/members/invitations/{id}/revoke");
    let ui = ui.under("Members", LIST);
    let csrf = ui.csrf();
    let (question, title) = match row.state {
        State::Pending => {
            let text = "The link in the email stops working.";
            let question = confirm("Cancel the invitation for", &row.email, text, &action, csrf);
            (question.of("to", workspace).keep("Keep invitation"), "Cancel invitation")
        }
        _ => {
            let text = "They can be invited again at any time.";
            (confirm("Remove", &row.email, text, &action, csrf).of("from", "this list"), "Remove")
        }
    };
    let question = question.icon("mail", Tone::Error).button(title).back(LIST);
    ui.page(title, &question)
}

pub(super) async fn revoke(who: Can<ManageMembers>, db: TenantDb, Path(id): Path<Uuid>) -> Result {
    let decision = who.decide(&db).await?;
    let row = open(&db, id).await?;
    let done = invitation::revoke(&db, &decision, &row).await?;
    let text = match row.state {
        State::Pending => format!("{} is no longer invited", row.email),
        _ => format!("{} is removed from the list", row.email),
    };
    back(done.map_err(|why| why.text().to_owned()), text)
}

/// One of the list; what was accepted or taken back is not here any more.
async fn open(db: &TenantDb, id: Uuid) -> Result<Model> {
    let row = db.get::<Entity>(id).await?;
    if row.is_listed() { Ok(row) } else { Err(Error::NotFound) }
}

fn back(done: Result<(), String>, text: String) -> Result {
    match done {
        Ok(()) => see_other_with(LIST, &Toast::success(text)),
        Err(why) => see_other_with(LIST, &Toast::error("Nothing was changed").text(why)),
    }
}
