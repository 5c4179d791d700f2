//! What a list is asked for, as it stands in the address: words, filters, an order, a page.

use core_ui::Address;

use crate::{Control, Resource, Stored};

/// What is looked for. Made by [`Resource::search`] alone, so that it holds what there is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Words in the fields that are searched.
    pub(crate) words: String,
    /// For a field, what a row must have.
    pub(crate) filters: Vec<(usize, Filter)>,
    /// A field, and whether from the greatest to the least.
    pub(crate) order: Option<(usize, bool)>,
    /// From 1.
    pub(crate) page: Option<u64>,
    /// Rows on a page.
    pub(crate) size: Option<u64>,
    /// The address asks for something that there is not, and that was left out.
    pub(crate) is_misread: bool,
}

/// What a row must have in a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    /// One of these, as they stand in the address; the word [`NONE`]: nothing.
    OneOf(Vec<String>),
    /// Not before, and not after this.
    Between(Option<String>, Option<String>),
}

/// In an address: nothing.
pub(crate) const NONE: &str = "none";

/// Characters of words that anybody reads.
const LONG: usize = 200;

impl Search {
    /// The address asked for something that there is not, such as a choice that was taken away, and it was
    /// left out: more is found than somebody may believe.
    pub fn is_misread(&self) -> bool {
        self.is_misread
    }

    /// Is anything left out?
    pub fn is_narrow(&self) -> bool {
        !self.words.is_empty() || !self.filters.is_empty()
    }

    /// The words that are looked for.
    pub fn words(&self) -> &str {
        &self.words
    }
}

impl Resource {
    /// Reads an address.
    pub fn search(&self, address: &[(String, String)]) -> Search {
        let mut search = Search::default();
        for (name, text) in address {
            let known = match name.as_str() {
                "q" => {
                    search.words = text.trim().chars().take(LONG).collect();
                    Some(())
                }
                "page" => {
                    search.page = text.parse().ok();
                    Some(())
                }
                "per_page" => {
                    search.size = text.parse().ok();
                    Some(())
                }
                "sort" => self.order_named(text).map(|order| search.order = Some(order)),
                name => self.narrow(&mut search, name, text),
            };
            search.is_misread |= known.is_none();
        }
        search
    }

    fn order_named(&self, text: &str) -> Option<(usize, bool)> {
        let (name, down) = text.strip_prefix('-').map_or((text, false), |name| (name, true));
        let field = self.field(name)?;
        self.fields[field].parts.is_sorted.then_some((field, down))
    }

    /// One pair of the address. What no field knows may be another part's, such as a menu's.
    fn narrow(&self, search: &mut Search, name: &str, text: &str) -> Option<()> {
        let edge = |name: &str| {
            let ends = [("_from", false), ("_to", true)];
            let (short, is_end) =
                ends.iter().find_map(|(end, last)| Some((name.strip_suffix(end)?, *last)))?;
            Some((self.field(short)?, is_end))
        };
        if text.is_empty() {
            return Some(());
        }
        if let Some(field) = self.field(name).filter(|field| self.fields[*field].parts.is_filtered)
        {
            if self.is_ranged(field) || !self.can_be(field, text) {
                return None;
            }
            match search.filters.iter_mut().find(|(known, _)| *known == field) {
                Some((_, Filter::OneOf(all))) => all.push(text.to_owned()),
                _ => search.filters.push((field, Filter::OneOf(vec![text.to_owned()]))),
            }
        } else if let Some((field, is_end)) = edge(name)
            && self.fields[field].parts.is_filtered
            && self.is_ranged(field)
        {
            text.parse::<chrono::NaiveDate>().ok()?;
            let found = search.filters.iter().position(|(known, _)| *known == field);
            let at = found.unwrap_or_else(|| {
                search.filters.push((field, Filter::Between(None, None)));
                search.filters.len() - 1
            });
            if let Filter::Between(from, to) = &mut search.filters[at].1 {
                *(if is_end { to } else { from }) = Some(text.to_owned());
            }
        } else if self.field(name).or(edge(name).map(|(field, _)| field)).is_some() {
            // By a field that no list of theirs is narrowed by.
            return None;
        }
        Some(())
    }

    /// Is it narrowed by a first and a last day?
    pub(crate) fn is_ranged(&self, field: usize) -> bool {
        matches!(self.fields[field].stored, Stored::Date | Stored::Instant)
    }

    /// Is this a value of the field, as it stands in an address?
    fn can_be(&self, field: usize, text: &str) -> bool {
        let field = &self.fields[field];
        let is_none = text == NONE && self.columns[field.at].is_nullable;
        is_none
            || match field.parts.kind.control() {
                Control::Choice(words) if field.parts.referred.is_none() => {
                    words.iter().any(|(word, _)| *word == text)
                }
                Control::Choice(_) => text.parse::<uuid::Uuid>().is_ok(),
                Control::Check => ["true", "false"].contains(&text),
                Control::Line { .. } | Control::Lines { .. } => true,
            }
    }

    /// The address of the list that a search names, without its page.
    pub fn address(&self, path: &str, search: &Search) -> Address {
        let name = |field: usize| self.fields[field].parts.name;
        let mut address = Address::new(path).with("q", &search.words);
        for (field, filter) in &search.filters {
            match filter {
                Filter::OneOf(all) => {
                    for text in all {
                        address = address.and(name(*field), text);
                    }
                }
                Filter::Between(from, to) => {
                    for (end, day) in [("_from", from), ("_to", to)] {
                        if let Some(day) = day {
                            address = address.with(&format!("{}{end}", name(*field)), day);
                        }
                    }
                }
            }
        }
        if let Some((field, down)) = search.order.filter(|order| Some(*order) != self.first()) {
            let sign = if down { "-" } else { "" };
            address = address.with("sort", format!("{sign}{}", name(field)));
        }
        match search.size {
            Some(size) => address.with("per_page", size),
            None => address,
        }
    }

    /// The order of a list where nobody says otherwise.
    pub(crate) fn first(&self) -> Option<(usize, bool)> {
        let mut fields = self.fields.iter().enumerate();
        fields.find_map(|(place, field)| Some((place, field.parts.is_first?)))
    }
}
