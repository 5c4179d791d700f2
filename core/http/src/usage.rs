//! What a workspace uses of what it may have, for pages that show it.

use core_access::entitlements::{self, Usage};
use core_base::Result;
use core_db::TenantDb;
use core_ui::UsageLine;

use crate::Services;

/// A line for each limit and feature that apps declare.
pub async fn usage_lines(core: &Services, db: &TenantDb) -> Result<Vec<UsageLine>> {
    let all = entitlements::usage(db, &core.entitlements).await?;
    let lines = all.into_iter().map(|(one, usage, _)| match usage {
        Usage::Counted { used, limit } => UsageLine::Counted(one.label, used, limit),
        Usage::Feature(has) => UsageLine::Feature(one.label, has),
    });
    Ok(lines.collect())
}
