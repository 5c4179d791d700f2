//! The ticket that carries a signed-in person from the account site to a workspace's host.

use chrono::TimeDelta;
use core_base::{Result, SessionId, TenantId, Token, UserId, clock};
use core_db::{CatalogDb, CatalogTx};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use crate::entity::{session, ticket};

/// Long enough for one redirect.
const LIFE: TimeDelta = TimeDelta::seconds(30);

/// What a good ticket says.
#[derive(Clone, Debug)]
pub struct Ticket {
    /// The identity session it was given to.
    pub session: SessionId,
    /// The person it was issued for.
    pub user: UserId,
    /// When that session was opened, UTC.
    pub born: chrono::DateTime<chrono::Utc>,
    /// How it was opened.
    pub method: String,
    /// When its person last proved who they are, UTC.
    pub proved_at: Option<chrono::DateTime<chrono::Utc>>,
}

/// A new ticket for the browser that holds the nonce with this hash.
pub async fn issue_ticket(
    catalog: &CatalogDb,
    session: SessionId,
    tenant: TenantId,
    nonce_hash: Vec<u8>,
) -> Result<Token> {
    let token = Token::random();
    let row = ticket::ActiveModel {
        token_hash: Set(token.hash()),
        session_id: Set(session),
        tenant_id: Set(tenant),
        nonce_hash: Set(nonce_hash),
        expires_at: Set(clock::now() + LIFE),
    };
    // Lost with the power, it is asked for again.
    let tx = catalog.begin_without_fsync().await?;
    tx.insert(row).await?;
    tx.commit().await?;
    Ok(token)
}

/// Takes a ticket in. Whatever is wrong with it, it is gone afterwards: one statement deletes and
/// reads it, so of two at once only one can win. The caller keeps the transaction in either case.
pub async fn redeem_ticket(
    tx: &CatalogTx,
    token: &Token,
    tenant: TenantId,
    nonce: &Token,
) -> Result<Option<Ticket>> {
    let rows = ticket::Entity::delete_many()
        .filter(ticket::Column::TokenHash.eq(token.hash()))
        .exec_with_returning(tx)
        .await?;
    let Some(row) = rows.into_iter().next() else { return Ok(None) };
    let good =
        row.tenant_id == tenant && row.nonce_hash == nonce.hash() && row.expires_at > clock::now();
    if !good {
        return Ok(None);
    }
    let session = session::Entity::find_by_id(row.session_id).one(tx).await?;
    let session = session.filter(|session| session.expires_at > clock::now());
    Ok(session.map(|session| Ticket {
        session: session.id,
        user: session.user_id,
        born: session.created_at,
        method: session.method,
        proved_at: session.proved_at,
    }))
}
