//! One's own account: who one is, how one wants to read times, one's password, and where one is
//! signed in.

use askama::Template;
use platform::{
    Extension, Form, Result, SignedIn, Submitted, Ui,
    limits::{LimitExceeded, RateLimit},
    people::{NewSession, Session, SiteKey, Token},
    process::{Platform, Services},
    request::{Client, Cookies, UserAgent},
    see_other_with,
    ui::{self, Errors, FormState, Locale, Theme, Toast},
    zone,
};
use serde::Deserialize;

use super::{
    arrive::hold,
    devices::{Device, devices},
};
use crate::{
    abuse::AbuseFilter,
    user::{self, KnownBrowser, rules},
};

const TITLE: &str = "Your account";

/// Tries at the old password.
const TRIES: RateLimit = RateLimit::new("change_password", 5, 300);

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct Account<'a> {
    /// Both forms; no two fields have one name.
    answer: FormState,
    session: &'a Session,
    locales: Vec<(&'static str, &'static str)>,
    zones: Vec<(&'static str, String)>,
    themes: [(&'static str, &'static str); 3],
    devices: Vec<Device>,
    csrf: &'a str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct ProfileForm {
    name: String,
    locale: String,
    zone: String,
    theme: String,
}

impl Form for ProfileForm {
    fn check(&self, errors: &mut Errors) {
        rules::check_name(&self.name, errors);
        errors.ensure(
            Locale::of(&self.locale).is_some(),
            "locale",
            "Choose a date format from the list.",
        );
        let is_known = self.zone.is_empty() || zone::is_zone(&self.zone);
        let is_theme = Theme::of(&self.theme).is_some();
        errors.ensure(is_theme, "theme", "Choose a theme from the list.");
        errors.ensure(is_known, "zone", "Choose a time zone from the list.");
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasswordForm {
    current: String,
    password: String,
}

impl Form for PasswordForm {
    const SECRETS: &'static [&'static str] = &["current", "password"];

    fn check(&self, errors: &mut Errors) {
        errors.ensure(!self.current.is_empty(), "current", "Enter your current password.");
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, Platform(core): Platform, ui: Ui) -> Result {
    draw(&core, &session, &ui, as_it_is(&session)).await
}

pub(crate) async fn save(
    SignedIn(session): SignedIn,
    Platform(core): Platform,
    ui: Ui,
    Submitted(form): Submitted<ProfileForm>,
) -> Result {
    let form = match form {
        Ok(form) => form,
        Err(answer) => return draw(&core, &session, &ui, answer).await,
    };
    let (name, zone) = (form.name.trim(), form.zone.as_str());
    let locale = Locale::of(&form.locale).unwrap_or_default();
    let theme = Theme::of(&form.theme).unwrap_or_default();
    let profile = user::Profile { name, locale, zone, theme };
    user::save_profile(&core, &session, &profile).await?;
    see_other_with("/account", &Toast::success("Profile saved"))
}

pub(crate) async fn change_password(
    SignedIn(session): SignedIn,
    (Platform(core), abuse): (Platform, Extension<AbuseFilter>),
    cookies: Cookies,
    (client, UserAgent(user_agent)): (Client, UserAgent),
    ui: Ui,
    Submitted(form): Submitted<PasswordForm>,
) -> Result {
    let answer = as_it_is(&session);
    let answer = match form {
        Ok(form) => {
            match change((&core, &abuse), &session, browser(&session, client, user_agent), &form)
                .await?
            {
                Changed::To(token) => {
                    let toast = Toast::success("Your new password is saved");
                    let toast = toast.text("All other devices are logged out.");
                    let mut response = see_other_with("/account", &toast)?;
                    hold(&token, &mut response);
                    KnownBrowser::of(&cookies).remember(&core, session.user, &mut response);
                    return Ok(response);
                }
                Changed::Not(field, why) => answer.reject(field, why),
                Changed::TooMany(spent) => {
                    let text = format!("Too many attempts. {spent}");
                    let page = page(&core, &session, &ui, answer.reject("current", text)).await?;
                    return ui.too_many(TITLE, &page, spent);
                }
            }
        }
        Err(wrong) => wrong
            .problems()
            .fold(answer, |answer, (field, why)| answer.reject(field.to_owned(), why)),
    };
    draw(&core, &session, &ui, answer).await
}

/// What became of it.
enum Changed {
    /// The session that goes on here.
    To(Token),
    /// What is wrong, at which field.
    Not(&'static str, &'static str),
    TooMany(LimitExceeded),
}

async fn change(
    (core, abuse): (&Services, &AbuseFilter),
    session: &Session,
    browser: NewSession,
    form: &PasswordForm,
) -> Result<Changed> {
    let about = [session.name.as_str(), &session.email, &core.brand.name];
    if let Some(problem) = abuse.password_problem(&form.password, &about).await? {
        return Ok(Changed::Not("password", problem));
    }
    let person = session.user.to_string();
    if let Err(spent) = core.limiter.allow(TRIES, &person).await? {
        return Ok(Changed::TooMany(spent));
    }
    let change = user::Change { current: &form.current, password: &form.password, browser };
    let Some(token) = user::change_password(core, change).await? else {
        return Ok(Changed::Not("current", "This is not your current password."));
    };
    core.limiter.forgive(TRIES, &person).await?;
    Ok(Changed::To(token))
}

/// A new session of this browser, to take the place of its old one.
pub(super) fn browser(session: &Session, client: Client, user_agent: String) -> NewSession {
    NewSession {
        user: session.user,
        parent: None,
        site: SiteKey::ACCOUNT,
        tenant: None,
        born: None,
        method: session.method.clone(),
        proved_at: session.proved_at,
        user_agent,
        address: client.address.to_string(),
    }
}

fn as_it_is(session: &Session) -> FormState {
    let answer = FormState::empty().with("name", &session.name);
    let answer = answer.with("locale", &session.locale).with("zone", &session.zone);
    answer.with("theme", &session.theme)
}

async fn draw(core: &Services, session: &Session, ui: &Ui, answer: FormState) -> Result {
    let wrong = answer.is_rejected();
    let page = page(core, session, ui, answer).await?;
    if wrong { ui.invalid(TITLE, &page) } else { ui.page(TITLE, &page) }
}

async fn page<'a>(
    core: &Services,
    session: &'a Session,
    ui: &'a Ui,
    answer: FormState,
) -> Result<Account<'a>> {
    let places = zone::zones().map(|zone| (zone, zone.replace('_', " ")));
    Ok(Account {
        answer,
        session,
        locales: Locale::ALL.map(|locale| (locale.tag(), locale.label())).to_vec(),
        zones: [("", "Same as the workspace".to_owned())].into_iter().chain(places).collect(),
        themes: Theme::ALL.map(|theme| (theme.name(), theme.label())),
        devices: devices(core, session, ui.calendar()).await?,
        csrf: ui.csrf(),
    })
}
