//! What the pages of an import show.

use askama::Template;
use core_ui::{self as ui, Calendar, FormState};

use crate::{
    import::{ID, State, entity::Model},
    pages::Pages,
};

#[derive(Template)]
#[template(path = "resource/import_new.html")]
pub(super) struct New<'a> {
    pub(super) on: &'a Pages,
    pub(super) latest: Vec<Model>,
    pub(super) answer: FormState,
    pub(super) csrf: &'a str,
    pub(super) calendar: Calendar,
}

#[derive(Template)]
#[template(path = "resource/import_columns.html")]
pub(super) struct Columns<'a> {
    pub(super) on: &'a Pages,
    pub(super) of: &'a Model,
    pub(super) columns: Vec<FileColumn>,
    /// How rows can be matched with those there are.
    pub(super) keys: Vec<(String, String)>,
    pub(super) answer: FormState,
    pub(super) csrf: &'a str,
}

/// A column of the file: what it is called there, some of what it holds, and what it is.
pub(super) struct FileColumn {
    pub(super) name: String,
    pub(super) some: Vec<String>,
    pub(super) field: String,
}

#[derive(Template)]
#[template(path = "resource/import.html")]
pub(super) struct Show<'a> {
    pub(super) on: &'a Pages,
    pub(super) of: &'a Model,
    pub(super) head: Vec<String>,
    pub(super) failed: Vec<Failed>,
    /// Behind which piece the next page of them begins; none: these are all.
    pub(super) next: Option<i32>,
    pub(super) csrf: &'a str,
}

/// A row with a mistake: its number in the file, its first cells, and what is wrong.
pub(super) struct Failed {
    pub(super) number: i64,
    pub(super) cells: Vec<String>,
    pub(super) why: String,
}

impl New<'_> {
    fn action(&self) -> String {
        format!("{}/import", self.on.path)
    }

    fn words(&self, of: &Model) -> String {
        let rows = rows(of.rows);
        match of.state {
            State::Columns => format!("{rows}, not checked yet"),
            State::Checking => format!("{rows}, being checked"),
            State::Checked => format!("{rows}, checked"),
            State::Running => {
                format!("{} of {rows} so far", ui::commas(of.seen_to().unsigned_abs()))
            }
            State::Done => format!("{rows}, done"),
            State::Stopped => format!("{rows}, stopped"),
        }
    }
}

impl Columns<'_> {
    fn action(&self) -> String {
        self.on.import_path(self.of.id)
    }

    fn about(&self) -> String {
        format!(
            "{}. Choose a field for each column. Columns without one are left out.",
            rows(self.of.rows)
        )
    }

    fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        [("", "Leave out"), (ID, "ID")].into_iter().chain(self.on.of.importable())
    }

    fn matching(&self) -> String {
        format!("How rows are matched with existing {}", self.on.of.plural)
    }
}

/// How rows of a file can be matched with those there are.
pub(super) fn keys(on: &Pages) -> Vec<(String, String)> {
    let by = |name: &str, label: &str| {
        (name.to_owned(), format!("By {label}: update matches, create the rest"))
    };
    let mut all = vec![
        (String::new(), format!("Not at all: create {} from all rows", on.of.plural)),
        by(ID, "ID"),
    ];
    all.extend(on.of.identifying().map(|(name, label)| by(name, &label.to_lowercase())));
    all
}

impl Show<'_> {
    fn action(&self) -> String {
        self.on.import_path(self.of.id)
    }

    fn is_working(&self) -> bool {
        matches!(self.of.state, State::Checking | State::Running)
    }

    fn about(&self) -> String {
        let all = rows(self.of.rows);
        let seen = ui::commas(self.of.seen_to().unsigned_abs());
        match self.of.state {
            State::Checking => format!("Checking: {seen} of {all} so far. Nothing is saved yet."),
            State::Running => format!("Importing: {seen} of {all} so far."),
            State::Checked => format!("{all} checked. Nothing is saved until you import them."),
            State::Done if self.of.failed > 0 => {
                let done = self.of.made + self.of.changed + self.of.same;
                format!("{} of {all} imported.", ui::commas(done.unsigned_abs()))
            }
            State::Done => format!("{all} imported."),
            State::Stopped => format!("Stopped after {seen} of {all}."),
            State::Columns => all,
        }
    }

    /// What is or would be done, and to how many rows.
    fn counts(&self) -> [(&'static str, i64); 4] {
        let of = self.of;
        [
            ("New", of.made),
            ("Changed", of.changed),
            ("Unchanged", of.same),
            ("With problems", of.failed),
        ]
    }

    /// How many rows would come of it.
    fn ready(&self) -> String {
        let ready = (self.of.made + self.of.changed).unsigned_abs();
        format!("Import {}", self.on.count(ready))
    }

    fn has_ready(&self) -> bool {
        self.of.made + self.of.changed > 0
    }

    fn can_go_on(&self) -> bool {
        self.of.state == State::Stopped && self.of.operation.is_some()
    }

    fn undo(&self) -> Option<String> {
        let id = self.of.operation.filter(|_| !self.is_working())?;
        Some(format!("{}/{id}", self.on.undo_path()))
    }
}

fn rows(many: i64) -> String {
    match many {
        1 => "1 row".to_owned(),
        many => format!("{} rows", ui::commas(many.unsigned_abs())),
    }
}
