//! Invitations from the letter to the new member, through both sites.

mod enumeration;
mod mail_server;
mod matrix;
mod race;
mod recipients;
mod way;

use core_access::{AnyRole, entity::invitation, find_member};
use core_base::UserId;
use core_testing::{Actor, Answer, Stage, Workspace};
use sea_orm::{ColumnTrait, QueryFilter, sea_query::Expr};

const PASSWORD: &str = "the kettle sings at noon";

/// `inviter` invites an address in the browser; gives the link in the email.
pub(crate) async fn invite(stage: &Stage, inviter: &Actor, email: &str, role: &str) -> String {
    let page = inviter.get("/settings/members/invite").await;
    let form = page.form("/settings/members/invite");
    let sent = inviter.submit(&form, &[("emails", email), ("role", role)]).await;
    assert_eq!(sent.status, 303, "{}", sent.words());
    stage.run_jobs().await;
    link_to(stage, &email.trim().to_lowercase())
}

/// The link in the newest letter to an address.
fn link_to(stage: &Stage, email: &str) -> String {
    let emails = stage.mailbox().to(email);
    let links = emails.iter().map(|letter| letter.links()[0].to_owned());
    links.into_iter().find(|link| link.contains("/invitation?token=")).unwrap()
}

pub(crate) fn token(link: &str) -> &str {
    link.split_once("token=").unwrap().1
}

/// Opens the link and presses the button.
async fn join(actor: &Actor, link: &str) -> Answer {
    let page = actor.get(link).await;
    assert_eq!(page.status, 200, "{}", page.words());
    actor.submit(&page.form("/invitation/accept"), &[]).await
}

/// Sends the form without looking at the page.
pub(crate) async fn accept(actor: &Actor, token: &str) -> Answer {
    let url = format!("{}/invitation/accept", actor.account_origin());
    actor.post(&url, &[("token", token)]).await
}

/// What the tenant says that a person is.
pub(crate) async fn is(stage: &Stage, at: &Workspace, user: UserId) -> Option<AnyRole> {
    let found = |db| async move { find_member(&db, user).await };
    stage.write_in(at, found).await.map(|member| member.role)
}

/// The row of an address.
pub(crate) async fn row(stage: &Stage, at: &Workspace, email: &str) -> invitation::Model {
    let email = email.to_owned();
    let found = |db: core_db::TenantDb| async move {
        let query = db.find::<invitation::Entity>();
        Ok(query.filter(invitation::Column::Email.eq(email)).one(&db).await?)
    };
    stage.write_in(at, found).await.unwrap()
}

/// Lets the time of an invitation pass.
async fn expire(stage: &Stage, at: &Workspace, email: &str) {
    let (email, past) = (email.to_owned(), core_base::clock::now() - chrono::TimeDelta::minutes(1));
    let update = |db: core_db::TenantDb| async move {
        let update = db.update_many::<invitation::Entity>();
        let update = update.col_expr(invitation::Column::ExpiresAt, Expr::value(past));
        Ok(update.filter(invitation::Column::Email.eq(email)).exec(&db).await?)
    };
    stage.write_in(at, update).await;
}
