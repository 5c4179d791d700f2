//! The tables of people and sessions.

pub mod email_link;
pub mod invitation;
pub mod invited;
pub mod kept_form;
pub mod member;
pub mod membership;
pub mod rate_limit;
pub mod role;
pub mod session;
pub mod ticket;
pub mod user;

use core_db::{CatalogEntity, TenantEntity};

impl CatalogEntity for email_link::Entity {}
impl CatalogEntity for kept_form::Entity {}
impl CatalogEntity for invited::Entity {}
impl CatalogEntity for membership::Entity {}
impl CatalogEntity for rate_limit::Entity {}
impl CatalogEntity for session::Entity {}
impl CatalogEntity for ticket::Entity {}
impl CatalogEntity for user::Entity {}
impl TenantEntity for invitation::Entity {}
impl TenantEntity for member::Entity {}
impl TenantEntity for role::Entity {}
