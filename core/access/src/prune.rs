//! Deletes rows of the catalogue whose time is over.

use chrono::TimeDelta;
use core_base::{Result, clock};
use core_db::CatalogDb;
use sea_orm::{ColumnTrait, QueryFilter};

use crate::entity::{email_link, invited, kept_form, rate_limit, session, ticket, used_token};

/// A link that ended says so for this long, instead of being unknown.
const ENDED_LINKS: TimeDelta = TimeDelta::days(30);
/// No window of a rate limit is longer than a day.
const WINDOWS: TimeDelta = TimeDelta::days(2);

/// Deletes ended sessions, unused tickets, old links, saved forms, invitations that ended, used
/// tokens and the windows of rate limits. Whatever they were still good for, they refuse by their time anyway.
pub async fn prune(catalog: &CatalogDb) -> Result<()> {
    let now = clock::now();
    let sessions = catalog.delete_many::<session::Entity>();
    sessions.filter(session::Column::ExpiresAt.lt(now)).exec(catalog).await?;
    let tickets = catalog.delete_many::<ticket::Entity>();
    tickets.filter(ticket::Column::ExpiresAt.lt(now)).exec(catalog).await?;
    let links = catalog.delete_many::<email_link::Entity>();
    links.filter(email_link::Column::ExpiresAt.lt(now - ENDED_LINKS)).exec(catalog).await?;
    let forms = catalog.delete_many::<kept_form::Entity>();
    forms.filter(kept_form::Column::ExpiresAt.lt(now)).exec(catalog).await?;
    let invited = catalog.delete_many::<invited::Entity>();
    invited.filter(invited::Column::ExpiresAt.lt(now)).exec(catalog).await?;
    let used = catalog.delete_many::<used_token::Entity>();
    used.filter(used_token::Column::ExpiresAt.lt(now)).exec(catalog).await?;
    let windows = catalog.delete_many::<rate_limit::Entity>();
    windows.filter(rate_limit::Column::BeganAt.lt(now - WINDOWS)).exec(catalog).await?;
    Ok(())
}
