//! A field: a column, what kind its values are, and what people see of it.

use std::{
    fmt::{self, Write},
    ops::RangeInclusive,
    sync::Arc,
};

use core_access::entity::member;
use core_base::text::capitalised;
use core_ui::{Calendar, Currency, Tone};
use sea_orm::{
    EntityName, EntityTrait, IdenStatic, Value,
    sea_query::{DynIden, IntoIden, IntoTableRef, TableRef},
};

use crate::{
    Kind, Row,
    kinds::{Choice, Day, Document, Moment, Money, Relation, Shape, Tags, Text, Whole, YesNo},
    typed::{
        DayColumn, DocumentColumn, MomentColumn, NumberColumn, PlainColumn, TextColumn, YesNoColumn,
    },
};

/// The words of a column that holds choices.
pub trait Choices: Copy + 'static {
    /// All of them, in their order.
    fn all() -> impl Iterator<Item = Self>;
    /// What is stored and sent.
    fn word(self) -> &'static str;
    /// What people read.
    fn label(self) -> &'static str;
    /// How it stands out in a list; none: as text.
    fn tone(self) -> Option<Tone> {
        None
    }
}

/// A table that a field refers to.
#[derive(Clone)]
pub(crate) struct Referred {
    pub(crate) table: TableRef,
    pub(crate) key: DynIden,
    pub(crate) label: DynIden,
    /// People, who have a picture.
    pub(crate) are_people: bool,
}

/// How a cell of a list is drawn by hand.
pub(crate) type CellFn = Arc<dyn Fn(&Row, &Calendar, &mut dyn Write) -> fmt::Result + Send + Sync>;

/// A field of a resource. It stands in the form; everything else is asked for.
pub struct Field<E: EntityTrait> {
    pub(crate) column: E::Column,
    pub(crate) parts: Parts,
}

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
}

impl<E: EntityTrait> Field<E> {
    /// A field of a kind of your own.
    pub fn new(column: E::Column, kind: impl Kind) -> Self {
        let name = column.as_str();
        let name = name.strip_suffix("_id").unwrap_or(name);
        let name = name.strip_suffix("_at").unwrap_or(name);
        let label = name.replace('_', " ");
        let parts = Parts {
            name,
            // Once for each field, when the program starts.
            label: capitalised(&label).leak(),
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
        };
        Self { column, parts }
    }

    fn with(mut self, change: impl FnOnce(&mut Parts)) -> Self {
        change(&mut self.parts);
        self
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

/// A line of at most `max` characters.
pub fn text<C: TextColumn>(column: C, max: usize) -> Field<C::Entity> {
    Field::new(column.column(), Text { max, shape: Shape::Line })
}

/// Several lines of at most `max` characters.
pub fn long_text<C: TextColumn>(column: C, max: usize) -> Field<C::Entity> {
    Field::new(column.column(), Text { max, shape: Shape::Lines })
}

/// An email address, kept in its normal form.
pub fn email<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 254, shape: Shape::Email })
}

/// The address of a page.
pub fn url<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 2000, shape: Shape::Url })
}

/// A colour: `#2f6f4f`.
pub fn colour<C: TextColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Text { max: 7, shape: Shape::Colour })
}

/// A whole number of this range.
pub fn whole<C: NumberColumn>(column: C, range: RangeInclusive<i64>) -> Field<C::Entity> {
    Field::new(column.column(), Whole { range })
}

/// An amount of money, in a column of `i64` that holds minor units such as cents.
pub fn money<C: NumberColumn>(column: C, currency: Currency) -> Field<C::Entity> {
    Field::new(column.column(), Money { currency })
}

/// A day.
pub fn day<C: DayColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Day)
}

/// A point in time, typed and read in the person's own zone.
pub fn moment<C: MomentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Moment { is_ago: false })
}

/// A point in time that is read as "4 min ago" and that nobody types.
pub fn since<C: MomentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Moment { is_ago: true }).read_only()
}

/// Yes or no.
pub fn yes_no<C: YesNoColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), YesNo)
}

/// Words, parted by commas where people type them; in a column of `Json`.
pub fn tags<C: DocumentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Tags)
}

/// A document.
pub fn json<C: DocumentColumn>(column: C) -> Field<C::Entity> {
    Field::new(column.column(), Document)
}

/// One of the words of an enum; the first is what a new row has.
pub fn choice<T: Choices, C: PlainColumn>(column: C) -> Field<C::Entity> {
    let words: Vec<_> = T::all().map(|one| (one.word(), one.label())).collect();
    let first = words.first().map(|(word, _)| Value::from(*word));
    let tones = T::all().map(Choices::tone).collect();
    let field = Field::<C::Entity>::new(column, Choice { words, tones });
    field.required().with(|parts| parts.default = first)
}

/// A row of another table, known by one of its columns: `relation(Column::OwnerId, member::Column::Id,
/// member::Column::Name)`.
pub fn relation<C: PlainColumn, R: PlainColumn>(column: C, key: R, label: R) -> Field<C::Entity> {
    let table = R::Entity::default().table_ref().into_table_ref();
    let (key, label) = (key.into_iden(), label.into_iden());
    let referred = Referred { table, key, label, are_people: false };
    Field::<C::Entity>::new(column, Relation).with(|parts| parts.referred = Some(referred))
}

/// A member of the workspace.
pub fn person<C: PlainColumn>(column: C) -> Field<C::Entity> {
    let field = relation(column, member::Column::Id, member::Column::Name).none("Nobody");
    field.icon("user").with(|parts| {
        if let Some(referred) = &mut parts.referred {
            referred.are_people = true;
        }
    })
}
