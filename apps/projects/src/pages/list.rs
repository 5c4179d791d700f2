//! The list: search, filters, order, pages.

use askama::Template;
use platform::{
    Can, MemberId, Page, Query, Result, TenantDb, Ui,
    ui::{self, Address, Calendar},
};
use serde::Deserialize;

use crate::{
    permissions::{Manage, View},
    project::{self, Owner, ProjectId, Row, Search, Sort, Status},
};

/// Where the bulk actions are sent.
pub(super) const BULK: &str = "/projects/bulk";

/// What is opened on the page besides the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Menu {
    choose: String,
    /// Those that have a tick, for whoever comes back from a question about them.
    ticked: Vec<ProjectId>,
    /// All that is found has been chosen, on whatever page.
    all: bool,
}

#[derive(Template)]
#[template(path = "projects/list.html")]
struct List<'a> {
    search: &'a Search,
    page: Page<Row>,
    address: Address,
    sort: String,
    /// The names of the owners that are filtered by.
    owner: Vec<String>,
    /// The owners to choose from, read when somebody wants to choose.
    owners: Option<Vec<(Owner, String)>>,
    menu: Menu,
    may_manage: bool,
    csrf: &'a str,
    calendar: Calendar,
}

pub(crate) async fn list(
    who: Can<View>,
    db: TenantDb,
    ui: Ui,
    Query(search): Query<Search>,
    Query(menu): Query<Menu>,
) -> Result {
    let page = search.page(&db).await?;
    let owner = search.owner_names(&db).await?;
    let owners = match menu.choose.as_str() {
        "owner" => Some(owner_choices(project::owners(&db).await?)),
        _ => None,
    };
    let list = List {
        address: address(&search),
        sort: search.sort.to_string(),
        search: &search,
        page,
        owner,
        owners,
        menu,
        may_manage: who.may::<Manage>(),
        csrf: ui.csrf(),
        calendar: ui.calendar(),
    };
    ui.page("Projects", &list)
}

/// The page of the list that a search names.
pub(super) fn here(search: &Search) -> Address {
    match search.page {
        Some(page) if page > 1 => address(search).with("page", page),
        _ => address(search),
    }
}

/// Everybody who can own a project, and nobody.
fn owner_choices(members: Vec<(MemberId, String)>) -> Vec<(Owner, String)> {
    let nobody = (Owner::Nobody, "Nobody".to_owned());
    let members = members.into_iter().map(|(id, name)| (Owner::Member(id), name));
    members.chain([nobody]).collect()
}

/// The list as the search narrows it. A new field of the search does not compile until it is here.
fn address(search: &Search) -> Address {
    let Search { q: _, status, owner, sort, page: _, per_page } = search;
    let mut address = Address::new("/projects").with("q", search.words());
    for status in status {
        address = address.and("status", status.as_str());
    }
    for owner in owner {
        address = address.and("owner", owner);
    }
    if *sort != Sort::default() {
        address = address.with("sort", sort);
    }
    match per_page {
        Some(size) => address.with("per_page", size),
        None => address,
    }
}

impl List<'_> {
    /// Where the bulk actions are sent, which leads back to this page of the list.
    fn bulk(&self) -> Address {
        here(self.search).at(BULK)
    }

    fn is_ticked(&self, row: &Row) -> bool {
        self.menu.all || self.menu.ticked.contains(&row.id)
    }

    /// How many rows of this page have a tick.
    fn ticked(&self) -> u64 {
        self.page.rows.iter().filter(|row| self.is_ticked(row)).count() as u64
    }

    /// The offer to choose what other pages show too.
    fn all_of_them(&self) -> String {
        let total = ui::commas(self.page.total);
        match self.search.is_narrow() {
            true => format!("Select all {total} that match"),
            false => format!("Select all {total} projects"),
        }
    }

    /// There are more than this page shows.
    fn has_more(&self) -> bool {
        self.page.total > self.page.rows.len() as u64
    }

    fn statuses(&self) -> String {
        let labels: Vec<_> = self.search.status.iter().map(|status| status.label()).collect();
        labels.join(", ")
    }

    fn is_on(&self, status: &Status) -> bool {
        self.search.status.contains(status)
    }

    fn is_chosen(&self, owner: &Owner) -> bool {
        self.search.owner.contains(owner)
    }

    /// The words for an empty result.
    fn nothing(&self) -> String {
        match self.search.words() {
            "" => "No project matches these filters".to_owned(),
            words => format!("No project matches “{words}”"),
        }
    }
}
