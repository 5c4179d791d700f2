//! The catalogue's migrations, oldest first.

use core_db::{Migration, Step};

#[path = "core/m20261121_000001_tenants.rs"]
mod m20261121_000001_tenants;
#[path = "core/m20261121_000002_users.rs"]
mod m20261121_000002_users;
#[path = "core/m20261121_000003_sessions.rs"]
mod m20261121_000003_sessions;
#[path = "core/m20261121_000010_jobs.rs"]
mod m20261121_000010_jobs;
#[path = "core/m20261121_000030_email_links.rs"]
mod m20261121_000030_email_links;
#[path = "core/m20261121_000040_addresses.rs"]
mod m20261121_000040_addresses;
#[path = "core/m20261121_000060_profiles.rs"]
mod m20261121_000060_profiles;
#[path = "core/m20261128_000070_kept_forms.rs"]
mod m20261128_000070_kept_forms;
#[path = "core/m20261128_000080_held_jobs.rs"]
mod m20261128_000080_held_jobs;
#[path = "core/m20261128_000100_themes.rs"]
mod m20261128_000100_themes;
#[path = "core/m20261128_000110_rate_limits.rs"]
mod m20261128_000110_rate_limits;
#[path = "core/m20261128_000120_invited.rs"]
mod m20261128_000120_invited;
#[path = "core/m20261128_000130_session_sites.rs"]
mod m20261128_000130_session_sites;
#[path = "core/m20261129_000140_audit.rs"]
mod m20261129_000140_audit;
#[path = "core/m20261129_000150_second_factors.rs"]
mod m20261129_000150_second_factors;
#[path = "core/m20261130_000160_ways_in.rs"]
mod m20261130_000160_ways_in;
#[path = "core/m20261130_000170_passkeys.rs"]
mod m20261130_000170_passkeys;
#[path = "core/m20261130_000180_sign_in_policies.rs"]
mod m20261130_000180_sign_in_policies;
#[path = "core/m20261130_000190_security_log.rs"]
mod m20261130_000190_security_log;
#[path = "core/m20261130_000200_account_deletions.rs"]
mod m20261130_000200_account_deletions;
#[path = "core/m20261130_000210_second_step_resets.rs"]
mod m20261130_000210_second_step_resets;
#[path = "core/m20261201_000220_plans.rs"]
mod m20261201_000220_plans;
#[path = "billing/m20261201_000230_billing.rs"]
mod m20261201_000230_billing;

/// In the order in which they were written.
pub(crate) const LIST: &[Migration] = &[
    Migration {
        name: "m20261121_000001_tenants",
        step: Step::Schema(m20261121_000001_tenants::up),
    },
    Migration { name: "m20261121_000002_users", step: Step::Schema(m20261121_000002_users::up) },
    Migration {
        name: "m20261121_000003_sessions",
        step: Step::Schema(m20261121_000003_sessions::up),
    },
    Migration { name: "m20261121_000010_jobs", step: Step::Schema(m20261121_000010_jobs::up) },
    Migration {
        name: "m20261121_000030_email_links",
        step: Step::Schema(m20261121_000030_email_links::up),
    },
    Migration {
        name: "m20261121_000040_addresses",
        step: Step::Schema(m20261121_000040_addresses::up),
    },
    Migration {
        name: "m20261121_000060_profiles",
        step: Step::Schema(m20261121_000060_profiles::up),
    },
    Migration {
        name: "m20261128_000070_kept_forms",
        step: Step::Schema(m20261128_000070_kept_forms::up),
    },
    Migration {
        name: "m20261128_000080_held_jobs",
        step: Step::Schema(m20261128_000080_held_jobs::up),
    },
    Migration { name: "m20261128_000100_themes", step: Step::Schema(m20261128_000100_themes::up) },
    Migration {
        name: "m20261128_000110_rate_limits",
        step: Step::Schema(m20261128_000110_rate_limits::up),
    },
    Migration {
        name: "m20261128_000120_invited",
        step: Step::Schema(m20261128_000120_invited::up),
    },
    Migration {
        name: "m20261128_000130_session_sites",
        step: Step::Schema(m20261128_000130_session_sites::up),
    },
    Migration { name: "m20261129_000140_audit", step: Step::Schema(m20261129_000140_audit::up) },
    Migration {
        name: "m20261129_000150_second_factors",
        step: Step::Schema(m20261129_000150_second_factors::up),
    },
    Migration {
        name: "m20261130_000160_ways_in",
        step: Step::Schema(m20261130_000160_ways_in::up),
    },
    Migration {
        name: "m20261130_000170_passkeys",
        step: Step::Schema(m20261130_000170_passkeys::up),
    },
    Migration {
        name: "m20261130_000180_sign_in_policies",
        step: Step::Schema(m20261130_000180_sign_in_policies::up),
    },
    Migration {
        name: "m20261130_000190_security_log",
        step: Step::Schema(m20261130_000190_security_log::up),
    },
    Migration {
        name: "m20261130_000200_account_deletions",
        step: Step::Schema(m20261130_000200_account_deletions::up),
    },
    Migration {
        name: "m20261130_000210_second_step_resets",
        step: Step::Schema(m20261130_000210_second_step_resets::up),
    },
    Migration { name: "m20261201_000220_plans", step: Step::Schema(m20261201_000220_plans::up) },
    Migration {
        name: "m20261201_000230_billing",
        step: Step::Schema(m20261201_000230_billing::up),
    },
];
