//! The pages of the palette: what is found, and the keys.

use askama::Template;
use platform::{Extension, Query, Resources, Result, TenantDb, Ui, WorkspaceMember, ui};
use serde::Deserialize;

use crate::{
    PATH,
    entries::{Does, Group, created, lists, pages, seen},
    records::{done_to, found},
};

/// Characters of words that anybody reads.
const LONG: usize = 200;

/// What is looked for, and from which page.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    from: String,
}

#[derive(Template)]
#[template(path = "palette/search.html")]
struct Search<'a> {
    words: &'a str,
    from: &'a str,
    groups: Vec<Group>,
    csrf: &'a str,
}

#[derive(Template)]
#[template(path = "palette/keys.html")]
struct Keys;

pub(crate) async fn search(
    WorkspaceMember(member): WorkspaceMember,
    db: TenantDb,
    ui: Ui,
    Extension(all): Extension<Resources>,
    Query(asked): Query<Asked>,
) -> Result {
    let words: String = asked.q.trim().chars().take(LONG).collect();
    let seen = seen(&all.0, &member);
    let mut offered: Vec<Group> = vec![];
    offered.extend(done_to(&db, &seen, &member, &asked.from).await?);
    let found = found(&db, &seen, &member, &words, &ui.calendar()).await?;
    let mut rest = vec![created(&seen, &member), pages(ui.entries(), &seen)];
    if !words.is_empty() {
        rest.push(lists(&seen, &member));
    }
    let narrow = |group: Group| group.narrowed(&words);
    let groups = offered.into_iter().filter_map(narrow).chain(found);
    let groups = groups.chain(rest.into_iter().filter_map(narrow)).collect();
    ui.page("Search", &Search { words: &words, from: &asked.from, groups, csrf: ui.csrf() })
}

pub(crate) async fn keys(_: WorkspaceMember, ui: Ui) -> Result {
    ui.under("Search", PATH).page("Keyboard shortcuts", &Keys)
}

impl Search<'_> {
    fn count(&self) -> String {
        match self.groups.iter().map(|group| group.lines.len()).sum::<usize>() {
            0 => String::new(),
            1 => "1 result".to_owned(),
            count => format!("{count} results"),
        }
    }

    fn nothing(&self) -> String {
        format!("Nothing matches “{}”", self.words)
    }
}
