//! The list: search and pages.

use askama::Template;
use platform::{
    Can, Page, Query, Result, TenantDb, Ui,
    ui::{self, Address, Calendar},
};

use crate::{
    permissions::{Manage, View},
    widget::{Row, Search},
};

#[derive(Template)]
#[template(path = "widgets/list.html")]
struct List<'a> {
    search: &'a Search,
    page: Page<Row>,
    address: Address,
    may_manage: bool,
    calendar: Calendar,
}

pub(crate) async fn list(
    who: Can<View>,
    db: TenantDb,
    ui: Ui,
    Query(search): Query<Search>,
) -> Result {
    let list = List {
        page: search.page(&db).await?,
        address: address(&search),
        search: &search,
        may_manage: who.may::<Manage>(),
        calendar: ui.calendar(),
    };
    ui.page("Widgets", &list)
}

fn address(search: &Search) -> Address {
    let address = Address::new("/widgets").with("q", search.words());
    match search.per_page {
        Some(size) => address.with("per_page", size),
        None => address,
    }
}

impl List<'_> {
    /// The words for an empty result.
    fn nothing(&self) -> String {
        format!("No widget matches “{}”", self.search.words())
    }
}
