//! A list as a table: what narrows it, the table itself, and what is done to ticked rows.

use std::borrow::Borrow;

use askama::{Template, filters::HtmlSafe};

/// The start of a table that scrolls sideways by itself; head and body follow, and [`table_end`].
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "table.html")]
pub struct Table<'a> {
    label: &'a str,
}

impl HtmlSafe for Table<'_> {}

/// `label` names it for those who reach it with the keyboard: “Members”.
pub fn table(label: &str) -> Table<'_> {
    Table { label }
}

/// The end of a [`table`].
#[derive(Debug, Clone, Copy, Template)]
#[template(source = "</table>\n</div>", ext = "html")]
pub struct TableEnd;

impl HtmlSafe for TableEnd {}

/// Closes a [`table`].
pub fn table_end() -> TableEnd {
    TableEnd
}

/// The start of the bar above a list that narrows it: a search and what else is chosen follow, and
/// [`filter_bar_end`]. It works as a form by GET; with script the list follows what is typed.
#[derive(Debug, Clone, Template)]
#[template(path = "filter_bar.html")]
pub struct FilterBar<'a> {
    path: &'a str,
    list: &'a str,
    also: &'a str,
}

impl HtmlSafe for FilterBar<'_> {}

/// Asks `path` and puts what comes into the element with the id `list`.
pub fn filter_bar<'a>(path: &'a str, list: &'a str) -> FilterBar<'a> {
    FilterBar { path, list, also: "" }
}

impl<'a> FilterBar<'a> {
    /// Elements outside the list that change with it, as htmx takes them: `#members-count:innerHTML`.
    #[must_use]
    pub fn also(mut self, also: &'a str) -> Self {
        self.also = also;
        self
    }
}

/// The end of a [`filter_bar`], with what the list was asked for besides.
#[derive(Debug, Clone, Default, Template)]
#[template(path = "filter_bar_end.html")]
pub struct FilterBarEnd<'a> {
    hidden: Vec<(&'a str, String)>,
}

impl HtmlSafe for FilterBarEnd<'_> {}

/// Closes a [`filter_bar`].
pub fn filter_bar_end<'a>() -> FilterBarEnd<'a> {
    FilterBarEnd::default()
}

impl FilterBarEnd<'_> {
    /// Keeps the order of the list, where it is not the usual one.
    #[must_use]
    pub fn sort(mut self, sort: &str, usual: &str) -> Self {
        if sort != usual {
            self.hidden.push(("sort", sort.to_owned()));
        }
        self
    }

    /// Keeps how many rows a page has, where somebody chose.
    #[must_use]
    pub fn per_page(mut self, size: impl Borrow<Option<u64>>) -> Self {
        if let Some(size) = size.borrow() {
            self.hidden.push(("per_page", size.to_string()));
        }
        self
    }
}

/// The start of the bar that comes up once rows are ticked; its buttons follow, and [`bulk_bar_end`].
/// The list around it is a form with `data-bulk`, the rows' boxes have `data-check`.
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "bulk_bar.html")]
pub struct BulkBar<'a> {
    ticked: u64,
    all: Option<(u64, bool, &'a str)>,
}

impl HtmlSafe for BulkBar<'_> {}

/// `ticked` rows are chosen as the page comes.
pub fn bulk_bar<'a>(ticked: impl Borrow<u64>) -> BulkBar<'a> {
    BulkBar { ticked: *ticked.borrow(), all: None }
}

impl<'a> BulkBar<'a> {
    /// Offers all that match, beyond this page: how many those are, whether they are chosen as the page
    /// comes, and the words of the offer, “Select all 1,204 projects”.
    #[must_use]
    pub fn all(
        mut self,
        total: impl Borrow<u64>,
        chosen: impl Borrow<bool>,
        words: &'a str,
    ) -> Self {
        self.all = Some((*total.borrow(), *chosen.borrow(), words));
        self
    }

    fn shown(&self) -> u64 {
        match self.all {
            Some((total, true, _)) => total,
            _ => self.ticked,
        }
    }
}

/// The end of a [`bulk_bar`].
#[derive(Debug, Clone, Copy, Template)]
#[template(path = "bulk_bar_end.html")]
pub struct BulkBarEnd;

impl HtmlSafe for BulkBarEnd {}

/// Closes a [`bulk_bar`], with the button that takes all ticks away.
pub fn bulk_bar_end() -> BulkBarEnd {
    BulkBarEnd
}
