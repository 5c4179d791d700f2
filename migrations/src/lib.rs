//! Every change ever made to the tables: two linear lists, one for the catalogue and one that every
//! tenant goes through. They import no app and no entity: entities change, history must not.
//!
//! To add one: a file under `catalog/<app>/` or `tenant/<app>/`, named by date and number, and a
//! line at the end of the list in `catalog/mod.rs` or `tenant/mod.rs`. Each release must run on the
//! schema before and after its own migrations: first add, in a later release remove.

use core_db::Migrations;

#[path = "../catalog/mod.rs"]
mod catalog;
mod table;
#[path = "../tenant/mod.rs"]
mod tenant;

/// The two lists.
pub const ALL: Migrations = Migrations { catalog: catalog::LIST, tenant: tenant::LIST };
