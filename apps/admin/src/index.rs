//! The first page of the admin: every resource with its count, and what was changed last.

use askama::Template;
use platform::{
    AppResource, Can, Extension, Member, Resources, Result, TenantDb, Ui,
    audit::{audit_entry, lines},
    resource::admin::UseAdmin,
    text::capitalised,
    ui::{self, Calendar, HistoryLine},
};
use sea_orm::{ColumnTrait, QueryFilter, QueryOrder, QuerySelect};

/// Rows are counted up to here.
const MOST: u64 = 10_000;

/// The latest entries of the trail among which changes are looked for.
const LATEST: u64 = 200;

/// Changes that are shown.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "admin/index.html")]
struct Index {
    groups: Vec<Group>,
    changes: Vec<Changed>,
    calendar: Calendar,
}

/// The resources of one app.
struct Group {
    title: String,
    lines: Vec<Line>,
}

struct Line {
    label: String,
    noun: &'static str,
    path: &'static str,
    icon: &'static str,
    count: u64,
    may_add: bool,
}

/// Something that was changed, and where it is; empty: it is gone.
struct Changed {
    line: HistoryLine,
    path: String,
}

pub(crate) async fn show(
    who: Can<UseAdmin>,
    db: TenantDb,
    ui: Ui,
    Extension(all): Extension<Resources>,
) -> Result {
    let member = &who.member;
    let seen: Vec<_> = all.0.iter().filter(|one| member.may(&one.sees)).collect();
    let mut groups: Vec<Group> = vec![];
    for one in &seen {
        let line = line(&db, member, one).await?;
        match groups.iter_mut().find(|group| group.title == one.title) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { title: one.title.clone(), lines: vec![line] }),
        }
    }
    let changes = changes(&db, member, &seen).await?;
    ui.page("Admin", &Index { groups, changes, calendar: ui.calendar() })
}

async fn line(db: &TenantDb, member: &Member, one: &AppResource) -> Result<Line> {
    let of = one.resource.for_member(member);
    Ok(Line {
        label: capitalised(of.plural),
        noun: of.noun,
        path: one.admin_path,
        icon: one.icon,
        count: of.count_up_to(db, MOST + 1).await?,
        may_add: !of.is_read_only() && member.may(&one.manages),
    })
}

/// The latest changes of rows that this member may see, whoever made them.
async fn changes(db: &TenantDb, member: &Member, seen: &[&AppResource]) -> Result<Vec<Changed>> {
    // Titles of rows that are somebody else's alone are nobody's reading here.
    let open: Vec<_> = seen.iter().filter(|one| one.resource.is_whole(member)).collect();
    let latest = db.find::<audit_entry::Entity>().order_by_desc(audit_entry::Column::Seq);
    let first = latest.clone().one(db).await?.map_or(0, |entry| entry.seq);
    let entries = latest
        .filter(audit_entry::Column::Seq.gt(first.saturating_sub_unsigned(LATEST)))
        .filter(audit_entry::Column::Category.eq("change"))
        .filter(audit_entry::Column::Entity.is_in(open.iter().map(|one| one.resource.table())))
        .limit(SHOWN as u64)
        .all(db)
        .await?;
    let mut places = vec![];
    for (at, entry) in entries.iter().enumerate() {
        let is_same = |one: &&audit_entry::Model| {
            one.entity == entry.entity && one.row_id == entry.row_id && one.action == "deleted"
        };
        let of = open.iter().find(|one| one.resource.table() == entry.entity);
        places.push(match (entries[..=at].iter().find(is_same), of) {
            (None, Some(one)) => format!("{}/{}", one.admin_path, entry.row_id),
            _ => String::new(),
        });
    }
    let lines = lines(db, entries).await?;
    Ok(lines.into_iter().zip(places).map(|(line, path)| Changed { line, path }).collect())
}

impl Line {
    fn count(&self) -> String {
        match self.count {
            count if count > MOST => format!("More than {}", ui::commas(MOST)),
            count => ui::commas(count).to_string(),
        }
    }

    fn add(&self) -> String {
        format!("{}/new", self.path)
    }
}
