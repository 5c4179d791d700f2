//! Two people who edited one row at once: what only one of them touched is kept, the rest is asked about.

use core_base::Result;
use core_db::TenantDb;
use core_ui::{Calendar, Errors};
use sea_orm::Value;
use serde_json::{Map, Value as Json};

use super::{Pages, typed::Typed};
use crate::{Draft, Input, Row, resource::Spec, stored::is_null};

/// The name under which a form says what its fields held when it was opened, as a JSON object.
pub(super) const OPENED: &str = "as-opened";

/// What becomes of a draft that comes after somebody else's change.
pub(super) struct Merged {
    /// What only its author touched, and what both did.
    pub(super) draft: Draft,
    /// What both changed, each in another way.
    pub(super) conflicts: Vec<Conflict>,
    /// What only the other one changed: the field's name, what people call it, and what it says now.
    pub(super) theirs: Vec<(&'static str, &'static str, String)>,
}

/// A field that two people changed, in words; empty: nothing.
pub(super) struct Conflict {
    pub(super) label: &'static str,
    /// Before either of them; none: the form did not say.
    pub(super) before: Option<String>,
    pub(super) theirs: String,
    pub(super) mine: String,
}

impl Pages {
    /// What a form says of the row that it was opened for.
    pub(super) fn opened(&self, row: &Row) -> String {
        let mut all = self.of.json(row);
        let in_form = |name: &str| self.of.field(name).map(|at| &self.of.fields[at]);
        all.retain(|name, _| in_form(name).is_some_and(|field| field.parts.is_in_form));
        Json::Object(all).to_string()
    }

    /// Puts a draft together with the row as it is by now. A form that does not say how it was opened changed
    /// every field in which it differs.
    pub(super) async fn merge(
        &self,
        db: &TenantDb,
        form: &Typed,
        draft: &Draft,
        now: &Row,
        calendar: &Calendar,
    ) -> Result<Merged> {
        let opened = form.0.iter().find(|(name, _)| name == OPENED);
        let opened = opened.and_then(|(_, text)| serde_json::from_str::<Map<_, _>>(text).ok());
        let opened = self.of.restore(&opened.unwrap_or_default(), &mut Errors::default());
        let mut merged = Merged { draft: Draft(vec![]), conflicts: vec![], theirs: vec![] };
        let fields = self.of.fields.iter().zip(&draft.0).zip(&opened.0);
        for ((field, mine), before) in fields {
            let (Input::Is(value), Some(theirs)) = (mine, now.value(field.at)) else {
                merged.draft.0.push(Input::Absent);
                continue;
            };
            let before = match before {
                Input::Is(before) => Some(before),
                Input::Absent => None,
            };
            let is_untouched = before == Some(value);
            let kept = if is_untouched || value == theirs { Input::Absent } else { mine.clone() };
            merged.draft.0.push(kept);
            if value == theirs || before == Some(theirs) {
                continue;
            }
            let says = self.says(db, field, theirs, calendar).await?;
            if is_untouched {
                merged.theirs.push((field.parts.name, field.parts.label, says));
                continue;
            }
            let before = match before {
                Some(before) => Some(self.says(db, field, before, calendar).await?),
                None => None,
            };
            let mine = self.says(db, field, value, calendar).await?;
            let label = field.parts.label;
            merged.conflicts.push(Conflict { label, before, theirs: says, mine });
        }
        Ok(merged)
    }

    /// A value in people's words.
    pub(super) async fn says(
        &self,
        db: &TenantDb,
        field: &Spec,
        value: &Value,
        calendar: &Calendar,
    ) -> Result<String> {
        let words = match (&field.parts.referred, value) {
            (_, value) if is_null(value) => String::new(),
            (Some(referred), Value::Uuid(Some(id))) => referred.name(db, *id).await?,
            (_, value) => field.parts.kind.words(value, calendar).into_owned(),
        };
        Ok(if words.is_empty() { field.parts.none.to_owned() } else { words })
    }
}

impl Merged {
    /// What to say once both are saved.
    pub(super) fn said(&self) -> String {
        match self.labels().as_str() {
            "" => String::new(),
            labels => {
                format!("Someone else changed {labels} while you were editing; that is kept too.")
            }
        }
    }

    /// What the other one changed, for whoever saved after them: "Due and Owner".
    pub(super) fn labels(&self) -> String {
        let labels: Vec<_> = self.theirs.iter().map(|(_, label, _)| *label).collect();
        match labels.as_slice() {
            [] => String::new(),
            [one] => (*one).to_owned(),
            [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
        }
    }
}
