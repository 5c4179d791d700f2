//! The orders in which projects are listed.

use std::fmt;

use platform::order_by_name;
use sea_orm::{
    ColumnTrait, Order, QueryOrder, Select,
    sea_query::{Expr, NullOrdering},
};
use serde::Deserialize;

use super::{Column, Entity, Status};

/// The order of a list; what was changed last comes first unless somebody wants it otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Sort {
    by: By,
    descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Name,
    Status,
    Due,
    Updated,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: By::Updated, descending: true }
    }
}

impl TryFrom<String> for Sort {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (word, descending) = match text.strip_prefix('-') {
            Some(word) => (word, true),
            None => (text.as_str(), false),
        };
        let by = [By::Name, By::Status, By::Due, By::Updated];
        let by = by.into_iter().find(|by| by.as_str() == word).ok_or("there is no such order")?;
        Ok(Self { by, descending })
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.descending { "-" } else { "" })?;
        f.write_str(self.by.as_str())
    }
}

impl By {
    fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Status => "status",
            Self::Due => "due",
            Self::Updated => "updated",
        }
    }
}

impl Sort {
    pub(super) fn order(self, rows: Select<Entity>) -> Select<Entity> {
        let order = if self.descending { Order::Desc } else { Order::Asc };
        let rows = match self.by {
            By::Name => order_by_name(rows, Column::Name, order.clone()),
            By::Status => rows.order_by(rank(), order.clone()),
            // Without a date comes last either way.
            By::Due => rows.order_by_with_nulls(Column::Due, order.clone(), NullOrdering::Last),
            By::Updated => rows.order_by(Column::UpdatedAt, order.clone()),
        };
        // Rows that are alike must not change places between two pages.
        rows.order_by(Column::Id, order)
    }
}

/// The place of a row's status among all.
fn rank() -> Expr {
    let mut rank = Expr::case(Column::Status.eq(Status::OnTrack), 0);
    for (place, status) in (1..).zip(Status::all().skip(1)) {
        rank = rank.case(Column::Status.eq(status), place);
    }
    rank.into()
}

#[cfg(test)]
mod tests {
    use super::Sort;

    #[test]
    fn only_known_orders_are_taken() {
        for word in ["name", "-name", "status", "-due", "updated", "-updated"] {
            let sort = Sort::try_from(word.to_owned()).unwrap();
            assert_eq!(sort.to_string(), word);
        }
        assert_eq!(Sort::default().to_string(), "-updated");
        for word in ["", "-", "--name", "id", "name; drop table projects", "Name"] {
            assert!(Sort::try_from(word.to_owned()).is_err(), "{word}");
        }
    }
}
