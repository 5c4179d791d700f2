//! What the demo workspaces hold, and rows to measure with.

use std::time::Duration;

use platform::{Demo, MemberId, Result, TenantDb, UserId, clock, member, resource::Choices};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, prelude::DateTimeUtc};

use crate::project::{
    ActiveModel, Draft, ProjectId,
    Status::{self, AtRisk, Done, OffTrack, OnTrack},
};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Name and summary, status, days until it is due, hours since it was changed.
type Sample = (&'static str, Status, i32, u32);

const ROCKETS: [Sample; 12] = [
    ("Avionics bench: Flight computer and harness on one table", OnTrack, 54, 1),
    ("Falcon stage 2: Second-stage engine through hot-fire", OnTrack, 21, 3),
    ("Guidance review: Independent eyes before the code freeze", AtRisk, 13, 7),
    ("Helium supply: A second supplier, and two launches' worth", OnTrack, 9, 25),
    ("Launch pad retrofit: Flame trench, deluge, hold-down arms", OffTrack, 7, 30),
    ("Range safety case: Hazard analysis, signed by the range", AtRisk, 91, 75),
    ("Recovery ship: Charter, deck plates and crew", OnTrack, 49, 100),
    ("Telemetry rewrite: One decoder for ground and flight", OnTrack, 70, 130),
    ("Fairing acoustics: Panels until payloads see 138 dB", AtRisk, 35, 150),
    ("Customer portal: Payload teams see slot and open questions", OnTrack, 28, 200),
    ("Tank weld cell: Friction-stir welding in house", Done, -12, 270),
    ("Static fire campaign: Nine engines, full duration, in a row", Done, -30, 720),
];

const GLOBEX: [Sample; 4] = [
    ("Warehouse move: To the new hall in one weekend", AtRisk, 17, 2),
    ("Price list 2027: Checked by sales, in four languages", OnTrack, 40, 5),
    ("Forklift training: Twelve people, two days", OnTrack, 66, 48),
    ("Old ERP shut-down: Keep what the law wants, switch it off", Done, -5, 140),
];

/// Fills a workspace: owned by its people in turn.
pub(crate) async fn fill(db: TenantDb, demo: Demo) -> Result<()> {
    match demo.rows {
        Some(count) => many(&db, &demo.people, &demo.slug, count).await,
        None => handful(&db, &demo).await,
    }
}

/// Rockets for acme, and everyday work for everybody else.
async fn handful(db: &TenantDb, demo: &Demo) -> Result<()> {
    let (owners, now) = (owners(db, &demo.people).await?, clock::now());
    let set: &[Sample] = if demo.slug == "acme" { &ROCKETS } else { &GLOBEX };
    let row = |(number, (text, status, days, hours)): (usize, &Sample)| {
        let (name, summary) = text.split_once(": ").unwrap_or((text, ""));
        let away = DAY * days.unsigned_abs();
        let due = if *days < 0 { now - away } else { now + away };
        let draft = Draft {
            summary: format!("{summary}."),
            status: *status,
            owner_id: owner(&owners, number),
            due: Some(due.date_naive()),
            name: name.to_owned(),
        };
        row(draft, now - HOUR * *hours)
    };
    Ok(db.insert_many(set.iter().enumerate().map(row).collect()).await?)
}

/// `count` projects named "`name` project 0001" and on.
pub async fn many(db: &TenantDb, users: &[UserId], name: &str, count: usize) -> Result<()> {
    let (owners, now) = (owners(db, users).await?, clock::now());
    let count = u32::try_from(count)?;
    let statuses: Vec<_> = Status::all().collect();
    let row = |number: u32| {
        let place = number as usize;
        let draft = Draft {
            summary: format!(
                "Work package {number}: plan, build and review the next step with the team; keep \
                 the notes short, name one owner, and close it when the customer agrees."
            ),
            status: statuses[place % statuses.len()],
            owner_id: owner(&owners, place),
            due: Some((now + HOUR * number).date_naive()),
            name: format!("{name} project {number:04}"),
        };
        row(draft, now - HOUR / 10 * (count - number))
    };
    let rows: Vec<_> = (1..=count).map(row).collect();
    for batch in rows.chunks(200) {
        db.insert_many(batch.to_vec()).await?;
    }
    Ok(())
}

/// A draft as a row that was changed at this moment.
pub(crate) fn row(draft: Draft, changed: DateTimeUtc) -> ActiveModel {
    ActiveModel {
        id: Set(ProjectId::new()),
        version: Set(1),
        created_at: Set(changed - DAY * 7),
        updated_at: Set(changed),
        ..draft.into()
    }
}

async fn owners(db: &TenantDb, users: &[UserId]) -> Result<Vec<MemberId>> {
    let is_one = member::Column::UserId.is_in(users.iter().map(|user| user.0));
    let members = db.find::<member::Entity>().filter(is_one).all(db).await?;
    Ok(members.into_iter().map(|member| member.id).collect())
}

fn owner(owners: &[MemberId], number: usize) -> Option<MemberId> {
    owners.get(number % owners.len().max(1)).copied()
}
