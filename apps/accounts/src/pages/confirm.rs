//! The second step of a sign-up, behind the mailed link: a name and a password. Only here, with the
//! address proven, does an account come into being.

use askama::Template;
use platform::{
    Extension, Form, Public, Query, Result, Submitted, Ui, UserId,
    people::{LinkStatus, entity::email_link::Purpose, link_status},
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, UserAgent},
    ui::{self, Errors, FormState},
    workspaces::waiting_for,
};
use serde::Deserialize;

use super::{
    arrive::{Browser, Proven, arrive, landing},
    newcomer::{self, Newcomer},
    sign_up,
};
use crate::{
    abuse::AbuseFilter,
    user::{self, rules},
};

#[derive(Template)]
#[template(path = "accounts/confirm.html")]
struct Confirm<'a> {
    answer: FormState,
    email: &'a str,
    step: &'a Step,
    /// Whoever came by another site logs in there, and needs no password here.
    newcomer: Option<&'a Newcomer>,
    csrf: &'a str,
    least: String,
}

/// The page of a link that is over, and where another is asked for.
pub(super) fn gone(ui: &Ui, again: &'static str) -> Result {
    ui.gone(DEAD_LINK, &DeadLink { token: None, again, csrf: ui.csrf() })
}

/// Where an account is made, and what comes after.
pub(super) struct Step {
    /// Where the form is sent.
    pub(super) action: &'static str,
    /// What people read above it.
    pub(super) names: [&'static str; 2],
}

const STEP: Step = Step { action: "/signup/confirm", names: ["Account", "Workspace"] };

/// The title of the page of a link that proves nothing any more.
const DEAD_LINK: &str = "This link no longer works";

/// A link that proves nothing any more.
#[derive(Template)]
#[template(path = "accounts/dead_link.html")]
struct DeadLink<'a> {
    /// Only where its time was over: then we know whom to send another.
    token: Option<&'a str>,
    /// Where a new one is asked for.
    again: &'static str,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct WithToken {
    pub(super) token: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Confirmed {
    token: String,
    /// `password`: rather that than by the other site that one came by.
    way: String,
}

impl Form for WithToken {
    fn check(&self, _: &mut Errors) {}
}

#[derive(Deserialize)]
pub(crate) struct ConfirmForm {
    #[serde(default)]
    token: String,
    #[serde(default)]
    pub(super) name: String,
    #[serde(default)]
    pub(super) password: String,
    /// `connection`: by the other site that they came by.
    #[serde(default)]
    way: String,
}

impl Form for ConfirmForm {
    const SECRETS: &'static [&'static str] = &["password"];

    fn check(&self, errors: &mut Errors) {
        rules::check_name(&self.name, errors);
    }
}

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    cookies: Cookies,
    Query(Confirmed { token, way }): Query<Confirmed>,
    ui: Ui,
) -> Result {
    match link_status(core.store.catalog(), Purpose::SignUp, &token).await? {
        LinkStatus::Valid(email) => {
            let newcomer = newcomer::who_asked(&core, &cookies, &email);
            let newcomer = newcomer.filter(|_| way != "password");
            let name = newcomer.as_ref().map_or("", |one| &one.identity.name);
            let answer = FormState::empty().with("token", &token).with("name", name);
            draw(&ui, (&STEP, newcomer.as_ref()), answer, &email)
        }
        dead => dead_link(&ui, &dead, &token),
    }
}

pub(crate) async fn confirm(
    _: Public,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    CurrentSession(old): CurrentSession,
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<ConfirmForm>,
) -> Result {
    let token = token(&form).to_owned();
    let email = match link_status(core.store.catalog(), Purpose::SignUp, &token).await? {
        LinkStatus::Valid(email) => email,
        dead => return dead_link(&ui, &dead, &token),
    };
    let browser = Browser::new(old, client, user_agent, &cookies);
    let by = by_connection(&core, (&cookies, &email), &form);
    let checked = match by.is_some() {
        true => form,
        false => with_good_password((&core, &abuse), form, &email).await?,
    };
    let form = match checked {
        Ok(form) => form,
        Err(answer) => return draw(&ui, (&STEP, by.as_ref()), answer, &email),
    };
    let catalog = core.store.catalog();
    let made = match &by {
        Some(one) => {
            let (who, link) = ((&*one.key, &one.identity), (Purpose::SignUp, &*token));
            user::create_connected(catalog, &email, &form.name, who, Some(link)).await?
        }
        None => {
            let new = user::Proven { purpose: Purpose::SignUp, token: &token, email: &email };
            user::create_proven(catalog, new, &form.name, &form.password).await?
        }
    };
    let Some(user) = made else {
        return match link_status(core.store.catalog(), Purpose::SignUp, &token).await? {
            // A newer email ended it while the password was hashed: there is no account yet.
            ended @ LinkStatus::Expired(_) => dead_link(&ui, &ended, &token),
            // Sent twice, or used in another window: the account is there.
            LinkStatus::Valid(_) | LinkStatus::Invalid => platform::see_other("/login"),
        };
    };
    let target = next_step(&core, user, &email).await?;
    arrive(&core, browser, user, (Proven::First("sign_up".into()), &target)).await
}

/// Whom another site knows, where the form says to log in there from now on.
fn by_connection(
    core: &Services,
    (cookies, email): (&Cookies, &str),
    form: &Result<ConfirmForm, FormState>,
) -> Option<Newcomer> {
    let way = match form {
        Ok(form) => &form.way,
        Err(answer) => answer.value("way"),
    };
    newcomer::who_asked(core, cookies, email).filter(|_| way == "connection")
}

/// The token, also of a form that is not good.
pub(super) fn token(form: &Result<ConfirmForm, FormState>) -> &str {
    match form {
        Ok(form) => &form.token,
        Err(answer) => answer.value("token"),
    }
}

/// Somebody who was invited has where to go; everybody else makes a workspace.
pub(super) async fn next_step(core: &Services, user: UserId, email: &str) -> Result<String> {
    let target = landing(core, user).await?;
    if target != "/workspaces" {
        return Ok(target);
    }
    let waiting = waiting_for(&core.store, email).await?;
    Ok(if waiting.is_empty() { "/workspaces/new".into() } else { target })
}

/// The form, unless the password is no good. The address and the product are no passwords either,
/// which the form alone could not know.
pub(super) async fn with_good_password(
    (core, abuse): (&Services, &AbuseFilter),
    form: std::result::Result<ConfirmForm, FormState>,
    email: &str,
) -> Result<std::result::Result<ConfirmForm, FormState>> {
    let (name, password) = match &form {
        Ok(form) => (form.name.as_str(), form.password.as_str()),
        Err(answer) => (answer.value("name"), answer.value("password")),
    };
    let about = [name, email, &core.brand.name];
    let problem = abuse.password_problem(password, &about).await?;
    Ok(match problem {
        None => form,
        Some(problem) => {
            let answer = form.map_or_else(|answer| answer, |form| form.answer());
            Err(answer.reject("password", problem))
        }
    })
}

impl ConfirmForm {
    fn answer(&self) -> FormState {
        FormState::empty().with("token", &self.token).with("name", &self.name)
    }
}

pub(super) fn draw(
    ui: &Ui,
    (step, newcomer): (&Step, Option<&Newcomer>),
    answer: FormState,
    email: &str,
) -> Result {
    let wrong = answer.is_rejected();
    let least = rules::MIN_LENGTH.to_string();
    let page = Confirm { answer, email, step, newcomer, csrf: ui.csrf(), least };
    if wrong {
        ui.invalid("Create your account", &page)
    } else {
        ui.page("Create your account", &page)
    }
}

/// Another email in place of an expired link.
pub(crate) async fn again(
    _: Public,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<WithToken>,
) -> Result {
    let token = form.map(|form| form.token).unwrap_or_default();
    match link_status(core.store.catalog(), Purpose::SignUp, &token).await? {
        LinkStatus::Expired(email) => {
            sign_up::ask_for_email(&core, email.clone()).await?;
            sign_up::sent(&ui, &email)
        }
        dead => dead_link(&ui, &dead, &token),
    }
}

fn dead_link(ui: &Ui, link: &LinkStatus, token: &str) -> Result {
    let token = matches!(link, LinkStatus::Expired(_)).then_some(token);
    ui.gone(DEAD_LINK, &DeadLink { token, again: "/signup", csrf: ui.csrf() })
}
