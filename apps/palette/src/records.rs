//! What the palette looks up: records of every resource, and what can be done to the one that is open.

use platform::{AppResource, Member, Result, TenantDb, text::capitalised, ui::Calendar};
use uuid::Uuid;

use crate::entries::{Does, Group, Line, is_managed};

/// Records of one resource.
const EACH: u64 = 5;

/// Shorter words are in too much to be looked for.
const SHORTEST: usize = 2;

/// Records that have these words, a group for each resource.
pub(crate) async fn found(
    db: &TenantDb,
    seen: &[&AppResource],
    member: &Member,
    words: &str,
    calendar: &Calendar,
) -> Result<Vec<Group>> {
    let mut groups = vec![];
    if words.chars().count() < SHORTEST {
        return Ok(groups);
    }
    for one in seen {
        let of = one.resource.for_member(member);
        let rows = of.titles(db, words, EACH, calendar).await?;
        let line =
            |(id, title): (Uuid, String)| Line::open(title, one.icon, format!("{}/{id}", one.path));
        let lines: Vec<_> = rows.into_iter().map(line).collect();
        if !lines.is_empty() {
            let title = capitalised(of.plural);
            groups.push(Group { title, lines });
        }
    }
    Ok(groups)
}

/// What can be done to the record whose page this is; none: it is no record's page, or nothing can be.
pub(crate) async fn done_to(
    db: &TenantDb,
    seen: &[&AppResource],
    member: &Member,
    page: &str,
) -> Result<Option<Group>> {
    let at = seen.iter().find_map(|one| Some((*one, row_at(one, page)?)));
    let Some((one, (base, id))) = at else { return Ok(None) };
    if !is_managed(one, member) {
        return Ok(None);
    }
    let of = one.resource.for_member(member);
    let Some(row) = of.find(db, id).await? else { return Ok(None) };
    let at = format!("{base}/{id}");
    let mut lines = vec![Line::open("Edit", "pencil", format!("{at}/edit"))];
    for (label, icon, action) in of.offered(&row)? {
        let does = Does::Send { path: format!("{base}/bulk"), id: id.to_string(), action };
        lines.push(Line { label: label.to_owned(), note: String::new(), icon, does });
    }
    lines.push(Line::open("Duplicate", "copy", format!("{base}/new?from={id}")));
    lines.push(Line::open("Delete", "trash-2", format!("{at}/delete")));
    Ok(Some(Group { title: of.title(&row), lines }))
}

/// The list and the row whose page this is, of a resource.
fn row_at(one: &AppResource, page: &str) -> Option<(&'static str, Uuid)> {
    [one.path, one.admin_path].into_iter().find_map(|base| {
        let rest = page.strip_prefix(base)?.strip_prefix('/')?;
        Some((base, rest.split('/').next()?.parse().ok()?))
    })
}
