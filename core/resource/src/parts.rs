//! What a field says of itself, whatever its entity is.

use std::{
    fmt::{self, Write},
    sync::Arc,
};

use core_access::{PermissionDef, entity::member};
use core_ui::Calendar;
use sea_orm::{
    EntityName, Value,
    sea_query::{DynIden, Expr, IntoIden, IntoTableRef, TableRef},
};

use crate::{Kind, Row, Stored, typed::PlainColumn, widget::WidgetFn};

/// A table that a field refers to.
#[derive(Clone)]
pub(crate) struct Referred {
    pub(crate) table: TableRef,
    pub(crate) key: DynIden,
    pub(crate) label: DynIden,
    /// People, who have a picture.
    pub(crate) are_people: bool,
}

impl Referred {
    /// Rows of a table, known by one of its columns.
    pub(crate) fn of<R: PlainColumn>(key: R, label: R) -> Self {
        let table = R::Entity::default().table_ref().into_table_ref();
        Self { table, key: key.into_iden(), label: label.into_iden(), are_people: false }
    }

    /// The members of the workspace.
    pub(crate) fn members() -> Self {
        Self { are_people: true, ..Self::of(member::Column::Id, member::Column::Name) }
    }
}

/// Where the values of a field come from.
pub(crate) enum Source {
    /// The column at this place; none: no kind of field knows its type.
    Column(usize),
    /// An expression that the database works out, of this type.
    Computed(Option<Stored>, Expr),
    /// Whoever does something to a row is asked for it.
    Asked(Stored),
}

/// How a cell of a list is drawn by hand.
pub(crate) type CellFn = Arc<dyn Fn(&Row, &Calendar, &mut dyn Write) -> fmt::Result + Send + Sync>;

/// What does not depend on the entity.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is one word of a description")]
pub(crate) struct Parts {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) kind: Arc<dyn Kind>,
    pub(crate) referred: Option<Referred>,
    pub(crate) is_title: bool,
    pub(crate) is_subtitle: bool,
    pub(crate) is_required: bool,
    pub(crate) is_searched: bool,
    pub(crate) is_sorted: bool,
    pub(crate) is_filtered: bool,
    pub(crate) is_listed: bool,
    pub(crate) is_in_form: bool,
    /// What people call setting it in many rows at once.
    pub(crate) bulk: Option<&'static str>,
    /// On narrow screens it stands under the title.
    pub(crate) is_under_title: bool,
    pub(crate) is_mine: bool,
    pub(crate) none: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) cell: Option<CellFn>,
    pub(crate) detail: Option<CellFn>,
    pub(crate) is_first: Option<bool>,
    pub(crate) taken: Option<&'static str>,
    pub(crate) help: &'static str,
    pub(crate) class: &'static str,
    pub(crate) default: Option<Value>,
    /// Whoever lacks it sees nothing of the field.
    pub(crate) seen_by: Option<PermissionDef>,
    /// Whoever lacks it sees the field and does not set it.
    pub(crate) set_by: Option<PermissionDef>,
    /// Whoever lacks it sees their own rows alone.
    pub(crate) own_unless: Option<PermissionDef>,
    /// Somebody looks who may not see it.
    pub(crate) is_hidden: bool,
    pub(crate) widget: Option<WidgetFn>,
    /// What tests type; empty: whatever fits the kind.
    pub(crate) sample: &'static str,
}

impl Parts {
    pub(crate) fn new(name: &'static str, label: &'static str, kind: impl Kind) -> Self {
        Self {
            name,
            label,
            kind: Arc::new(kind),
            referred: None,
            is_title: false,
            is_subtitle: false,
            is_required: false,
            is_searched: false,
            is_sorted: false,
            is_filtered: false,
            is_listed: false,
            is_in_form: true,
            bulk: None,
            is_under_title: false,
            is_mine: false,
            none: "–",
            icon: "",
            cell: None,
            detail: None,
            is_first: None,
            taken: None,
            help: "",
            class: "",
            default: None,
            seen_by: None,
            set_by: None,
            own_unless: None,
            is_hidden: false,
            widget: None,
            sample: "",
        }
    }
}
