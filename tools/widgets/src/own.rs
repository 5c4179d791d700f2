//! What a new app has elsewhere, in `migrations/`: `make app` takes everything of this crate but this file.

use core_db::{Migration, Step};

const LIST: &[Migration] =
    &[Migration { name: "m99991231_000001_widgets", step: Step::Schema(crate::migration::up) }];

/// Lets the workspaces of this crate's tests have its table.
pub(crate) fn migrate() {
    core_testing::migrate_too(LIST);
}
