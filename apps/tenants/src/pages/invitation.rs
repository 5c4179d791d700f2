//! Behind the link of an invitation: who invites, where to, as what; yes or no. Whoever has the
//! right link reads mail at the address, so the page may speak about it; any other link is over.

use std::sync::Arc;

use askama::Template;
use platform::{
    Form, Public, Query, Result, SignedIn, Submitted, Ui, encode_query,
    people::{Registration, Session, user_by_email},
    process::{Platform, Services},
    request::CurrentSession,
    see_other, see_other_with,
    ui::{self, Errors, Toast},
    workspaces::{Invited, Tenant, entity::invitation::State, find_member, look_at_invitation},
};
use serde::Deserialize;

use crate::invitation::{self, Outcome, stands};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct WithToken {
    token: String,
}

impl Form for WithToken {
    fn check(&self, _: &mut Errors) {}
}

/// What the reader can do next.
enum Next {
    /// They are signed in with the right address.
    Accept,
    /// They have accepted already.
    Open,
    /// They are signed in with another one.
    Switch(String),
    /// They have an account.
    LogIn,
    /// They have none.
    SignUp,
    /// They have none, and none are made.
    Shut,
}

#[derive(Template)]
#[template(path = "tenants/invitation.html")]
struct Page<'a> {
    inviter: &'a str,
    inviter_email: &'a str,
    workspace: &'a str,
    role: &'a str,
    email: &'a str,
    until: String,
    token: &'a str,
    /// The way back here after signing in.
    login: String,
    next: Next,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "tenants/invitation_decline.html")]
struct AskDecline<'a> {
    workspace: &'a str,
    email: &'a str,
    token: &'a str,
    /// The page of the invitation.
    back: String,
    csrf: &'a str,
}

/// A link that leads nowhere any more.
#[derive(Template)]
#[template(path = "tenants/invitation_over.html")]
struct Over {
    title: &'static str,
    text: String,
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    ui: Ui,
    Query(WithToken { token }): Query<WithToken>,
) -> Result {
    let Some((tenant, invited)) = look(&core, &token).await? else { return over(&ui) };
    let session = session.as_deref();
    let joined = has_joined(&core, &tenant, &invited, session).await?;
    if !joined && let Some(answer) = worthless(&core, &ui, (&tenant, &invited))? {
        return Ok(answer);
    }
    let next = if joined { Next::Open } else { next(&core, &invited, session).await? };
    draw(&ui, &tenant, &invited, &token, next)
}

pub(crate) async fn accept(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let Some((tenant, invited)) = look(&core, &token).await? else { return over(&ui) };
    let email = &invited.invitation.email;
    let person = user_by_email(core.store.catalog(), email)
        .await?
        .filter(|person| person.id == session.user);
    let Some(person) = person else {
        // Signed in as somebody else since the page was drawn.
        return see_other(path(&token));
    };
    match invitation::accept(&core, tenant.clone(), &invited, &person).await? {
        Outcome::Member => see_other(format!("{}/", tenant.origin)),
        Outcome::Over => over(&ui),
        Outcome::Void => void(&ui),
        Outcome::Full => full(&ui, &tenant.name),
    }
}

pub(crate) async fn decline(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    let Some((tenant, invited)) = look(&core, &token).await? else { return over(&ui) };
    if !invitation::decline(&core, tenant, &invited).await? {
        return over(&ui);
    }
    if session.is_some() {
        return see_other_with("/workspaces", &Toast::success("You declined the invitation"));
    }
    let text = "Whoever invited you sees it in their list of members. You can close this page.";
    ui.page(TITLE, &Over { title: "You declined the invitation", text: text.into() })
}

/// Asks first: whoever is forwarded an invitation must not end it by one press.
pub(crate) async fn ask_decline(
    _: Public,
    Platform(core): Platform,
    ui: Ui,
    Query(WithToken { token }): Query<WithToken>,
) -> Result {
    let Some((tenant, invited)) = look(&core, &token).await? else { return over(&ui) };
    if let Some(answer) = worthless(&core, &ui, (&tenant, &invited))? {
        return Ok(answer);
    }
    let (workspace, email, csrf) = (&tenant.name, &invited.invitation.email, ui.csrf());
    let page = AskDecline { workspace, email, token: &token, back: path(&token), csrf };
    ui.page("Decline invitation", &page)
}

async fn look(core: &Services, token: &str) -> Result<Option<(Arc<Tenant>, Invited)>> {
    look_at_invitation(&core.store, &core.config, token).await
}

/// Has the reader used this invitation, and is still a member?
async fn has_joined(
    core: &Services,
    tenant: &Arc<Tenant>,
    invited: &Invited,
    session: Option<&Session>,
) -> Result<bool> {
    let row = &invited.invitation;
    let mine = session.filter(|mine| row.state == State::Accepted && mine.email == row.email);
    let Some(user) = mine.map(|session| session.user) else { return Ok(false) };
    let found = |db| async move { find_member(&db, user).await };
    Ok(core.store.read_in(tenant.clone(), found).await?.is_some())
}

/// The invitation stays good: it can be accepted once there is a seat.
fn full(ui: &Ui, workspace: &str) -> Result {
    let text = format!(
        "All seats of {} are taken. Ask the person who invited you to make room, then open the link in your email \
         again.",
        ui::isolated(workspace)
    );
    ui.conflict(TITLE, &Over { title: "This workspace is full", text })
}

/// The page for an invitation that can't be accepted.
fn worthless(
    core: &Services,
    ui: &Ui,
    (tenant, invited): (&Tenant, &Invited),
) -> Result<Option<platform::request::Response>> {
    let row = &invited.invitation;
    if row.state != State::Pending {
        return over(ui).map(Some);
    }
    if !stands(core, invited) {
        return void(ui).map(Some);
    }
    if row.is_expired() {
        let ended = ui.calendar().date(tenant.day(row.expires_at));
        let text = format!(
            "It expired on {ended}. Ask the person who invited you to send it \
                            again."
        );
        return ui.gone(TITLE, &Over { title: "This invitation has expired", text }).map(Some);
    }
    Ok(None)
}

async fn next(core: &Services, invited: &Invited, session: Option<&Session>) -> Result<Next> {
    let email = &invited.invitation.email;
    Ok(match session {
        Some(session) if session.email == *email => Next::Accept,
        Some(session) => Next::Switch(session.email.clone()),
        None if user_by_email(core.store.catalog(), email).await?.is_some() => Next::LogIn,
        None if core.config.registration == Registration::Closed => Next::Shut,
        None => Next::SignUp,
    })
}

fn draw(ui: &Ui, tenant: &Tenant, invited: &Invited, token: &str, next: Next) -> Result {
    let row = &invited.invitation;
    let (inviter, inviter_email) =
        invited.inviter.as_ref().map_or(("", ""), |inviter| (&inviter.name, &inviter.email));
    let page = Page {
        inviter,
        inviter_email,
        workspace: &tenant.name,
        role: invited.role.as_ref().map_or("", |(name, _)| name),
        email: &row.email,
        until: ui.calendar().date(tenant.day(row.expires_at)).to_string(),
        token,
        login: format!("/login?{}", encode_query(&[("next", &path(token))])),
        next,
        csrf: ui.csrf(),
    };
    ui.page("Invitation", &page)
}

const TITLE: &str = "Invitation";

/// The page of a link that is no longer good, whatever became of it.
fn over(ui: &Ui) -> Result {
    let text = "It was used, cancelled, replaced by a newer one, or not copied completely. Check \
                for a newer email, or ask the person who invited you for a new invitation.";
    ui.gone(TITLE, &Over { title: "This invitation is no longer valid", text: text.into() })
}

fn void(ui: &Ui) -> Result {
    let text = "The person who invited you can no longer invite people. Ask someone else in the \
                workspace for a new invitation.";
    ui.gone(TITLE, &Over { title: "This invitation has been withdrawn", text: text.into() })
}

fn path(token: &str) -> String {
    format!("/invitation?token={token}")
}
