//! What a workspace asks of how its people log in: two steps, and anew after a time. Who still lacks it.

use askama::Template;
use chrono::TimeDelta;
use platform::{
    Can, Error, Form, Later, Result, Submitted, TenantDb, Ui,
    audit::CHANGED_WORKSPACE,
    clock, member,
    people::Session,
    process::{Platform, Services},
    request::{CurrentSession, CurrentTenant},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::{SignInPolicy, Tenant},
};
use sea_orm::QueryOrder;
use serde::Deserialize;

use crate::{jobs::TellPolicy, permissions::ManageSecurity, second_factor};

pub(crate) const PATH: &str = "/settings/security";
const TITLE: &str = "Security";
/// So many names are shown.
const SHOWN: usize = 50;

const HOURS: &[(&str, &str)] = &[
    ("", "90 days, or 14 days without use"),
    ("720", "30 days"),
    ("168", "7 days"),
    ("24", "1 day"),
    ("12", "12 hours"),
    ("8", "8 hours"),
];
const GRACE: &[(&str, &str)] =
    &[("14", "In 14 days"), ("30", "In 30 days"), ("7", "In 7 days"), ("0", "At once")];

#[derive(Template)]
#[template(path = "accounts/policy.html")]
struct Policy<'a> {
    answer: FormState,
    policy: SignInPolicy,
    /// The names of those who lack a second step, as many as are shown.
    lacking: Vec<String>,
    /// How many they are.
    many: usize,
    people: usize,
    calendar: ui::Calendar,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PolicyForm {
    two_step: String,
    grace: String,
    hours: String,
    /// What it was when the page was drawn.
    seen: String,
}

impl Form for PolicyForm {
    fn check(&self, errors: &mut Errors) {
        let is_one = |all: &[(&str, &str)], typed: &str| all.iter().any(|(one, _)| *one == typed);
        errors.ensure(is_one(HOURS, &self.hours), "hours", "Choose a time from the list.");
        let is_choice = matches!(&*self.two_step, "" | "true");
        errors.ensure(is_choice, "two_step", "Turn it on or off.");
        // Where it is on already, the page asks for none.
        let grace = self.grace.is_empty() || is_one(GRACE, &self.grace);
        errors.ensure(grace, "grace", "Choose a time from the list.");
    }
}

pub(crate) async fn show(
    _: Can<ManageSecurity>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentSession(session): CurrentSession,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
) -> Result {
    proven(session.as_deref())?;
    let hours = tenant.sign_in.session_hours.map(|hours| hours.to_string()).unwrap_or_default();
    let answer = FormState::empty().with("hours", hours).with("seen", seen(&tenant.sign_in));
    let is_on = tenant.sign_in.two_step_from.is_some();
    let answer = if is_on { answer.with("two_step", "true") } else { answer };
    draw(&core, &ui, &db, &tenant, answer).await
}

pub(crate) async fn save(
    _: Can<ManageSecurity>,
    CurrentTenant(tenant): CurrentTenant,
    CurrentSession(session): CurrentSession,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<PolicyForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &ui, &db, &tenant, answer).await,
    };
    proven(session.as_deref())?;
    let before = tenant.sign_in;
    let is_on = form.two_step == "true";
    let answer = FormState::empty()
        .with("two_step", &form.two_step)
        .with("grace", &form.grace)
        .with("hours", &form.hours)
        .with("seen", seen(&before));
    if form.seen != seen(&before) {
        let text =
            "Someone else changed these settings in the meantime. Check them and save again.";
        return draw(&core, &ui, &db, &tenant, answer.reject("two_step", text)).await;
    }
    // Whoever asks others for it and lacks it would be the first to stand outside.
    let has_it = session.is_some_and(|session| session.is_two_step());
    if is_on && before.two_step_from.is_none() && !has_it {
        let text = "Set up two-step verification for your own account first, and log in with it.";
        return draw(&core, &ui, &db, &tenant, answer.reject("two_step", text)).await;
    }
    if is_on && before.two_step_from.is_none() && form.grace.is_empty() {
        let answer = answer.reject("grace", "Choose a time from the list.");
        return draw(&core, &ui, &db, &tenant, answer).await;
    }
    let days = form.grace.parse().unwrap_or_default();
    let two_step_from = match before.two_step_from {
        _ if !is_on => None,
        Some(from) => Some(from),
        None => Some(clock::now() + TimeDelta::days(days)),
    };
    let policy = SignInPolicy { two_step_from, session_hours: form.hours.parse().ok() };
    core.store.set_sign_in_policy(&tenant, policy).await?;
    let word = |policy: &SignInPolicy| match policy.two_step_from {
        Some(from) => format!("from {}", from.format("%Y-%m-%d")),
        None => "off".to_owned(),
    };
    let hours = |policy: &SignInPolicy| {
        policy.session_hours.map(|hours| format!("{hours} hours")).unwrap_or_default()
    };
    let changes = [
        ("Two-step verification", &*word(&before), &*word(&policy)),
        ("Log in again after", &hours(&before), &hours(&policy)),
    ];
    db.audit_change(CHANGED_WORKSPACE, &tenant.name, &changes);
    if let (None, Some(from)) = (before.two_step_from, policy.two_step_from) {
        TellPolicy { from }.later(&db).await?;
    }
    see_other_with(PATH, &Toast::success("Settings saved"))
}

/// What a workspace asks of everybody's log-in is decided by somebody who has just shown who they are. A program
/// has no session to show it by.
fn proven(session: Option<&Session>) -> Result<()> {
    session.map_or(Err(Error::Forbidden), Session::proven)
}

fn seen(policy: &SignInPolicy) -> String {
    let from = policy.two_step_from.map(|from| from.timestamp());
    format!("{}/{}", from.unwrap_or_default(), policy.session_hours.unwrap_or_default())
}

async fn draw(
    core: &Services,
    ui: &Ui,
    db: &TenantDb,
    tenant: &Tenant,
    answer: FormState,
) -> Result {
    let all = db.find::<member::Entity>().order_by_asc(member::Column::Name).all(db).await?;
    let users: Vec<_> = all.iter().map(|one| one.user_id).collect();
    let have = second_factor::who_has(core.store.catalog(), &users).await?;
    let lacking = all.iter().filter(|one| !have.contains(&one.user_id));
    let (many, people) = (lacking.clone().count(), all.len());
    let lacking = lacking.take(SHOWN).map(|one| one.name.clone()).collect();
    let (policy, calendar, csrf) = (tenant.sign_in, ui.calendar(), ui.csrf());
    let wrong = answer.is_rejected();
    let page = Policy { answer, policy, lacking, many, people, calendar, csrf };
    if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
}

impl Policy<'_> {
    /// From when on it is asked for, in words; none: it is off.
    fn required(&self) -> Option<String> {
        let from = self.policy.two_step_from?;
        let day = self.calendar.day(from);
        Some(match from <= clock::now() {
            true => format!("Required since {day}."),
            false => format!("Required from {day}."),
        })
    }
}
