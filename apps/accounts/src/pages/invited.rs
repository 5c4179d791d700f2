//! A sign-up by the link of an invitation: the email came to the address, so that is proven, and
//! what is missing is a name and a password.

use platform::{
    Extension, Public, Query, Result, Submitted, Ui, encode_query,
    people::{Registration, user_by_email},
    process::{Platform, Services},
    request::{Client, Cookies, CurrentSession, UserAgent},
    see_other,
    ui::FormState,
    workspaces::look_at_invitation,
};

use super::{
    arrive::{Browser, Proven, arrive},
    confirm::{self, ConfirmForm, Step, WithToken},
    sign_up,
};
use crate::{
    abuse::AbuseFilter,
    user::{self},
};

const STEP: Step = Step { action: "/signup/invited", names: ["Account", "Invitation"] };

pub(crate) async fn show(
    _: Public,
    Platform(core): Platform,
    CurrentSession(session): CurrentSession,
    Query(WithToken { token }): Query<WithToken>,
    ui: Ui,
) -> Result {
    if session.is_some() {
        return see_other(invitation(&token));
    }
    match address(&core, &token).await? {
        Some(_) if core.config.registration == Registration::Closed => sign_up::refuse(&core, &ui),
        Some(email) => {
            confirm::draw(&ui, (&STEP, None), FormState::empty().with("token", &token), &email)
        }
        None => see_other(invitation(&token)),
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
    let token = confirm::token(&form).to_owned();
    let Some(email) = address(&core, &token).await? else {
        return see_other(invitation(&token));
    };
    if core.config.registration == Registration::Closed {
        return sign_up::refuse(&core, &ui);
    }
    let form = match confirm::with_good_password((&core, &abuse), form, &email).await? {
        Ok(form) => form,
        Err(answer) => return confirm::draw(&ui, (&STEP, None), answer, &email),
    };
    let made = user::create(core.store.catalog(), &email, &form.name, &form.password).await?;
    let Ok(user) = made else {
        // Sent twice, or signed up in another window: the account is there.
        return see_other(invitation(&token));
    };
    let target = invitation(&token);
    arrive(
        &core,
        Browser::new(old, client, user_agent, &cookies),
        user,
        (Proven::First("sign_up".into()), &target),
    )
    .await
}

/// The address that the link proves, while it is good and has no account.
async fn address(core: &Services, token: &str) -> Result<Option<String>> {
    let found = look_at_invitation(&core.store, &core.config, token).await?;
    let Some((_, invited)) = found.filter(|(_, one)| one.invitation.is_open()) else {
        return Ok(None);
    };
    let email = invited.invitation.email;
    let known = user_by_email(core.store.catalog(), &email).await?.is_some();
    Ok((!known).then_some(email))
}

/// The page of the invitation, which says what its link is worth.
fn invitation(token: &str) -> String {
    format!("/invitation?{}", encode_query(&[("token", token)]))
}
