//! The migrations that every tenant goes through, oldest first.

use core_db::{Migration, Step};

#[path = "core/m20261121_000001_members.rs"]
mod m20261121_000001_members;
#[cfg(feature = "example")]
#[path = "projects/m20261121_000002_projects.rs"]
mod m20261121_000002_projects;
#[path = "core/m20261121_000010_jobs.rs"]
mod m20261121_000010_jobs;
#[path = "core/m20261121_000020_roles.rs"]
mod m20261121_000020_roles;
#[path = "core/m20261121_000050_invitations.rs"]
mod m20261121_000050_invitations;
#[path = "tenants/m20261128_000070_setup_marks.rs"]
mod m20261128_000070_setup_marks;
#[path = "core/m20261129_000010_audit.rs"]
mod m20261129_000010_audit;
#[path = "core/m20261129_000020_erasable_audit.rs"]
mod m20261129_000020_erasable_audit;
#[path = "core/m20261129_000030_entitlements.rs"]
mod m20261129_000030_entitlements;
#[path = "core/m20261129_000040_audit_by_person.rs"]
mod m20261129_000040_audit_by_person;
#[path = "core/m20261130_000010_entitlements_until.rs"]
mod m20261130_000010_entitlements_until;
#[path = "core/m20261130_000020_operations.rs"]
mod m20261130_000020_operations;
#[path = "core/m20261130_000030_imports.rs"]
mod m20261130_000030_imports;

/// In the order in which they were written.
pub(crate) const LIST: &[Migration] = &[
    Migration {
        name: "m20261121_000001_members",
        step: Step::Schema(m20261121_000001_members::up),
    },
    #[cfg(feature = "example")]
    Migration {
        name: "m20261121_000002_projects",
        step: Step::Schema(m20261121_000002_projects::up),
    },
    Migration { name: "m20261121_000010_jobs", step: Step::Schema(m20261121_000010_jobs::up) },
    Migration { name: "m20261121_000020_roles", step: Step::Schema(m20261121_000020_roles::up) },
    Migration {
        name: "m20261121_000050_invitations",
        step: Step::Schema(m20261121_000050_invitations::up),
    },
    Migration {
        name: "m20261128_000070_setup_marks",
        step: Step::Schema(m20261128_000070_setup_marks::up),
    },
    Migration { name: "m20261129_000010_audit", step: Step::Schema(m20261129_000010_audit::up) },
    Migration {
        name: "m20261129_000020_erasable_audit",
        step: Step::Schema(m20261129_000020_erasable_audit::up),
    },
    Migration {
        name: "m20261129_000030_entitlements",
        step: Step::Schema(m20261129_000030_entitlements::up),
    },
    Migration {
        name: "m20261129_000040_audit_by_person",
        step: Step::Schema(m20261129_000040_audit_by_person::up),
    },
    Migration {
        name: "m20261130_000010_entitlements_until",
        step: Step::Schema(m20261130_000010_entitlements_until::up),
    },
    Migration {
        name: "m20261130_000020_operations",
        step: Step::Schema(m20261130_000020_operations::up),
    },
    Migration {
        name: "m20261130_000030_imports",
        step: Step::Schema(m20261130_000030_imports::up),
    },
];
