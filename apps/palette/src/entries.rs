//! What the palette offers without looking into the store: pages of the navigation, and what can be made.

use platform::{
    AppResource, Member, NavEntry,
    resource::admin::{PATH, UseAdmin},
    text::capitalised,
};

/// Lines that belong together.
pub(crate) struct Group {
    pub(crate) title: String,
    pub(crate) lines: Vec<Line>,
}

/// Something to open or to do.
pub(crate) struct Line {
    pub(crate) label: String,
    /// What it is, where its label does not say so.
    pub(crate) note: String,
    pub(crate) icon: &'static str,
    pub(crate) does: Does,
}

/// What a line does.
pub(crate) enum Does {
    /// Leads to a page.
    Open(String),
    /// Sends this to a path: the name of a row and what is done to it.
    Send { path: String, id: String, action: String },
}

/// Lines of one group while words are looked for.
const SHOWN: usize = 8;

impl Group {
    /// With the lines alone that have these words; none: it has none of them.
    pub(crate) fn narrowed(mut self, words: &str) -> Option<Self> {
        if !words.is_empty() {
            self.lines.retain(|line| line.has(words));
            self.lines.truncate(SHOWN);
        }
        (!self.lines.is_empty()).then_some(self)
    }
}

impl Line {
    pub(crate) fn open(label: impl Into<String>, icon: &'static str, path: String) -> Self {
        Self { label: label.into(), note: String::new(), icon, does: Does::Open(path) }
    }

    /// Do all of these words stand in it?
    fn has(&self, words: &str) -> bool {
        let text = format!("{} {}", self.label, self.note).to_lowercase();
        words.to_lowercase().split_whitespace().all(|word| text.contains(word))
    }
}

/// The resources whose rows a member sees at a page of theirs.
pub(crate) fn seen<'a>(all: &'a [AppResource], member: &Member) -> Vec<&'a AppResource> {
    let may_open = |one: &&AppResource| {
        let is_in_admin = one.path.starts_with(PATH);
        member.may(&one.sees)
            && (!is_in_admin || member.may(&platform::PermissionDef::of::<UseAdmin>()))
    };
    all.iter().filter(may_open).collect()
}

/// May the member change its rows here?
pub(crate) fn is_managed(one: &AppResource, member: &Member) -> bool {
    !one.resource.is_read_only() && member.may(&one.manages)
}

/// What can be made.
pub(crate) fn created(seen: &[&AppResource], member: &Member) -> Group {
    let managed = seen.iter().filter(|one| is_managed(one, member));
    let lines = managed.map(|one| {
        Line::open(format!("New {}", one.resource.noun), "plus", format!("{}/new", one.path))
    });
    Group { title: "Create".to_owned(), lines: lines.collect() }
}

/// The pages: the navigation and the settings, and lists that are in the admin alone.
pub(crate) fn pages(entries: Vec<NavEntry>, seen: &[&AppResource]) -> Group {
    let mut lines: Vec<_> = entries
        .into_iter()
        .map(|entry| {
            let note = if entry.path.starts_with("/settings") { "Settings" } else { "" };
            let line = Line::open(entry.label, entry.icon, entry.path.to_owned());
            Line { note: note.to_owned(), ..line }
        })
        .collect();
    for one in seen.iter().filter(|one| one.path == one.admin_path) {
        let label = capitalised(one.resource.plural);
        let line = Line::open(label, one.icon, one.path.to_owned());
        lines.push(Line { note: "Admin".to_owned(), ..line });
    }
    Group { title: "Go to".to_owned(), lines }
}

/// What can be done with a list as a whole.
pub(crate) fn lists(seen: &[&AppResource], member: &Member) -> Group {
    let mut lines = vec![];
    for one in seen {
        let (of, path) = (one.resource.plural, one.path);
        if is_managed(one, member) {
            lines.push(Line::open(format!("Import {of}"), "upload", format!("{path}/import")));
            lines.push(Line::open(
                format!("Undo changes of {of}"),
                "undo-2",
                format!("{path}/undo"),
            ));
        }
        lines.push(Line::open(format!("Export {of}"), "download", format!("{path}/export")));
    }
    Group { title: "Do".to_owned(), lines }
}
