//! The pages of the audit log.

mod export;
mod list;

use platform::Routes;

pub(crate) const LOG: &str = "/settings/audit";

pub(crate) fn routes() -> Routes {
    Routes::new().get(LOG, list::list).get("/settings/audit/export", export::export)
}
