//! `Tenant`: what is known of one before its data is opened.

use chrono::{DateTime, NaiveDate, Utc};
use core_base::{TenantId, config::Origins, zone};

use crate::catalog::tenant::{self, Status};

/// What a request needs to know of a tenant before it opens its data.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// Names schema, role and file.
    pub id: TenantId,
    /// Its slug: the first label of its host, and its name in commands and archives.
    pub slug: String,
    /// Its base URL, without a slash at the end.
    pub origin: String,
    /// What people call it.
    pub name: String,
    /// Where it lives.
    pub cell: i32,
    /// Open, shut or going away.
    pub status: Status,
    /// Which migrations it has.
    pub stamp: String,
    /// Its migration failed: nobody works here until it is repaired.
    pub quarantined: bool,
    /// Its time zone, by its IANA name.
    pub zone: String,
    /// When it will be erased, UTC; only while its deletion is pending.
    pub erase_at: Option<DateTime<Utc>>,
    /// What it asks of how its people logged in.
    pub sign_in: SignInPolicy,
    /// The plan it is on; empty: the first one.
    pub plan: String,
}

/// What a workspace asks of how its people logged in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignInPolicy {
    /// From when on only those come in who proved who they are in two steps, UTC; none: never.
    pub two_step_from: Option<DateTime<Utc>>,
    /// After so many hours one proves anew who one is; none: as everywhere.
    pub session_hours: Option<u32>,
}

impl Tenant {
    /// The day of this moment, as people here count it.
    pub fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        zone::day_in(&self.zone, at)
    }

    pub(crate) fn of(row: tenant::Model, origins: &Origins) -> Self {
        Self {
            id: row.id,
            origin: origins.of_slug(&row.slug),
            slug: row.slug,
            name: row.name,
            cell: row.cell_id,
            status: row.status,
            stamp: row.stamp,
            quarantined: !row.quarantine.is_empty(),
            zone: row.zone,
            erase_at: row.erase_at,
            sign_in: SignInPolicy {
                two_step_from: row.two_step_from,
                session_hours: row.session_hours.and_then(|hours| u32::try_from(hours).ok()),
            },
            plan: row.plan,
        }
    }
}
