//! The tables of the queue.

pub mod job;
pub mod schedule;

use core_db::CatalogEntity;

impl CatalogEntity for job::Entity {}
impl CatalogEntity for schedule::Entity {}
