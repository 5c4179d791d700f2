//! One's own account: who one is, how one wants to read times, one's password, and where one is
//! signed in.

use askama::Template;
use platform::{
    Form, Result, SignedIn, Submitted, Ui, see_other_with,
    spine::{Core, Limit, Session, Spine},
    ui::{self, Answer, Errors, Locale, Theme, Toast},
    zone,
};
use serde::Deserialize;

use super::devices::{Device, devices};
use crate::user::{self, rules};

/// Tries at the old password.
const TRIES: Limit = Limit::new("change_password", 5, 300);

#[derive(Template)]
#[template(path = "accounts/account.html")]
struct Account<'a> {
    /// Both forms; no two fields have one name.
    answer: Answer,
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
        errors.unless(
            Locale::of(&self.locale).is_some(),
            "locale",
            "Choose a date format from the list.",
        );
        let is_known = self.zone.is_empty() || zone::is_zone(&self.zone);
        let is_theme = Theme::of(&self.theme).is_some();
        errors.unless(is_theme, "theme", "Choose a theme from the list.");
        errors.unless(is_known, "zone", "Choose a time zone from the list.");
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PasswordForm {
    current: String,
    password: String,
}

impl Form for PasswordForm {
    fn check(&self, errors: &mut Errors) {
        errors.unless(!self.current.is_empty(), "current", "Enter your current password.");
    }
}

pub(crate) async fn show(SignedIn(session): SignedIn, Spine(core): Spine, ui: Ui) -> Result {
    draw(&core, &session, &ui, as_it_is(&session)).await
}

pub(crate) async fn save(
    SignedIn(session): SignedIn,
    Spine(core): Spine,
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
    Spine(core): Spine,
    ui: Ui,
    Submitted(form): Submitted<PasswordForm>,
) -> Result {
    let answer = as_it_is(&session);
    let answer = match form {
        Ok(form) => match change(&core, &session, &form).await? {
            Some((field, why)) => answer.reject(field, why),
            None => {
                let toast = Toast::success("Your new password is saved");
                let toast = toast.text("All other devices are logged out.");
                return see_other_with("/account", &toast);
            }
        },
        Err(wrong) => wrong
            .problems()
            .fold(answer, |answer, (field, why)| answer.reject(field.to_owned(), why)),
    };
    draw(&core, &session, &ui, answer).await
}

/// What is wrong, at which field.
async fn change(
    core: &Core,
    session: &Session,
    form: &PasswordForm,
) -> Result<Option<(&'static str, &'static str)>> {
    let about = [session.name.as_str(), &session.email, &core.brand.name];
    if let Some(problem) = rules::problem(&form.password, &about) {
        return Ok(Some(("password", problem)));
    }
    let person = session.user.to_string();
    if core.config.rate_limits && !core.attempts.allow(TRIES, &person).await? {
        let why = "Too many attempts. Try again in 5 minutes.";
        return Ok(Some(("current", why)));
    }
    if !user::change_password(core, session, &form.current, &form.password).await? {
        return Ok(Some(("current", "This is not your current password.")));
    }
    core.attempts.forgive(TRIES, &person).await?;
    Ok(None)
}

fn as_it_is(session: &Session) -> Answer {
    let answer = Answer::empty().with("name", &session.name);
    let answer = answer.with("locale", &session.locale).with("zone", &session.zone);
    answer.with("theme", &session.theme)
}

async fn draw(core: &Core, session: &Session, ui: &Ui, answer: Answer) -> Result {
    let wrong = answer.is_rejected();
    let places = zone::zones().map(|zone| (zone, zone.replace('_', " ")));
    let page = Account {
        answer,
        session,
        locales: Locale::ALL.map(|locale| (locale.tag(), locale.label())).to_vec(),
        zones: [("", "Same as the workspace".to_owned())].into_iter().chain(places).collect(),
        themes: Theme::ALL.map(|theme| (theme.name(), theme.label())),
        devices: devices(core, session, ui.calendar()).await?,
        csrf: ui.csrf(),
    };
    let title = "Your account";
    if wrong { ui.invalid(title, &page) } else { ui.page(title, &page) }
}
