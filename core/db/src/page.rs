//! One page of a list: which rows, and how many there are in all.

/// Sizes a person can choose from; the first is the default. `core_ui` offers the same.
pub const PAGE_SIZES: [u64; 3] = [25, 50, 100];

/// Which page was asked for, brought within bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// Counted from 1.
    pub page: u64,
    /// One of [`PAGE_SIZES`].
    pub size: u64,
}

impl Paging {
    /// From what stands in the address; nonsense becomes the first page of the default size.
    pub fn new(page: Option<u64>, size: Option<u64>) -> Self {
        let size = size.filter(|size| PAGE_SIZES.contains(size)).unwrap_or(PAGE_SIZES[0]);
        Self { page: page.unwrap_or(1).clamp(1, 1_000_000), size }
    }

    /// Rows before this page.
    pub fn offset(&self) -> u64 {
        (self.page - 1) * self.size
    }
}

/// Rows of one page.
#[derive(Clone, Debug)]
pub struct Page<R> {
    /// At most `paging.size`.
    pub rows: Vec<R>,
    /// Rows on all pages.
    pub total: u64,
    /// The page that was read; the last one where a later one was asked for.
    pub paging: Paging,
}

impl Paging {
    /// The page nearest to this one that exists among `total` rows.
    #[must_use]
    pub fn within(self, total: u64) -> Self {
        Self { page: self.page.min(total.div_ceil(self.size).max(1)), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::Paging;

    #[test]
    fn nonsense_becomes_the_first_page_and_too_far_the_last() {
        assert_eq!(Paging::new(None, None), Paging { page: 1, size: 25 });
        assert_eq!(Paging::new(Some(0), Some(7)), Paging { page: 1, size: 25 });
        assert_eq!(Paging::new(Some(9), Some(50)).within(51), Paging { page: 2, size: 50 });
        assert_eq!(Paging::new(Some(9), None).within(0), Paging { page: 1, size: 25 });
        assert_eq!(Paging { page: 3, size: 25 }.offset(), 50);
    }
}
