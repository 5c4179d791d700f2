//! The audit trail: its entries in people's words, and the chain that they form.

pub use core_access::audit::{
    ACTIONS, CHANGED_WORKSPACE, Found, Known, Search, behind, days, record_login, verify_all, what,
};
pub use core_db::{AuditedTable, Broken, Retention, Verified, audit_day, audit_entry, instant};
pub use core_http::{history, history_lines as lines};
