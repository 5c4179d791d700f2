//! The page that asks, before something is done to rows: whether it is meant, and for values.

use askama::Template;
use core_ui::{self as ui, Address, Calendar, FormState};

use super::{Pages, deed::Deed, edit_many::TOUCHED, merge::OPENED, offer::Shown, typed::Bulk};
use crate::{Control, resource::Spec};

/// The page that asks.
#[derive(Template)]
#[template(path = "resource/bulk.html")]
pub(super) struct Question<'a> {
    pub(super) on: &'a Pages,
    pub(super) form: &'a Bulk,
    pub(super) deed: &'a Deed<'a>,
    pub(super) count: u64,
    pub(super) names: Vec<String>,
    /// Others match by now than when it was asked.
    pub(super) is_stale: bool,
    /// What a field's new value is chosen from.
    pub(super) options: Vec<(String, String)>,
    /// What an action asks for.
    pub(super) fields: Vec<Shown<'a>>,
    /// The names of those in which the rows differ.
    pub(super) mixed: Vec<&'static str>,
    pub(super) answer: FormState,
    /// What is deleted can be brought back.
    pub(super) is_restorable: bool,
    /// The list that the question came from, with its ticks, or the row's page.
    pub(super) back: String,
    pub(super) action: Address,
    pub(super) csrf: &'a str,
    pub(super) calendar: Calendar,
}

impl Question<'_> {
    fn counted(&self) -> String {
        self.on.count(self.count)
    }

    /// How many are not listed by name.
    fn more(&self) -> u64 {
        self.count - self.names.len() as u64
    }

    fn is_delete(&self) -> bool {
        matches!(self.deed, Deed::Delete)
    }

    /// A field is given a value that this page asks for.
    fn is_asking(&self) -> bool {
        matches!(self.deed, Deed::Ask(_))
    }

    /// It is the form for several rows.
    fn is_edit(&self) -> bool {
        matches!(self.deed, Deed::Edit)
    }

    fn is_touched(&self, field: &Spec) -> bool {
        self.answer.values(TOUCHED).any(|name| name == field.parts.name)
    }

    fn is_mixed(&self, field: &Spec) -> bool {
        self.mixed.contains(&field.parts.name)
    }

    fn question(&self) -> String {
        match self.deed {
            Deed::Edit => format!("Edit {}", self.counted()),
            Deed::Delete => format!("Delete {}?", self.counted()),
            Deed::Set(field, _) | Deed::Ask(field) => {
                format!("{} {}", field.deed(), self.counted())
            }
            Deed::Do(action) => format!("{}: {}", action.label, self.counted()),
        }
    }

    /// What it does, in a sentence; empty: the question says it.
    fn about(&self) -> &'static str {
        match self.deed {
            Deed::Delete => super::delete::about(self.is_restorable),
            Deed::Do(action) => action.question,
            Deed::Edit => "Only the fields with a tick are changed.",
            Deed::Set(..) | Deed::Ask(_) => "",
        }
    }

    fn label(&self) -> String {
        match self.deed {
            Deed::Ask(field) => format!("New {}", field.parts.label.to_lowercase()),
            _ => String::new(),
        }
    }

    fn button(&self) -> String {
        match self.deed {
            Deed::Delete => format!("Delete {}", self.counted()),
            Deed::Edit => format!("Save {}", self.counted()),
            Deed::Set(field, _) | Deed::Ask(field) => {
                format!("{} {}", Spec::deed(field), self.counted())
            }
            Deed::Do(action) => action.label.to_owned(),
        }
    }
}
