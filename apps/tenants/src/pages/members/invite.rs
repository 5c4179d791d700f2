//! Inviting people by their addresses, as what.

use askama::Template;
use platform::{
    AnyRole, Can, Form, PermissionDef, Result, Submitted, TenantDb, Ui, Verdict,
    limits::LimitExceeded,
    people::normalise_email,
    process::{Platform, Services},
    request::CurrentTenant,
    see_other_with,
    text::one_line,
    ui::{self, Errors, FormState, Toast},
    workspaces::{Rules, all_roles},
};
use serde::Deserialize;

use super::list::grantable;
use crate::{
    invitation::{self, Asked, Why, members_among},
    permissions::ManageMembers,
};

const LIST: &str = "/settings/members";
const TITLE: &str = "Invite people";
/// At most so many addresses at once.
const MAX_ADDRESSES: usize = 20;

/// What the page sends.
#[derive(Deserialize)]
pub(crate) struct Invite {
    #[serde(default)]
    emails: String,
    #[serde(default)]
    role: String,
}

impl Invite {
    /// Addresses, however they were copied: `Tom Okafor <tom@example.com>` is one, and blanks part two.
    fn lines(&self) -> impl Iterator<Item = String> {
        let inner = |line: &str| -> Vec<String> {
            let named = line.strip_suffix('>').and_then(|line| line.rsplit_once('<'));
            match named.filter(|(name, _)| !name.contains('@')) {
                Some((_, address)) => vec![address.to_owned()],
                None if line.matches('@').count() > 1 => {
                    // The words between are names.
                    let parts = line.split_whitespace().filter(|part| part.contains('@'));
                    parts.map(|part| part.trim_matches(['<', '>']).to_owned()).collect()
                }
                None => vec![line.to_owned()],
            }
        };
        let lines = self.emails.split(['\n', '\t', ',', ';']).map(str::trim).flat_map(inner);
        // What nobody sees is no part of an address, here as in a field of one line.
        lines.map(|line| one_line(&line).trim().to_owned()).filter(|line| !line.is_empty())
    }

    /// In their normal form, each once.
    fn addresses(&self) -> Vec<String> {
        let mut all: Vec<_> = self.lines().filter_map(|line| normalise_email(&line)).collect();
        all.sort();
        all.dedup();
        all
    }

    /// An owner is made on a page of its own, which asks twice.
    fn role(&self) -> Option<AnyRole> {
        self.role.parse::<AnyRole>().ok().filter(|role| !role.is_owner())
    }
}

impl Form for Invite {
    const TEXTS: &'static [&'static str] = &["emails"];

    fn check(&self, errors: &mut Errors) {
        errors.ensure(self.lines().next().is_some(), "emails", "Enter at least one email address.");
        if let Some(bad) = self.lines().find(|line| normalise_email(line).is_none()) {
            let bad: String = bad.chars().take(60).collect();
            errors.add("emails", format!("{} is not a full address.", ui::isolated(&bad)));
        }
        let few = self.lines().nth(MAX_ADDRESSES).is_none();
        errors.ensure(few, "emails", "Invite at most 20 people at once.");
        errors.ensure(self.role().is_some(), "role", NO_ROLE);
    }
}

const NO_ROLE: &str = "Choose one of the roles.";

#[derive(Template)]
#[template(path = "tenants/invite.html")]
struct Page<'a> {
    answer: FormState,
    roles: Vec<(String, String)>,
    workspace: &'a str,
    csrf: &'a str,
}

/// What every answer of this screen needs.
struct Screen<'a> {
    core: &'a Services,
    workspace: &'a str,
    db: &'a TenantDb,
    who: &'a Can<ManageMembers>,
}

pub(super) async fn ask(
    who: Can<ManageMembers>,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let screen = Screen { core: &core, workspace: &tenant.name, db: &db, who: &who };
    screen.draw(ui, FormState::empty().with("role", "member")).await
}

pub(super) async fn invite(
    who: Can<ManageMembers>,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Invite>,
) -> Result {
    let screen = Screen { core: &core, workspace: &tenant.name, db: &db, who: &who };
    let form = match form {
        Ok(form) => form,
        Err(answer) => return screen.draw(ui, answer).await,
    };
    match screen.send(&form).await? {
        Ok(done) => see_other_with(LIST, &done.toast()),
        Err((field, problem)) => {
            let answer = FormState::empty().with("emails", &form.emails).with("role", &form.role);
            screen.draw(ui, answer.reject(field, problem)).await
        }
    }
}

/// Who was invited, and who was left out.
struct Done {
    asked: Asked,
    members: Vec<String>,
}

impl Done {
    fn toast(&self) -> Toast {
        let count = self.asked.sent;
        let people =
            if count == 1 { "One invitation".into() } else { format!("{count} invitations") };
        Toast::success(format!("{people} on the way")).text(self.left_out())
    }

    /// Empty: nobody.
    fn left_out(&self) -> String {
        let members = match self.members.as_slice() {
            [] => None,
            [one] => Some(format!("{one} is a member already.")),
            more => Some(format!("{} are members already.", more.join(", "))),
        };
        let paused = self.asked.paused.iter();
        let paused =
            paused.map(|(email, spent)| format!("We have emailed {email} already. {spent}"));
        members.into_iter().chain(paused).collect::<Vec<_>>().join(" ")
    }
}

impl Screen<'_> {
    /// What was done, or what is wrong at which field. Members, and those who were emailed a moment
    /// ago, are left out of the list; where nobody else is in it, that is what is wrong.
    async fn send(&self, form: &Invite) -> Verdict<Done, (&'static str, String)> {
        let Self { core, db, who, .. } = self;
        let mut emails = form.addresses();
        let decision = who.decide(db).await?;
        let known = all_roles(db).await?;
        let Some(role) = form.role().filter(|role| known.iter().any(|(known, ..)| known == role))
        else {
            return Ok(Err(("role", NO_ROLE.into())));
        };
        let members = members_among(db, &emails).await?;
        emails.retain(|email| !members.contains(email));
        let asked = match invitation::invite(&core.limiter, db, &decision, &emails, role).await? {
            Ok(asked) => asked,
            Err(Why::Refused(why)) => return Ok(Err(("role", why.text().to_owned()))),
            Err(Why::TooMany(spent)) => return Ok(Err(("emails", too_many(spent)))),
            Err(Why::Full(full)) => {
                return Ok(Err(("emails", full.text(decision.actor().permissions.is_owner()))));
            }
        };
        let done = Done { asked, members };
        Ok(if done.asked.sent > 0 { Ok(done) } else { Err(("emails", done.left_out())) })
    }

    async fn draw(&self, ui: Ui, answer: FormState) -> Result {
        let rules = Rules::of(&self.core.permissions, PermissionDef::of::<ManageMembers>());
        let roles = grantable(&all_roles(self.db).await?, &self.who.member, &rules);
        let roles = roles.into_iter().map(|(role, name)| (role.to_string(), name)).collect();
        let workspace = self.workspace;
        let (ui, wrong) = (ui.under("Members", LIST), answer.is_rejected());
        let page = Page { answer, roles, workspace, csrf: ui.csrf() };
        if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
    }
}

/// The workspace is no way to write to the whole world.
pub(super) fn too_many(spent: LimitExceeded) -> String {
    format!("This workspace has sent too many invitations today. {spent}")
}
