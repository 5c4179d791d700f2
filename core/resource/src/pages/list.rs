//! The list: search, filters, order, pages, and what is done to several rows.

use std::{borrow::Cow, sync::Arc};

use askama::Template;
use core_base::Result;
use core_db::{Page, TenantDb};
use core_http::Ui;
use core_ui::{self as ui, Address, Calendar};
use uuid::Uuid;

use super::{Cell, Pages, Pairs};
use crate::{
    Control, Row, Search,
    resource::Spec,
    search::{Filter, NONE},
};

#[derive(Template)]
#[template(path = "resource/list.html")]
pub(super) struct List<'a> {
    on: &'a Pages,
    search: &'a Search,
    page: Page<Row>,
    address: Address,
    sort: String,
    filters: Vec<Narrowing<'a>>,
    /// Rows that come with a tick, for whoever comes back from a question about them.
    ticked: Vec<Uuid>,
    /// All that is found has been chosen, on whatever page.
    is_all: bool,
    may_manage: bool,
    csrf: &'a str,
    calendar: Calendar,
}

/// A field by which the list can be narrowed.
struct Narrowing<'a> {
    field: &'a Spec,
    /// What to choose from: what is sent, what people read, whether it is chosen. None: nobody has asked
    /// for it yet.
    options: Option<Vec<(String, String, bool)>>,
    /// The first and the last day; none: it is no range.
    days: Option<[String; 2]>,
    /// What is chosen, in words; empty: nothing.
    words: String,
    /// What is chosen and not shown as an option, to be sent along.
    kept: Vec<String>,
}

pub(super) async fn list(
    on: Arc<Pages>,
    may_manage: bool,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
) -> Result {
    let search = on.of.search(&pairs);
    ui.page(&on.title(), &draw(&on, may_manage, &db, &ui, &pairs, &search).await?)
}

pub(super) async fn draw<'a>(
    on: &'a Pages,
    may_manage: bool,
    db: &TenantDb,
    ui: &'a Ui,
    pairs: &[(String, String)],
    search: &'a Search,
) -> Result<List<'a>> {
    let calendar = ui.calendar();
    let of = |name: &str| {
        let all = pairs.iter().filter(|(known, _)| known == name).map(|(_, text)| text.clone());
        all.collect::<Vec<_>>()
    };
    let page = on.of.list(db, search, &calendar).await?;
    let choose = of("choose").pop().unwrap_or_default();
    let mut filters = vec![];
    for (at, field) in on.of.fields.iter().enumerate() {
        if field.parts.is_filtered {
            let is_asked = field.parts.name == choose;
            filters.push(on.narrowing(db, at, search, is_asked, &calendar).await?);
        }
    }
    Ok(List {
        address: on.of.address(on.path, search),
        sort: on.of.order_words(search),
        search,
        page,
        filters,
        ticked: of("ticked").iter().filter_map(|id| id.parse().ok()).collect(),
        is_all: of("all").iter().any(|all| all == "true"),
        may_manage,
        csrf: ui.csrf(),
        calendar,
        on,
    })
}

impl Pages {
    /// The page of the list that a search names.
    pub(super) fn here(&self, search: &Search) -> Address {
        match search.page {
            Some(page) if page > 1 => self.of.address(self.path, search).with("page", page),
            _ => self.of.address(self.path, search),
        }
    }

    async fn narrowing<'a>(
        &'a self,
        db: &TenantDb,
        at: usize,
        search: &Search,
        is_asked: bool,
        calendar: &Calendar,
    ) -> Result<Narrowing<'a>> {
        let field = &self.of.fields[at];
        let chosen =
            search.filters.iter().find(|(known, _)| *known == at).map(|(_, filter)| filter);
        if self.of.is_ranged(at) {
            let [from, to] = match chosen {
                Some(Filter::Between(from, to)) => {
                    [from, to].map(|day| day.clone().unwrap_or_default())
                }
                _ => Default::default(),
            };
            let shown = |day: &str| match day.parse::<chrono::NaiveDate>() {
                Ok(day) => calendar.date(day).to_string(),
                Err(_) => "…".to_owned(),
            };
            let words = match chosen {
                Some(_) => format!("{} – {}", shown(&from), shown(&to)),
                None => String::new(),
            };
            let (options, kept) = (None, vec![]);
            return Ok(Narrowing { field, options, days: Some([from, to]), words, kept });
        }
        let chosen = match chosen {
            Some(Filter::OneOf(all)) => all.as_slice(),
            _ => &[],
        };
        let all: Vec<(String, String)> = match field.parts.kind.control() {
            Control::Check => vec![("true".into(), "Yes".into()), ("false".into(), "No".into())],
            Control::Choice(words) if field.parts.referred.is_none() => {
                words.iter().map(|(word, label)| ((*word).into(), (*label).into())).collect()
            }
            _ if is_asked || !chosen.is_empty() => {
                let mut all = self.of.options(db, field.parts.name).await?;
                if self.of.columns[field.at].is_nullable {
                    all.push((NONE.to_owned(), field.parts.none.to_owned()));
                }
                all
            }
            _ => vec![],
        };
        let is_on = |text: &str| chosen.iter().any(|known| known == text);
        let names = all.iter().filter(|(text, _)| is_on(text)).map(|(_, label)| label.as_str());
        let words = names.collect::<Vec<_>>().join(", ");
        let is_open = field.parts.referred.is_none() || is_asked;
        let kept = if is_open { vec![] } else { chosen.to_vec() };
        let options = is_open.then(|| {
            all.into_iter()
                .map(|(text, label)| {
                    let on = is_on(&text);
                    (text, label, on)
                })
                .collect()
        });
        Ok(Narrowing { field, options, days: None, words, kept })
    }
}

impl crate::Resource {
    /// The order of a list as it stands in the address: `-due`.
    pub(crate) fn order_words(&self, search: &Search) -> String {
        let (field, down) = search.order.or_else(|| self.first()).unwrap_or((self.title, false));
        let sign = if down { "-" } else { "" };
        format!("{sign}{}", self.fields[field].parts.name)
    }
}

impl List<'_> {
    /// Where the bulk actions are sent, which leads back to this page of the list.
    fn bulk(&self) -> Address {
        self.on.here(self.search).at(format!("{}/bulk", self.on.path))
    }

    /// What the list is called by scripts.
    fn id(&self) -> &str {
        &self.on.of.name
    }

    fn also(&self) -> String {
        format!("#{0}-count:innerHTML,#{0}-filters:innerHTML,#{0}-export:outerHTML", self.id())
    }

    fn search_label(&self) -> String {
        format!("Search {}", self.on.of.plural)
    }

    fn new_path(&self) -> String {
        format!("{}/new", self.on.path)
    }

    /// The columns, without the title, which comes first.
    fn columns(&self) -> impl Iterator<Item = &Spec> {
        self.on.of.fields.iter().filter(|field| field.parts.is_listed && !field.parts.is_title)
    }

    /// What stands under the title where its column is hidden.
    fn under_title(&self) -> impl Iterator<Item = &Spec> {
        self.columns().filter(|field| field.parts.is_under_title)
    }

    fn title_field(&self) -> &Spec {
        &self.on.of.fields[self.on.of.title]
    }

    fn title<'v>(&self, row: &'v Row) -> Cow<'v, str> {
        self.on.of.title_of(row)
    }

    fn subtitle<'v>(&self, row: &'v Row) -> Option<Cow<'v, str>> {
        let field = self.on.of.fields.iter().find(|field| field.parts.is_subtitle)?;
        let words = self.on.of.words(row, field, &self.calendar);
        (!words.is_empty()).then_some(words)
    }

    fn cell<'a>(&'a self, field: &'a Spec, row: &'a Row) -> Cell<'a> {
        Cell { of: &self.on.of, field, row, calendar: &self.calendar, is_detail: false }
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.is_all || self.ticked.contains(&row.id)
    }

    /// How many rows of this page have a tick.
    fn ticks(&self) -> u64 {
        self.page.rows.iter().filter(|row| self.is_ticked(row)).count() as u64
    }

    /// There are more than this page shows.
    fn has_more(&self) -> bool {
        self.page.total > self.page.rows.len() as u64
    }

    /// The offer to choose what other pages show too.
    fn all_of_them(&self) -> String {
        let total = ui::commas(self.page.total);
        match self.search.is_narrow() {
            true => format!("Select all {total} that match"),
            false => format!("Select all {total} {}", self.on.of.plural),
        }
    }

    fn choices(&self) -> impl Iterator<Item = (&Spec, Vec<(&'static str, &'static str)>)> {
        self.on.of.fields.iter().filter(|field| field.parts.bulk.is_some()).filter_map(|field| {
            match field.parts.kind.control() {
                Control::Choice(words) if field.parts.referred.is_none() => {
                    Some((field, words.into_owned()))
                }
                _ => None,
            }
        })
    }

    /// Is there a field that several rows can be given at once?
    fn is_edited_together(&self) -> bool {
        self.on.shared().next().is_some()
    }

    fn asked(&self) -> impl Iterator<Item = &Spec> {
        let all = self.on.of.fields.iter().filter(|field| field.parts.bulk.is_some());
        all.filter(|field| field.parts.referred.is_some())
    }

    fn nothing_yet(&self) -> String {
        format!("There are no {} yet", self.on.of.plural)
    }

    fn first(&self) -> String {
        match self.on.of.empty[0] {
            "" => self.nothing_yet(),
            title => title.to_owned(),
        }
    }

    /// The words for an empty result.
    fn nothing(&self) -> String {
        match self.search.words() {
            "" => format!("No {} matches these filters", self.on.of.noun),
            words => format!("No {} matches “{words}”", self.on.of.noun),
        }
    }

    fn show_all(&self) -> String {
        format!("Show all {}", self.on.of.plural)
    }

    /// Where what is found becomes a file.
    fn export(&self) -> Address {
        self.on.of.address(&format!("{}/export", self.on.path), self.search)
    }

    fn new_label(&self) -> String {
        format!("New {}", self.on.of.noun)
    }

    fn usual(&self) -> String {
        self.on.of.order_words(&Search::default())
    }
}

impl List<'_> {
    /// The list without what this field takes away.
    fn without(&self, filter: &Narrowing<'_>) -> Address {
        let names = [String::new(), "_from".to_owned(), "_to".to_owned()];
        names.iter().fold(self.address.clone(), |address, end| address.without(&filter.name(end)))
    }
}

impl Narrowing<'_> {
    /// Is this option somebody, who has a picture?
    fn is_person(&self, value: &str) -> bool {
        value != NONE && self.field.parts.referred.as_ref().is_some_and(|one| one.are_people)
    }

    /// What people call a range of it.
    fn name(&self, end: &str) -> String {
        format!("{}{end}", self.field.parts.name)
    }
}
