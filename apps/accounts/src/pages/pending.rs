//! Between the password and the second step: who is on the way in.

use std::time::Duration;

use platform::{
    Error, Result, UserId,
    people::user_by_id,
    process::Services,
    request::{Cookies, IntoResponse, Response},
    see_other, see_other_with,
    ui::Toast,
};
use serde::{Deserialize, Serialize};

use crate::sealed::Sealed;
use crate::user::stamp;

const COOKIE: Sealed = Sealed { name: "__Host-second-step", age: Duration::from_mins(10) };

/// Somebody whose password was right.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    pub(super) user: UserId,
    /// The first step.
    pub(super) method: String,
    /// Where they want to go.
    pub(super) target: String,
    /// Of the password that they typed: with another one they begin anew.
    stamp: String,
}

/// Sends the browser to the second step.
pub(super) async fn ask(core: &Services, user: UserId, method: &str, target: &str) -> Result {
    let person = user_by_id(core.store.catalog(), user).await?.ok_or(Error::NotFound)?;
    let (method, target) = (method.to_owned(), target.to_owned());
    let pending = Pending { user, method, target, stamp: stamp(&person) };
    let mut response: Response = see_other("/login/mfa")?.into_response();
    COOKIE.put(core, pending, &mut response)?;
    Ok(response)
}

/// Who is on the way in; none: nobody, or it took them too long.
pub(super) async fn read(core: &Services, cookies: &Cookies) -> Result<Option<Pending>> {
    let Some(pending) = COOKIE.read::<Pending>(core, cookies) else { return Ok(None) };
    let person = user_by_id(core.store.catalog(), pending.user).await?;
    Ok(person.is_some_and(|person| stamp(&person) == pending.stamp).then_some(pending))
}

/// Nobody is on the way, or it took them too long.
pub(super) fn begin_anew() -> Result {
    let toast = Toast::error("That took too long").text("Log in again.");
    let mut response = see_other_with("/login", &toast)?;
    forget(&mut response);
    Ok(response)
}

/// They are in, or begin anew.
pub(super) fn forget(response: &mut Response) {
    COOKIE.forget(response);
}
