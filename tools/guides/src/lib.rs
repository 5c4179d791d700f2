//! The guides of `docs/guides`, here for their code alone: `cargo test --doc` compiles and runs it.

#[doc = include_str!("../../../docs/guides/add-a-field.md")]
mod add_a_field {}
#[doc = include_str!("../../../docs/guides/add-an-app.md")]
mod add_an_app {}
#[doc = include_str!("../../../docs/guides/audit-and-limits.md")]
mod audit_and_limits {}
#[doc = include_str!("../../../docs/guides/describe-an-entity.md")]
mod describe_an_entity {}
#[doc = include_str!("../../../docs/guides/first-page.md")]
mod first_page {}
#[doc = include_str!("../../../docs/guides/go-to-postgresql.md")]
mod go_to_postgresql {}
#[doc = include_str!("../../../docs/guides/remove-an-app.md")]
mod remove_an_app {}
#[doc = include_str!("../../../docs/guides/the-admin.md")]
mod the_admin {}
#[doc = include_str!("../../../docs/guides/upgrade.md")]
mod upgrade {}

/// The façade as it is in a house that has gone through `add-an-app.md`.
pub mod platform {
    pub use ::platform::*;

    /// With the event of the guide.
    pub mod contracts {
        use ::platform::Event;
        pub use ::platform::contracts::*;
        use serde::{Deserialize, Serialize};

        /// A customer paid.
        #[derive(Clone, Debug, Serialize, Deserialize)]
        pub struct InvoicePaid {
            /// Which invoice.
            pub invoice: uuid::Uuid,
        }

        impl Event for InvoicePaid {
            const NAME: &'static str = "invoices.invoice_paid";
        }
    }
}
