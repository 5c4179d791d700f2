//! Resources: what people see of an entity, described once. Its list, form, search and changes follow.

mod action;
pub mod admin;
pub mod asked;
mod builder;
mod changes;
mod check;
mod column;
mod constructors;
mod draft;
mod export;
mod field;
pub mod import;
pub mod jobs;
mod kind;
mod kinds;
mod many;
mod options;
mod pages;
mod parts;
mod policy;
mod query;
mod resource;
mod row;
mod samples;
mod save;
mod search;
mod sheet;
mod stored;
mod typed;
pub mod undo;
mod widget;

pub use action::{Act, Action};
pub use builder::{Builder, Described};
pub use changes::Change;
pub use constructors::{
    Choices, choice, colour, count, day, email, json, long_text, moment, money, person, relation,
    since, tags, text, through, url, whole, yes_no,
};
pub use draft::{Draft, Input};
pub use export::{Export, Format};
pub use field::Field;
pub use kind::{Control, Kind, Wrong};
pub use many::Chosen;
pub use pages::{Pages, Screen, routes};
pub use resource::Resource;
pub use row::Row;
pub use samples::{Button, Refers, Sample};
pub use save::{NotCreated, Saved};
pub use search::Search;
pub use stored::Stored;
pub use typed::{
    DayColumn, DocumentColumn, MomentColumn, NumberColumn, PlainColumn, TextColumn, YesNoColumn,
};
pub use widget::Widget;
