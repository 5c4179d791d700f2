//! The emails that accounts send. What a page asks for is the same whoever asks and whatever is
//! known of the address: only the job, later, looks.

use std::time::Duration;

use chrono::TimeDelta;
use platform::{
    Cause, Job, Later, Priority, Result, Run, UserId,
    limits::{EmailKind, EmailPermit},
    mail::Mailbox,
    member,
    people::{
        Token, entity::email_link::Purpose, make_link, make_link_beside, user_by_email, user_by_id,
    },
    workspaces::describe_member,
};
use serde::{Deserialize, Serialize};

use crate::{emails, log_in_link, second_factor};

/// How long the link of a sign-up works.
pub(crate) const SIGN_UP: TimeDelta = TimeDelta::hours(24);
/// How long the link for a new password works.
pub(crate) const RESET: TimeDelta = TimeDelta::hours(1);

/// How long the link and the code of a log-in work.
pub(crate) const LOG_IN: TimeDelta = TimeDelta::minutes(10);

/// To an address that somebody signs up with.
pub(crate) const SIGN_UP_EMAIL: EmailKind = EmailKind::new("sign_up", 5);
/// To an address whose password somebody forgot. More than of others: each holds a new link, so that
/// whoever asks in an owner's stead does not keep them from theirs.
pub(crate) const FORGOTTEN_EMAIL: EmailKind = EmailKind::new("forgotten", 10);

/// To an address that somebody logs in with.
pub(crate) const LOG_IN_EMAIL: EmailKind = EmailKind::new("log_in", 10);

/// To an address that somebody wants to have.
pub(crate) const NEW_EMAIL: EmailKind = EmailKind::new("new_email", 5);

/// Somebody wants to sign up with this address.
#[derive(Serialize, Deserialize)]
pub(crate) struct AnswerSignUp {
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) permit: EmailPermit,
}

impl Job for AnswerSignUp {
    const NAME: &'static str = "accounts.answer_sign_up";
    const PRIORITY: Priority = Priority::High;
    /// Half an hour: then they have gone away, or asked again.
    const ATTEMPTS: u32 = 9;
}

/// Sends the link to go on with; where the address has an account, its owner learns so instead.
pub(crate) async fn answer_sign_up(job: AnswerSignUp, run: Run) -> Result<()> {
    let (catalog, post) = (run.store.catalog(), &run.emails);
    let (on, to) = (post.branding(), Mailbox::unknown(&job.email));
    let email = if user_by_email(catalog, &job.email).await?.is_some() {
        emails::already_registered(on, to, &post.account("/login"), &post.account("/forgot"))
    } else {
        let token = token(&run);
        make_link(catalog, &token, Purpose::SignUp, &job.email, SIGN_UP).await?;
        let link = post.account(&format!("/signup/confirm?token={}", token.expose()));
        emails::confirm_address(on, to, &link, spoken(SIGN_UP))
    };
    run.send(&email, Cause::Others(SIGN_UP_EMAIL, job.permit)).await.map(drop)
}

/// Somebody forgot the password of this address.
#[derive(Serialize, Deserialize)]
pub(crate) struct AnswerForgotten {
    pub(crate) email: String,
    #[serde(default)]
    pub(crate) permit: EmailPermit,
}

impl Job for AnswerForgotten {
    const NAME: &'static str = "accounts.answer_forgotten";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: u32 = 9;
}

/// Sends the link to choose a new one; where there is no account, the owner of the address learns so.
pub(crate) async fn answer_forgotten(job: AnswerForgotten, run: Run) -> Result<()> {
    let (catalog, post) = (run.store.catalog(), &run.emails);
    let on = post.branding();
    let email = match user_by_email(catalog, &job.email).await? {
        Some(user) => {
            let token = token(&run);
            make_link(catalog, &token, Purpose::Reset, &job.email, RESET).await?;
            let link = post.account(&format!("/reset?token={}", token.expose()));
            emails::reset_password(on, Mailbox::new(&user.name, &user.email), &link, spoken(RESET))
        }
        None => emails::no_account(on, Mailbox::unknown(&job.email), &post.account("/signup")),
    };
    run.send(&email, Cause::Others(FORGOTTEN_EMAIL, job.permit)).await.map(drop)
}

/// Somebody wants to log in with this address by an email.
#[derive(Serialize, Deserialize)]
pub(crate) struct AnswerLogIn {
    pub(crate) email: String,
    /// Of the browser that asked.
    pub(crate) nonce: String,
    #[serde(default)]
    pub(crate) permit: EmailPermit,
}

impl Job for AnswerLogIn {
    const NAME: &'static str = "accounts.answer_log_in";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: u32 = 6;
}

/// Sends link and code; where there is no account, the owner of the address learns so.
pub(crate) async fn answer_log_in(job: AnswerLogIn, run: Run) -> Result<()> {
    let (catalog, post) = (run.store.catalog(), &run.emails);
    let on = post.branding();
    let email = match user_by_email(catalog, &job.email).await? {
        Some(user) => {
            let mac = |purpose: &str, text: &str| post.mac_token(purpose, text);
            let token = log_in_link::token(mac, &job.email, &job.nonce);
            make_link_beside(catalog, &token, Purpose::LogIn, &job.email, LOG_IN).await?;
            let code = log_in_link::shown(&log_in_link::code(mac, &token));
            let link = post.account(&format!("/login/link/confirm?token={}", token.expose()));
            let to = Mailbox::new(&user.name, &user.email);
            emails::log_in(on, to, &link, &code, spoken(LOG_IN))
        }
        None => emails::no_account(on, Mailbox::unknown(&job.email), &post.account("/signup")),
    };
    run.send(&email, Cause::Others(LOG_IN_EMAIL, job.permit)).await.map(drop)
}

/// The password of this address is another one now.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellPasswordChanged {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl Job for TellPasswordChanged {
    const NAME: &'static str = "accounts.tell_password_changed";
}

pub(crate) async fn tell_password_changed(job: TellPasswordChanged, run: Run) -> Result<()> {
    let to = Mailbox::new(&job.name, &job.email);
    let post = &run.emails;
    let email = emails::password_changed(post.branding(), to, &post.account("/forgot"));
    // Whoever changed it was signed in, or had a link.
    run.send(&email, Cause::Reader).await.map(drop)
}

/// Somebody's second step at log-in was switched on or off.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellTwoStep {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) is_on: bool,
}

impl Job for TellTwoStep {
    const NAME: &'static str = "accounts.tell_two_step";
}

/// Tells them: whoever took over an account would do it too.
pub(crate) async fn tell_two_step(job: TellTwoStep, run: Run) -> Result<()> {
    let to = Mailbox::new(&job.name, &job.email);
    let post = &run.emails;
    let email = emails::two_step(post.branding(), to, &post.account("/forgot"), job.is_on);
    run.send(&email, Cause::Reader).await.map(drop)
}

/// Somebody wants this address to be theirs.
#[derive(Serialize, Deserialize)]
pub(crate) struct AskNewEmail {
    pub(crate) name: String,
    pub(crate) new: String,
    /// What the link carries, sealed.
    pub(crate) token: String,
    #[serde(default)]
    pub(crate) permit: EmailPermit,
}

impl Job for AskNewEmail {
    const NAME: &'static str = "accounts.ask_new_email";
    const PRIORITY: Priority = Priority::High;
    const ATTEMPTS: u32 = 9;
}

/// Sends the link that makes the change; where the address has an account, its owner learns so instead.
pub(crate) async fn ask_new_email(job: AskNewEmail, run: Run) -> Result<()> {
    let (post, on) = (&run.emails, run.emails.branding());
    let email = if user_by_email(run.store.catalog(), &job.new).await?.is_some() {
        emails::address_in_use(on, Mailbox::unknown(&job.new), &post.account("/login"))
    } else {
        let link = post.account(&format!("/account/email/confirm?token={}", job.token));
        emails::confirm_new_address(on, Mailbox::new(&job.name, &job.new), &link)
    };
    run.send(&email, Cause::Others(NEW_EMAIL, job.permit)).await.map(drop)
}

/// Somebody's address is another one now: told where it was.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellEmailChanged {
    pub(crate) name: String,
    pub(crate) old: String,
    pub(crate) new: String,
    /// What the link back carries, sealed.
    pub(crate) undo: String,
}

impl Job for TellEmailChanged {
    const NAME: &'static str = "accounts.tell_email_changed";
}

pub(crate) async fn tell_email_changed(job: TellEmailChanged, run: Run) -> Result<()> {
    let post = &run.emails;
    let to = Mailbox::new(&job.name, &job.old);
    let link = post.account(&format!("/account/email/undo?token={}", job.undo));
    let email = emails::email_changed(post.branding(), to, &link, &job.new);
    run.send(&email, Cause::Reader).await.map(drop)
}

/// An account at another site lets somebody in from now on, or no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellConnection {
    pub(crate) name: String,
    pub(crate) email: String,
    /// What the site is called.
    pub(crate) label: String,
    pub(crate) is_on: bool,
}

impl Job for TellConnection {
    const NAME: &'static str = "accounts.tell_connection";
}

/// Tells them: whoever took over an account would do it too.
pub(crate) async fn tell_connection(job: TellConnection, run: Run) -> Result<()> {
    let to = Mailbox::new(&job.name, &job.email);
    let post = &run.emails;
    let to_mend = post.account("/forgot");
    let email = emails::connection(post.branding(), to, &to_mend, &job.label, job.is_on);
    run.send(&email, Cause::Reader).await.map(drop)
}

/// A key of somebody's device lets them in from now on, or no more.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellKey {
    pub(crate) name: String,
    pub(crate) email: String,
    /// What its owner calls it.
    pub(crate) key: String,
    pub(crate) is_on: bool,
}

impl Job for TellKey {
    const NAME: &'static str = "accounts.tell_key";
}

/// Tells them: whoever took over an account would do it too.
pub(crate) async fn tell_key(job: TellKey, run: Run) -> Result<()> {
    let to = Mailbox::new(&job.name, &job.email);
    let post = &run.emails;
    let to_mend = post.account("/forgot");
    let email = emails::key(post.branding(), to, &to_mend, &job.key, job.is_on);
    run.send(&email, Cause::Reader).await.map(drop)
}

/// Somebody logged in with a browser that they were never logged in with.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellNewDevice {
    pub(crate) name: String,
    pub(crate) email: String,
    /// “Firefox on Linux”.
    pub(crate) device: String,
    /// Its IP address.
    pub(crate) address: String,
    /// What the link carries, sealed.
    pub(crate) token: String,
}

impl Job for TellNewDevice {
    const NAME: &'static str = "accounts.tell_new_device";
}

pub(crate) async fn tell_new_device(job: TellNewDevice, run: Run) -> Result<()> {
    let post = &run.emails;
    let to = Mailbox::new(&job.name, &job.email);
    let link = post.account(&format!("/account/not-me?token={}", job.token));
    let email = emails::new_device(post.branding(), to, &link, (&job.device, &job.address));
    run.send(&email, Cause::Reader).await.map(drop)
}

/// This workspace asks for two steps, now or soon.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellPolicy {
    pub(crate) from: chrono::DateTime<chrono::Utc>,
}

impl Job for TellPolicy {
    const NAME: &'static str = "accounts.tell_policy";
}

/// Leaves a job for every member who lacks it.
pub(crate) async fn tell_policy(job: TellPolicy, run: Run) -> Result<()> {
    let db = run.db()?;
    let Some(tenant) = run.store.directory().by_id(db.tenant()).await? else { return Ok(()) };
    let all = db.find::<member::Entity>().all(db).await?;
    let users: Vec<_> = all.iter().map(|one| one.user_id).collect();
    let have = second_factor::who_has(run.store.catalog(), &users).await?;
    for one in all.into_iter().filter(|one| !have.contains(&one.user_id)) {
        let (workspace, day) = (tenant.name.clone(), tenant.day(job.from));
        TellLacking { name: one.name, email: one.email, workspace, day }.later(db).await?;
    }
    Ok(())
}

/// A member lacks what their workspace asks for.
#[derive(Serialize, Deserialize)]
pub(crate) struct TellLacking {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) workspace: String,
    pub(crate) day: chrono::NaiveDate,
}

impl Job for TellLacking {
    const NAME: &'static str = "accounts.tell_lacking";
}

pub(crate) async fn tell_lacking(job: TellLacking, run: Run) -> Result<()> {
    let post = &run.emails;
    let to = Mailbox::new(&job.name, &job.email);
    let link = post.account("/account/security");
    let about = (&*job.workspace, job.day);
    let email = emails::two_step_required(post.branding(), to, &link, about);
    run.send(&email, Cause::Reader).await.map(drop)
}

/// This person's name or address is another by now: the workspace's copy follows.
#[derive(Serialize, Deserialize)]
pub(crate) struct CopyName {
    pub(crate) user: UserId,
}

impl Job for CopyName {
    const NAME: &'static str = "accounts.copy_name";
}

/// Reads them anew, so that of two changes the later one wins in whichever order they run.
pub(crate) async fn copy_name(job: CopyName, run: Run) -> Result<()> {
    let catalog = run.store.catalog();
    let Some(person) = user_by_id(catalog, job.user).await? else { return Ok(()) };
    describe_member(&run.store, run.db()?, job.user, (&person.name, &person.email)).await
}

/// What makes the link of a job's email, the same at each attempt: one that was killed may have
/// sent the email, and mail programs show the first of two with the same id.
fn token(run: &Run) -> Token {
    run.emails.mac_token("email_link", &run.id.0.to_string())
}

fn spoken(time: TimeDelta) -> Duration {
    time.to_std().unwrap_or_default()
}
