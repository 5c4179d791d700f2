//! What the demo workspaces hold.

use platform::{Result, TenantDb, UserId, clock};

use super::{DAY, HOUR, named, owner, owners, row};
use crate::project::{
    Draft,
    Status::{self, AtRisk, Done, OffTrack, OnTrack},
};

/// Name and summary, status, days until it is due, hours since it was changed.
type Demo = (&'static str, Status, i32, u32);

const ROCKETS: [Demo; 12] = [
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

const GLOBEX: [Demo; 4] = [
    ("Warehouse move: To the new hall in one weekend", AtRisk, 17, 2),
    ("Price list 2027: Checked by sales, in four languages", OnTrack, 40, 5),
    ("Forklift training: Twelve people, two days", OnTrack, 66, 48),
    ("Old ERP shut-down: Keep what the law wants, switch it off", Done, -5, 140),
];

/// A handful of good-looking projects, owned by those of `users` who are members in turn.
pub async fn demo(db: &TenantDb, users: &[UserId], which: usize) -> Result<()> {
    let (owners, now) = (owners(db, users).await?, clock::now());
    let set: &[Demo] = if which == 0 { &ROCKETS } else { &GLOBEX };
    let row = |(number, (text, status, days, hours)): (usize, &Demo)| {
        let (name, summary) = text.split_once(": ").unwrap_or((text, ""));
        let away = DAY * days.unsigned_abs();
        let due = if *days < 0 { now - away } else { now + away };
        let draft = Draft {
            summary: format!("{summary}."),
            status: *status,
            owner_id: owner(&owners, number),
            due: Some(due.date_naive()),
            ..named(name)
        };
        row(draft, now - HOUR * *hours)
    };
    Ok(db.insert_many(set.iter().enumerate().map(row).collect()).await?)
}
