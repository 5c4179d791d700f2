//! A field of a row as a list and the row's own page show it.

use std::fmt::{self, Write};

use askama::{FastWritable, Values, filters::HtmlSafe};
use core_ui::{Calendar, escape};

use crate::{Resource, Row, resource::Spec, stored::is_nothing};

/// What people see of a field in a row.
pub(crate) struct Cell<'a> {
    pub(super) of: &'a Resource,
    pub(super) field: &'a Spec,
    pub(super) row: &'a Row,
    pub(super) calendar: &'a Calendar,
    /// On the row's own page.
    pub(super) is_detail: bool,
}

impl HtmlSafe for Cell<'_> {}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(to)
    }
}

// Written straight into the page: a list has hundreds of them.
impl FastWritable for Cell<'_> {
    fn write_into(&self, to: &mut dyn Write, _: &dyn Values) -> askama::Result<()> {
        Ok(self.write(to)?)
    }
}

impl Cell<'_> {
    fn write(&self, to: &mut dyn Write) -> fmt::Result {
        let Self { of, field, row, calendar, is_detail } = self;
        let by_hand = field.parts.detail.as_ref().filter(|_| *is_detail);
        if let Some(draw) = by_hand.or(field.parts.cell.as_ref()) {
            return draw(row, calendar, to);
        }
        let value = row.value(field.at).filter(|value| !is_nothing(value));
        match (&field.parts.referred, value) {
            (Some(referred), Some(_)) => {
                let words = of.words(row, field, calendar);
                if referred.are_people {
                    to.write_str("<span class=\"flex items-center gap-2\">")?;
                    core_ui::avatar(&words, "ava-xs").write(to)?;
                }
                // A list has no room for a long name; the row's own page has.
                if *is_detail {
                    to.write_str("<span class=\"min-w-0 wrap-anywhere\" dir=\"auto\">")?;
                } else {
                    to.write_str("<span class=\"truncate\" dir=\"auto\" title=\"")?;
                    escape(to, &words)?;
                    to.write_str("\">")?;
                }
                escape(to, &words)?;
                to.write_str(if referred.are_people { "</span></span>" } else { "</span>" })
            }
            (None, Some(value)) => field.parts.kind.show(value, calendar, to),
            (_, None) => {
                to.write_str("<span class=\"text-muted\">")?;
                escape(to, field.parts.none)?;
                to.write_str("</span>")
            }
        }
    }
}
