//! Around a list: search, sortable headers, pages.

use std::borrow::Borrow;

use askama::{Template, filters::HtmlSafe};

use crate::{Address, attrs::Attrs};

/// A column's head that sorts by it.
#[derive(Debug, Clone, Template)]
#[template(path = "th.html")]
pub struct Th<'a> {
    address: &'a Address,
    sort: &'a str,
    column: &'a str,
    label: &'a str,
    class: &'a str,
}

impl HtmlSafe for Th<'_> {}

/// A sortable head; `sort` is the column that the list is sorted by, with `-` for descending.
pub fn th<'a>(address: &'a Address, sort: &'a str, column: &'a str, label: &'a str) -> Th<'a> {
    Th { address, sort, column, label, class: "" }
}

impl<'a> Th<'a> {
    /// Classes of its own, such as `max-sm:hidden`.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }

    /// `aria-sort` and the arrow.
    fn sorted(&self) -> Option<(&'static str, &'static str)> {
        match self.sort.strip_prefix('-') {
            Some(column) if column == self.column => Some(("descending", "arrow-down")),
            None if self.sort == self.column => Some(("ascending", "arrow-up")),
            _ => None,
        }
    }

    fn href(&self) -> Address {
        let minus = if self.sort == self.column { "-" } else { "" };
        self.address.without("page").with("sort", format_args!("{minus}{}", self.column))
    }
}

/// How many rows a page may have, as `core_db` takes it.
pub const PAGE_SIZES: [u64; 3] = [25, 50, 100];

/// Which part of a list is shown, and the way to the other parts.
#[derive(Debug, Clone, Template)]
#[template(path = "pager.html")]
pub struct Pager<'a> {
    address: &'a Address,
    page: u64,
    per_page: u64,
    total: u64,
    noun: &'a str,
    one: &'a str,
    sizes: &'static [u64],
}

impl HtmlSafe for Pager<'_> {}

/// The foot of a list; pages count from 1, and one past the end counts as the last.
pub fn pager<'a>(
    address: &'a Address,
    page: impl Borrow<u64>,
    per_page: impl Borrow<u64>,
    total: impl Borrow<u64>,
    noun: &'a str,
) -> Pager<'a> {
    let (per_page, total) = ((*per_page.borrow()).max(1), *total.borrow());
    let last = total.div_ceil(per_page).max(1);
    let page = (*page.borrow()).clamp(1, last);
    Pager { address, page, per_page, total, noun, one: noun, sizes: &[] }
}

impl<'a> Pager<'a> {
    /// What a single row is called, for a list that has no more.
    #[must_use]
    pub fn one(mut self, noun: &'a str) -> Self {
        self.one = noun;
        self
    }

    /// Offers [`PAGE_SIZES`], as the parameter `per_page`.
    #[must_use]
    pub fn with_sizes(mut self) -> Self {
        self.sizes = &PAGE_SIZES;
        self
    }

    /// The first row shown, counted from 1; 0 in an empty list.
    pub fn from(&self) -> u64 {
        ((self.page - 1) * self.per_page + 1).min(self.total)
    }

    /// The last row shown.
    pub fn to(&self) -> u64 {
        self.page.saturating_mul(self.per_page).min(self.total)
    }

    /// The address of the page before.
    pub fn previous(&self) -> Option<Address> {
        (self.page > 1).then(|| match self.page - 1 {
            1 => self.address.without("page"),
            page => self.address.with("page", page),
        })
    }

    /// The address of the page after.
    pub fn next(&self) -> Option<Address> {
        (self.to() < self.total).then(|| self.address.with("page", self.page + 1))
    }

    /// By the number of rows.
    fn noun(&self) -> &str {
        if self.total == 1 { self.one } else { self.noun }
    }

    fn sized(&self, size: &u64) -> Address {
        self.address.without("page").with("per_page", size)
    }
}

/// The search field above a list, named `q`.
#[derive(Debug, Clone, Template)]
#[template(path = "search.html")]
pub struct Search<'a> {
    label: &'a str,
    value: &'a str,
    class: &'a str,
    attrs: Attrs<'a>,
}

impl HtmlSafe for Search<'_> {}

/// A search field; the label is also its placeholder.
pub fn search<'a>(label: &'a str, value: &'a str) -> Search<'a> {
    Search { label, value, class: "w-full sm:w-72", attrs: Attrs::default() }
}

impl<'a> Search<'a> {
    /// Other classes for its width.
    #[must_use]
    pub fn class(mut self, class: &'a str) -> Self {
        self.class = class;
        self
    }

    /// Any other attribute of the input: `form`, `hx-get`…
    #[must_use]
    pub fn attr(mut self, name: &'static str, value: &'a str) -> Self {
        self.attrs.set(name, value);
        self
    }
}
