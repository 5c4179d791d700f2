//! The rules against a reference model, in every combination.

mod rules;
