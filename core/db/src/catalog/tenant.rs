//! The table of tenants.

use core_base::TenantId;
use sea_orm::entity::prelude::*;

use crate::{Audit, CatalogEntity, OnErase, Ownership};

/// One customer.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "tenants")]
pub struct Model {
    /// Names the schema, the role and the file.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TenantId,
    /// The address; stays taken after deletion, so that nobody inherits old links.
    #[sea_orm(unique)]
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// Where it lives.
    pub cell_id: i32,
    /// How far it is in its life.
    pub status: Status,
    /// Which migrations its schema has.
    pub stamp: String,
    /// Why its migration failed, or its undoing or erasing; empty: it didn't.
    pub quarantine: String,
    /// When it was asked for, UTC.
    pub created_at: DateTimeUtc,
    /// Its time zone, by its IANA name.
    #[sea_orm(default_value = "UTC")]
    pub zone: String,
    /// When it will be erased, UTC, while [`Status::PendingDeletion`]; since when it is being erased, while
    /// [`Status::Deleting`].
    pub erase_at: Option<DateTimeUtc>,
    /// From when on only those come in who proved who they are in two steps, UTC; none: never.
    pub two_step_from: Option<DateTimeUtc>,
    /// After so many hours one proves anew who one is; none: as everywhere.
    pub session_hours: Option<i32>,
    /// The plan it is on; empty: the first one.
    #[sea_orm(column_type = "String(StringLen::N(32))", default_value = "")]
    pub plan: String,
}

/// Where a tenant is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "String(StringLen::N(16))")]
pub enum Status {
    /// Being made; undone by the sweeper when its maker died.
    #[sea_orm(string_value = "provisioning")]
    Provisioning,
    /// In use.
    #[sea_orm(string_value = "active")]
    Active,
    /// Shut, with all data kept.
    #[sea_orm(string_value = "suspended")]
    Suspended,
    /// Shut by an owner and to be erased at `erase_at`; until then an owner can undo that. Stored as
    /// `leaving`.
    #[sea_orm(string_value = "leaving")]
    PendingDeletion,
    /// Being erased; finished by the sweeper when its eraser died.
    #[sea_orm(string_value = "deleting")]
    Deleting,
    /// Gone; the row keeps the address taken.
    #[sea_orm(string_value = "deleted")]
    Deleted,
}

impl Status {
    /// Those whose data is whole.
    pub const WHOLE: [Self; 3] = [Self::Active, Self::Suspended, Self::PendingDeletion];

    /// The word that is stored and printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provisioning => "provisioning",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::PendingDeletion => "leaving",
            Self::Deleting => "deleting",
            Self::Deleted => "deleted",
        }
    }
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        // The row stays without its name, and says that the workspace was erased.
        Ownership::tenant(Column::Id, OnErase::Keep)
    }

    fn audit() -> Audit<Self> {
        // The name goes with the workspace, whose own log tells it. What the program notes for itself is left
        // out.
        Audit::of("workspace")
            .titled(Column::Slug)
            .masked([Column::Name])
            .without([Column::Stamp, Column::Quarantine])
    }
}

impl ActiveModelBehavior for ActiveModel {}
