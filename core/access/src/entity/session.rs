//! The table of sessions.

use core_base::{SessionId, TenantId, UserId};
use core_db::{Audit, CatalogEntity, OnErase, OwnedBy, Ownership};
use sea_orm::entity::prelude::*;

/// A signed-in browser at one site.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "sessions")]
pub struct Model {
    /// Names it in lists; not secret.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SessionId,
    /// SHA-256 of the cookie.
    #[sea_orm(unique)]
    pub token_hash: Vec<u8>,
    /// The person who is signed in.
    pub user_id: UserId,
    /// The session on the account site that this one belongs to; none: it is one of those.
    pub parent_id: Option<SessionId>,
    /// The workspace it is good for; none: its site has no workspaces.
    pub tenant_id: Option<TenantId>,
    /// The key of the site it is good at; empty: opened by a release that knew two, which the workspace
    /// tells apart.
    #[sea_orm(default_value = "")]
    pub site: String,
    /// How it was opened: `password`, `ticket`.
    pub method: String,
    /// The browser's own words.
    pub user_agent: String,
    /// The client's address when it was opened.
    pub address: String,
    /// When it was opened, UTC.
    pub created_at: DateTimeUtc,
    /// When it was last used, UTC, to the hour.
    pub seen_at: DateTimeUtc,
    /// When it ends, UTC.
    pub expires_at: DateTimeUtc,
    /// When somebody last proved in it who they are, UTC; none: a release before wrote it.
    pub proved_at: Option<DateTimeUtc>,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::tenant(Column::TenantId, OnErase::Delete).and(
            OwnedBy::User,
            Column::UserId,
            OnErase::Delete,
        )
    }

    fn audit() -> Audit<Self> {
        Audit::none()
    }
}

impl ActiveModelBehavior for ActiveModel {}
