//! The kinds of fields there are.

mod choice;
mod day;
mod json;
mod moment;
mod money;
mod relation;
mod tags;
mod text;
mod whole;
mod yes_no;

pub(crate) use choice::Choice;
pub(crate) use day::Day;
pub(crate) use json::Document;
pub(crate) use moment::Moment;
pub(crate) use money::Money;
pub(crate) use relation::Relation;
pub(crate) use tags::Tags;
pub(crate) use text::{Shape, Text};
pub(crate) use whole::Whole;
pub(crate) use yes_no::YesNo;
