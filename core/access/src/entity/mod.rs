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

use core_db::TenantEntity;

impl TenantEntity for invitation::Entity {}
impl TenantEntity for member::Entity {}
impl TenantEntity for role::Entity {}
