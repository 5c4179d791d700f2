//! Whether a password is right, counted before it is looked at: guesses at once are no more than
//! guesses one by one, and an attack on an account shuts out no browser or network of its owner's.

use platform::{
    Result, UserId,
    limits::{LimitExceeded, RateLimit},
    people::{entity::user, normalise_email, user_by_email},
    process::Services,
    request::Client,
};

use super::{KnownBrowser, password};

/// From one network, at whatever accounts.
const NETWORK: RateLimit = RateLimit::new("login_network", 20, 60);
/// From one network at one account.
const NETWORK_AND_ACCOUNT: RateLimit = RateLimit::new("login_near", 5, 300);
/// At one account, from all browsers and networks together that it has not signed in from. Generous,
/// since whoever uses it up shuts out its owner there.
const ACCOUNT: RateLimit = RateLimit::new("login_account", 50, 3600);
/// In a browser that the person signed in with before.
const BROWSER: RateLimit = RateLimit::new("login_browser", 10, 300);

/// What became of an attempt.
pub enum LogIn {
    /// It is them.
    Good(user::Model),
    /// Nobody has this address, or it has another password; nobody learns which.
    Mismatch,
    /// Too many attempts: the password was not looked at.
    TooMany(LimitExceeded),
}

/// Who tries, and from where.
pub struct Attempt<'a> {
    /// The browser, by its cookie.
    pub browser: &'a KnownBrowser,
    /// Where it is.
    pub client: Client,
    /// The address as typed.
    pub email: &'a str,
}

/// Tries to log in. Takes as long for an unknown address.
pub async fn log_in(core: &Services, attempt: Attempt<'_>, password: &str) -> Result<LogIn> {
    // What cannot be an address is counted as it is, for itself.
    let email = normalise_email(attempt.email)
        .unwrap_or_else(|| attempt.email.trim().chars().take(254).collect());
    let person = user_by_email(core.store.catalog(), &email).await?;
    let counted = limits(core, &attempt, &email, person.as_ref()).await?;
    let all: Vec<_> = counted.iter().map(|(limit, subject)| (*limit, subject.as_str())).collect();
    if let Err(spent) = core.limiter.allow_all(&all).await? {
        return Ok(LogIn::TooMany(spent));
    }
    if !password::is_of(core.store.catalog(), person.as_ref(), password).await? {
        return Ok(LogIn::Mismatch);
    }
    let Some(person) = person else { return Ok(LogIn::Mismatch) };
    for (limit, subject) in &all {
        // Whoever has an account of their own must not wipe away what they tried at others.
        match limit.name == NETWORK.name {
            true => core.limiter.give_back(*limit, subject).await?,
            false => core.limiter.forgive(*limit, subject).await?,
        }
    }
    Ok(LogIn::Good(person))
}

/// After a new password, guesses at the old one count no more.
pub async fn forgive(core: &Services, email: &str) -> Result<()> {
    core.limiter.forgive(ACCOUNT, email).await
}

async fn limits(
    core: &Services,
    attempt: &Attempt<'_>,
    email: &str,
    person: Option<&user::Model>,
) -> Result<Vec<(RateLimit, String)>> {
    // Nobody's id, so that unknown addresses take as long.
    let user = person.map_or_else(UserId::new, |person| person.id);
    let sessions = core.sessions.of_user(user).await?;
    if attempt.browser.knows(core, user) {
        return Ok(vec![(BROWSER, attempt.browser.count_of(user))]);
    }
    let network = attempt.client.network();
    let is_near = |address: &str| address.parse().is_ok_and(|at| Client::network_of(at) == network);
    let mut all =
        vec![(NETWORK, network.to_string()), (NETWORK_AND_ACCOUNT, format!("{network} {email}"))];
    if !sessions.iter().any(|session| is_near(&session.address)) {
        all.push((ACCOUNT, email.to_owned()));
    }
    Ok(all)
}
