//! A whole site in process, on a real store, with people who use it. A dev-dependency only.
//!
//! ```no_run
//! # use core_testing::{Role, for_each_store};
//! # async fn test() {
//! for_each_store(|| vec![/* projects::app() */], async |stage| {
//!     let acme = stage.tenant("acme").await;
//!     let ana = stage.member(&acme, Role::Member).await;
//!     let made = ana.post("/projects", &[("name", "Rocket")]).await;
//!     assert!(ana.get(made.location()).await.has_text("Rocket"));
//! })
//! .await;
//! # }
//! ```

mod actor;
mod answer;
mod database;
mod form;
mod home;
mod html;
mod mailbox;
mod people;
mod resource;
mod samples;
mod stage;
mod stores;
mod sweep;
mod things;

pub use actor::Actor;
pub use answer::Answer;
pub use core_access::Role;
pub use core_mail::KeptEmail;
pub use form::{Control, Form};
pub use home::Home;
pub use mailbox::StageMailbox;
pub use people::Workspace;
pub use resource::{assert_resources, resource_things};
pub use samples::Samples;
pub use stage::{Stage, migrate_catalog_too, migrate_too};
pub use stores::{StoreKind, core_stores, for_each_store, for_each_way};
pub use sweep::{
    assert_foreign_ids_do_not_exist, assert_owner_sees_every_get, assert_strangers_are_turned_away,
    assert_viewers_cannot_change,
};
pub use things::{Page, Sent, Things};
