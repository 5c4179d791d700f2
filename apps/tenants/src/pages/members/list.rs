//! The list of members: search, order, pages, and what the reader may do with each.

use askama::Template;
use platform::{
    AnyRole, Can, Member, Page, PermissionDef, PermissionSet, Query, Result, TenantDb, Ui,
    process::Platform,
    request::CurrentTenant,
    ui::{self, Address, Calendar},
    workspaces::{Rules, Subject, all_roles},
};

use super::invitations::Waiting;
use crate::{
    member::{Search, Sort},
    permissions::{ManageMembers, SeeMembers},
    seats::{Seats, seats},
};

#[derive(Template)]
#[template(path = "tenants/members.html")]
struct List<'a> {
    search: &'a Search,
    page: Page<Row>,
    address: Address,
    sort: String,
    /// Every role, to narrow the list by.
    roles: Vec<(AnyRole, String)>,
    /// The roles that the reader may give.
    choices: Vec<(AnyRole, String)>,
    seats: Seats,
    /// May the reader invite?
    may_invite: bool,
    /// Invitations, for those who may decide about them.
    waiting: Vec<Waiting>,
    workspace: &'a str,
    calendar: Calendar,
    csrf: &'a str,
}

struct Row {
    member: Member,
    is_me: bool,
    may_change: bool,
    may_own: bool,
}

pub(super) async fn list(
    who: Can<SeeMembers>,
    Platform(core): Platform,
    CurrentTenant(tenant): CurrentTenant,
    db: TenantDb,
    ui: Ui,
    Query(search): Query<Search>,
) -> Result {
    let roles = all_roles(&db).await?;
    // The last owner finds no button at their own row, so owners need not be counted.
    let rules = Rules::of(&core.permissions, PermissionDef::of::<ManageMembers>());
    let Page { rows, total, paging } = search.page(&db).await?;
    let rows = rows.into_iter().map(|member| row(&who.member, member, &rules)).collect();
    let calendar = ui.calendar();
    let may_invite = who.may::<ManageMembers>();
    let list = List {
        seats: seats(&db).await?,
        waiting: if may_invite {
            Waiting::all(&db, &who.member, &rules, &roles, calendar).await?
        } else {
            vec![]
        },
        may_invite,
        address: address(&search),
        sort: search.sort.to_string(),
        search: &search,
        page: Page { rows, total, paging },
        choices: grantable(&roles, &who.member, &rules),
        roles: roles.iter().map(|(role, name, _)| (*role, name.clone())).collect(),
        workspace: &tenant.name,
        calendar,
        csrf: ui.csrf(),
    };
    ui.page("Members", &list)
}

/// The roles that a member may give others. Owners are made on a page of its own.
pub(super) fn grantable(
    roles: &[(AnyRole, String, PermissionSet)],
    me: &Member,
    rules: &Rules<'_>,
) -> Vec<(AnyRole, String)> {
    let given = roles.iter().filter(|(role, _, permissions)| {
        !role.is_owner() && rules.may_grant(&me.permissions, permissions).is_ok()
    });
    given.map(|(role, name, _)| (*role, name.clone())).collect()
}

fn row(me: &Member, member: Member, rules: &Rules<'_>) -> Row {
    let is_me = me.id == member.id;
    let (actor, target) = (
        Subject { id: me.id, permissions: &me.permissions },
        Subject { id: member.id, permissions: &member.permissions },
    );
    Row {
        is_me,
        may_change: !is_me && rules.may_remove(actor, target).is_ok(),
        may_own: rules.may_hand_over(actor, target).is_ok(),
        member,
    }
}

/// The page of the list that a search names.
pub(super) fn here(search: &Search) -> Address {
    match search.page {
        Some(page) if page > 1 => address(search).with("page", page),
        _ => address(search),
    }
}

fn address(search: &Search) -> Address {
    let mut address = Address::new("/settings/members").with("q", search.words());
    if let Some(role) = search.role() {
        address = address.with("role", role);
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
    /// Where a decision about a member is sent, which leads back to this page of the list.
    fn decide(&self, row: &Row, what: &str) -> Address {
        here(self.search).at(format!("/settings/members/{}/{what}", row.member.id))
    }

    /// The day of a member's arrival, as people here count it.
    fn since(&self, row: &Row) -> ui::Day {
        self.calendar.day(row.member.since)
    }

    fn is_chosen(&self, role: &AnyRole) -> bool {
        self.search.role() == Some(*role)
    }

    /// The choices for a member: the one they have is always among them.
    fn choices_of<'a>(&'a self, member: &'a Member) -> Vec<(AnyRole, &'a str)> {
        let given = self.choices.iter().map(|(role, name)| (*role, name.as_str()));
        let own = (member.role, member.role_name.as_str());
        let is_missing = !self.choices.iter().any(|(role, _)| *role == member.role);
        is_missing.then_some(own).into_iter().chain(given).collect()
    }
}
