//! Resources: what people see of an entity, described once. Its list, form, search and changes follow.

mod builder;
mod changes;
mod check;
mod column;
mod draft;
mod field;
mod kind;
mod kinds;
mod many;
mod pages;
mod query;
mod resource;
mod row;
mod save;
mod search;
mod stored;
mod typed;

pub use builder::{Builder, Described};
pub use changes::Change;
pub use draft::{Draft, Input};
pub use field::{
    Choices, Field, choice, colour, day, email, json, long_text, moment, money, person, relation,
    since, tags, text, url, whole, yes_no,
};
pub use kind::{Control, Kind, Wrong};
pub use many::Chosen;
pub use pages::routes;
pub use resource::Resource;
pub use row::Row;
pub use save::{NotCreated, Saved};
pub use search::Search;
pub use stored::Stored;
pub use typed::{
    DayColumn, DocumentColumn, MomentColumn, NumberColumn, PlainColumn, TextColumn, YesNoColumn,
};
