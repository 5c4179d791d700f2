//! What nobody may change: the rows of the workspace under attack, those of the catalogue about it and
//! its people, and what the attackers have at home, by ids that are none there.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::{book::Book, canary::VICTIM, scene::Scene};
use crate::forms::rows::{Look, Rows, changed};

/// Tables that say nothing about a workspace's data: the note of what to read again, ways in that members
/// ask for, and how long the audit trail is.
const PASSING: [&str; 3] = ["changes", "tickets", "audit_head"];
/// What a member who is refused leaves in the audit trail: that they were.
const REFUSED: &str = "was_refused";

/// The rows as they were, and the way to look again.
pub(super) struct Untouched {
    look: Look,
    /// Ids of the workspaces, and of the people in them.
    places: Vec<String>,
    people: Vec<String>,
    before: Rows,
}

impl Untouched {
    pub(super) async fn watch(scene: &Scene, book: &Book) -> Self {
        let leaving = book.leaving.parse().unwrap();
        let places = [scene.a.workspace.tenant.id.0, leaving];
        let people = [&scene.a.owner, &scene.a.member, &book.other, &book.invitee, &book.leaver];
        Self {
            look: Look::at(&scene.stage.home).await,
            places: places.into_iter().flat_map(forms).collect(),
            people: people.into_iter().flat_map(|one| forms(one.user.0)).collect(),
            before: Rows::new(),
        }
    }

    /// Remembers how it is now.
    pub(super) async fn look(&mut self, scene: &Scene) {
        self.before = self.now(scene).await;
    }

    /// What is different from then; it is remembered, so that each change is told once.
    pub(super) async fn changes(&mut self, scene: &Scene) -> Vec<String> {
        let now = self.now(scene).await;
        let different = changed(&self.before, &now);
        self.before = now;
        different.iter().map(|table| format!("changed {table}")).collect()
    }

    pub(super) async fn close(self) {
        self.look.close().await;
    }

    async fn now(&mut self, scene: &Scene) -> Rows {
        let schema = scene.a.workspace.tenant.id.schema();
        let mut all = BTreeMap::new();
        for (table, rows) in self.look.rows(&scene.stage.home, &scene.a.workspace).await {
            let (of, name) = table.split_once('.').unwrap();
            if PASSING.contains(&name) {
                continue;
            }
            let kept = rows.lines().filter(|row| of == schema || self.is_about(name, row));
            let is_refusal = |row: &str| row.contains(REFUSED) || row.contains(&hex(REFUSED));
            let kept = kept.filter(|row| name != "audit_entries" || !is_refusal(row));
            let kept = kept.collect::<Vec<_>>().join("\n");
            all.insert(table, kept);
        }
        let theirs = scene.b.workspace.tenant.id.schema();
        let home = self.look.rows(&scene.stage.home, &scene.b.workspace).await;
        all.extend(home.into_iter().filter(|(table, _)| table.starts_with(&theirs)));
        all
    }

    fn is_about(&self, table: &str, row: &str) -> bool {
        // Attackers that were members once have sessions there too.
        let places: &[String] = if table == "sessions" { &[] } else { &self.places };
        let canary = [VICTIM.to_owned(), hex(VICTIM)];
        let mut marks = places.iter().chain(&self.people).chain(&canary);
        marks.any(|mark| row.contains(&**mark))
    }
}

/// An id as either store shows it.
fn forms(id: Uuid) -> [String; 3] {
    [id.to_string(), id.simple().to_string().to_uppercase(), hex(&id.to_string())]
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02X}")).collect()
}
