//! A field: a column, what kind its values are, and what people see of it.

use std::{
    fmt::{self, Write},
    marker::PhantomData,
    sync::Arc,
};

use core_access::{Permission, PermissionDef};
use core_base::text::capitalised;
use core_ui::Calendar;
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value, sea_query::Expr};

use crate::{
    Kind, Row, Stored,
    parts::{Parts, Referred, Source},
    widget::Widget,
};

/// A field of a resource. It stands in the form; everything else is asked for.
pub struct Field<E> {
    pub(crate) source: Source,
    pub(crate) parts: Parts,
    of: PhantomData<fn() -> E>,
}

impl<E: EntityTrait> Field<E> {
    /// A field of a kind of your own.
    pub fn new(column: E::Column, kind: impl Kind) -> Self {
        let name = column.as_str();
        let name = name.strip_suffix("_id").unwrap_or(name);
        let name = name.strip_suffix("_at").unwrap_or(name);
        let at = E::Column::iter().position(|known| known.as_str() == column.as_str());
        Self::of(Source::Column(at.unwrap_or_default()), name, kind)
    }

    /// An expression that the database works out, instead of the column; its values are of the column's
    /// kind: `money(C.price, Currency::EUR).computed("total", price * pieces)`. Nobody sets it.
    #[must_use]
    pub fn computed(mut self, name: &'static str, expr: impl Into<Expr>) -> Self {
        if let Source::Column(at) = self.source {
            let column = E::Column::iter().nth(at);
            let stored = column.and_then(|column| Stored::of(&E::Model::get_value_type(column)));
            self.source = Source::Computed(stored, expr.into());
        }
        self.name(name).label(labelled(name)).read_only()
    }
}

impl<E> Field<E> {
    pub(crate) fn of(source: Source, name: &'static str, kind: impl Kind) -> Self {
        Self { source, parts: Parts::new(name, labelled(name), kind), of: PhantomData }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(&mut self.parts);
        self
    }

    pub(crate) fn of_people(self) -> Self {
        self.none("Nobody").icon("user").with(|parts| parts.referred = Some(Referred::members()))
    }

    /// What people know a row by: it links to the row's page, and no row is without it.
    #[must_use]
    pub fn title(self) -> Self {
        self.with(|parts| (parts.is_title, parts.is_listed, parts.is_required) = (true, true, true))
    }

    /// Stands under the title, in small letters.
    #[must_use]
    pub fn subtitle(self) -> Self {
        self.with(|parts| parts.is_subtitle = true)
    }

    /// What people call it, where the column's name with spaces is not it.
    #[must_use]
    pub fn label(self, label: &'static str) -> Self {
        self.with(|parts| parts.label = label)
    }

    /// What it is called in addresses, forms and JSON, where the column's name without `_id` or
    /// `_at` is not it.
    #[must_use]
    pub fn name(self, name: &'static str) -> Self {
        self.with(|parts| parts.name = name)
    }

    /// No row is without it.
    #[must_use]
    pub fn required(self) -> Self {
        self.with(|parts| parts.is_required = true)
    }

    /// No two rows share a value; what is said to whoever sends one that is taken. The entity and its
    /// table say so too.
    #[must_use]
    pub fn unique(self, taken: &'static str) -> Self {
        self.with(|parts| parts.taken = Some(taken))
    }

    /// Words are looked for in it; in a relation, among what people read of it.
    #[must_use]
    pub fn searched(self) -> Self {
        self.with(|parts| parts.is_searched = true)
    }

    /// A list can be ordered by it.
    #[must_use]
    pub fn sorted(self) -> Self {
        self.with(|parts| (parts.is_sorted, parts.is_listed) = (true, true))
    }

    /// A list can be narrowed by it.
    #[must_use]
    pub fn filtered(self) -> Self {
        self.with(|parts| parts.is_filtered = true)
    }

    /// It is a column of the list.
    #[must_use]
    pub fn listed(self) -> Self {
        self.with(|parts| parts.is_listed = true)
    }

    /// It can be set in many rows at once, under this name: a choice ("Mark as"), or a relation ("Assign").
    #[must_use]
    pub fn bulk(self, deed: &'static str) -> Self {
        self.with(|parts| parts.bulk = Some(deed))
    }

    /// On narrow screens, where its column is hidden, it stands under the title.
    #[must_use]
    pub fn under_title(self) -> Self {
        self.with(|parts| parts.is_under_title = true)
    }

    /// A new row has the member who makes it.
    #[must_use]
    pub fn mine(self) -> Self {
        self.with(|parts| parts.is_mine = true)
    }

    /// What people read where there is nothing: "No date".
    #[must_use]
    pub fn none(self, none: &'static str) -> Self {
        self.with(|parts| parts.none = none)
    }

    /// An icon on its filter and on its bulk action.
    #[must_use]
    pub fn icon(self, icon: &'static str) -> Self {
        self.with(|parts| parts.icon = icon)
    }

    /// What the row's own page says where that is more than a list has room for.
    #[must_use]
    pub fn detail(
        self,
        draw: impl Fn(&Row, &Calendar, &mut dyn Write) -> fmt::Result + Send + Sync + 'static,
    ) -> Self {
        self.with(|parts| parts.detail = Some(Arc::new(draw)))
    }

    /// A cell that is drawn by hand, in lists and, without a [`detail`](Self::detail), on the row's page. It
    /// sees the columns that lists read and writes HTML.
    #[must_use]
    pub fn cell(
        self,
        draw: impl Fn(&Row, &Calendar, &mut dyn Write) -> fmt::Result + Send + Sync + 'static,
    ) -> Self {
        self.with(|parts| parts.cell = Some(Arc::new(draw)))
    }

    /// Lists come in its order unless somebody wants it otherwise.
    #[must_use]
    pub fn first(self) -> Self {
        self.sorted().with(|parts| parts.is_first = Some(false))
    }

    /// The same, from the greatest to the least.
    #[must_use]
    pub fn first_down(self) -> Self {
        self.sorted().with(|parts| parts.is_first = Some(true))
    }

    /// People see it and do not set it.
    #[must_use]
    pub fn read_only(self) -> Self {
        self.with(|parts| parts.is_in_form = false)
    }

    /// Whoever lacks the permission sees nothing of it: not in lists, forms, search, history or JSON.
    #[must_use]
    pub fn seen_by<P: Permission>(self) -> Self {
        self.with(|parts| parts.seen_by = Some(PermissionDef::of::<P>()))
    }

    /// Whoever lacks the permission sees it and does not set it.
    #[must_use]
    pub fn set_by<P: Permission>(self) -> Self {
        self.with(|parts| parts.set_by = Some(PermissionDef::of::<P>()))
    }

    /// Whoever lacks the permission finds the rows alone in which this field is themselves; rows that they
    /// make are theirs.
    #[must_use]
    pub fn own_unless<P: Permission>(self) -> Self {
        self.with(|parts| parts.own_unless = Some(PermissionDef::of::<P>()))
    }

    /// A control that is drawn by hand. It sends a text under the field's name, which the field's kind reads.
    #[must_use]
    pub fn widget(
        self,
        draw: impl Fn(&Widget<'_>, &mut dyn Write) -> fmt::Result + Send + Sync + 'static,
    ) -> Self {
        self.with(|parts| parts.widget = Some(Arc::new(draw)))
    }

    /// What tests type into it, where a rule of the app takes less than its kind.
    #[must_use]
    pub fn sample(self, text: &'static str) -> Self {
        self.with(|parts| parts.sample = text)
    }

    /// A sentence under the control.
    #[must_use]
    pub fn help(self, help: &'static str) -> Self {
        self.with(|parts| parts.help = help)
    }

    /// Classes of its column in lists: `max-md:hidden`.
    #[must_use]
    pub fn class(self, class: &'static str) -> Self {
        self.with(|parts| parts.class = class)
    }

    /// What a new row has where nobody says otherwise.
    #[must_use]
    pub fn default(self, value: impl Into<Value>) -> Self {
        self.with(|parts| parts.default = Some(value.into()))
    }
}

/// What people call a field of this name. Made once for each, when the program starts.
fn labelled(name: &'static str) -> &'static str {
    capitalised(&name.replace('_', " ")).leak()
}
