//! The way of a request: host, session, gate, handler, commit, page. The order stands in `stack.rs`.

mod client;
mod cookies;
mod csrf;
mod error_page;
mod files;
mod form;
mod frame;
mod gate;
mod health;
mod here;
mod limits;
mod path;
mod requests;
mod routes;
mod server;
mod session;
mod site;
mod stack;
mod trace;
mod ui;
mod unit_of_work;

pub use client::{Client, UserAgent};
pub use cookies::{Cookies, SetCookie};
pub use form::{Form, Submitted};
pub use frame::Framing;
pub use gate::{Access, Can, Gate, Gated, Public, SignedIn, WorkspaceMember};
pub use here::{Here, RequestId};
pub use path::{Path, Query, encode_query, safe_next};
pub use requests::{Histogram, Requests};
pub use routes::{Route, Routes};
pub use server::serve;
pub use session::{CurrentSession, SESSION_COOKIE};
pub use site::{Brought, Core, GrantGroup, NavEntry, Site, SiteKind};
pub use stack::mount;
pub use ui::{Ui, see_other, see_other_with};
pub use unit_of_work::{Queries, Spine};
