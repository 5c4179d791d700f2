//! The guides of `docs/guides`, here for their code alone: `cargo test --doc` compiles and runs it.

#[doc = include_str!("../../../docs/guides/add-a-field.md")]
mod add_a_field {}
#[doc = include_str!("../../../docs/guides/add-an-app.md")]
mod add_an_app {}
#[doc = include_str!("../../../docs/guides/go-to-postgresql.md")]
mod go_to_postgresql {}
#[doc = include_str!("../../../docs/guides/remove-an-app.md")]
mod remove_an_app {}
