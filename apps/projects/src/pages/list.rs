//! The list: search, filters, order, pages.

use askama::Template;
use platform::{
    Can, MemberId, Page, Query, Result, TenantDb, Ui,
    ui::{self, Address, Calendar},
};
use serde::Deserialize;

use crate::{
    permissions::{Manage, View},
    project::{self, Row, Search, Sort, Status},
};

/// What is opened on the page besides the list.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Menu {
    choose: String,
}

#[derive(Template)]
#[template(path = "projects/list.html")]
struct List<'a> {
    search: &'a Search,
    page: Page<Row>,
    address: Address,
    sort: String,
    /// The name of the owner that is filtered by.
    owner: Option<String>,
    /// The owners to choose from, read when somebody wants to choose.
    owners: Option<Vec<(MemberId, String)>>,
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
    let owner = project::owner(&db, search.owner).await?;
    let owners = match menu.choose.as_str() {
        "owner" => Some(project::owners(&db).await?),
        _ => None,
    };
    let list = List {
        address: address(&search),
        sort: search.sort.to_string(),
        search: &search,
        page,
        owner,
        owners,
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

/// Where the bulk actions of a page of the list are sent, which leads back to it.
pub(super) fn bulk(here: &str) -> String {
    here.replacen("/projects", "/projects/bulk", 1)
}

fn address(search: &Search) -> Address {
    let mut address = Address::new("/projects").with("q", search.words());
    for status in &search.status {
        address = address.and("status", status.word());
    }
    if let Some(owner) = search.owner {
        address = address.with("owner", owner);
    }
    if search.sort != Sort::default() {
        address = address.with("sort", search.sort);
    }
    match search.per_page {
        Some(size) => address.with("per_page", size),
        None => address,
    }
}

impl List<'_> {
    fn bulk(&self) -> String {
        bulk(&here(self.search).to_string())
    }

    fn statuses(&self) -> String {
        let labels: Vec<_> = self.search.status.iter().map(|status| status.label()).collect();
        labels.join(", ")
    }

    fn is_on(&self, status: &Status) -> bool {
        self.search.status.contains(status)
    }

    fn is_chosen(&self, id: &MemberId) -> bool {
        self.search.owner == Some(id.0)
    }

    /// The words for an empty result.
    fn nothing(&self) -> String {
        match self.search.words() {
            "" => "No project matches these filters".to_owned(),
            words => format!("No project matches “{words}”"),
        }
    }
}
