//! Telling what no table of the workspace shows by itself.

use serde_json::{Map, Value as Json};

use super::{entry::Model, recorder::Recorded};
use crate::TenantDb;

impl TenantDb {
    /// Tells something that changed no row: a log-in, a refusal. `action` is a word such as `logged_in`,
    /// `title` what it was about. It is written with the unit of work.
    pub fn audit_event(&self, action: &str, title: &str) {
        if !self.recorder().trail.is_empty() {
            self.recorder().pending().add(Model {
                title: title.to_owned(),
                ..self.recorder().new_entry("access", action)
            });
        }
    }

    /// Tells a change of what is kept elsewhere, such as the workspace's own name in the catalogue: what
    /// people call each value, before and after. Where nothing differs, nothing is told.
    pub fn audit_change(&self, action: &str, title: &str, changes: &[(&str, &str, &str)]) {
        let text = |value: &str| match value {
            "" => Json::Null,
            value => value.into(),
        };
        let differ = changes.iter().filter(|(_, before, after)| before != after);
        let told: Map<String, Json> = differ
            .map(|(label, before, after)| {
                ((*label).to_owned(), [text(before), text(after)].into_iter().collect())
            })
            .collect();
        if told.is_empty() || self.recorder().trail.is_empty() {
            return;
        }
        self.recorder().pending().add(Model {
            title: title.to_owned(),
            changes: Json::Object(told).to_string(),
            ..self.recorder().new_entry("settings", action)
        });
    }
}
