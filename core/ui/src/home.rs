//! What apps bring to the first page of a workspace, as data: the page itself lays it out.

use askama::DynTemplate;
use chrono::{DateTime, Utc};

use crate::Fragment;

/// What one app brings to the first page of a workspace.
#[derive(Debug, Clone, Default)]
pub struct HomeCard {
    /// Buttons beside the title.
    pub actions: Vec<HomeAction>,
    /// Numbers with their names.
    pub stats: Vec<HomeStat>,
    /// Lists and the like, one below the other.
    pub panels: Vec<HomePanel>,
    /// What happened lately; the page puts the news of all apps into one order.
    pub news: Vec<News>,
    /// What is to be done once in a new workspace.
    pub steps: Vec<SetupStep>,
}

impl HomeCard {
    /// A card that brings nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a button beside the title of the page.
    #[must_use]
    pub fn action(mut self, action: HomeAction) -> Self {
        self.actions.push(action);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn stat(mut self, stat: HomeStat) -> Self {
        self.stats.push(stat);
        self
    }

    /// Adds a panel.
    #[must_use]
    pub fn panel(mut self, panel: HomePanel) -> Self {
        self.panels.push(panel);
        self
    }

    /// Adds what happened lately.
    #[must_use]
    pub fn news(mut self, news: impl IntoIterator<Item = News>) -> Self {
        self.news.extend(news);
        self
    }

    /// Adds a step of setting the workspace up.
    #[must_use]
    pub fn step(mut self, step: SetupStep) -> Self {
        self.steps.push(step);
        self
    }

    /// Adds everything that another card brings.
    pub fn extend(&mut self, other: Self) {
        self.actions.extend(other.actions);
        self.stats.extend(other.stats);
        self.panels.extend(other.panels);
        self.news.extend(other.news);
        self.steps.extend(other.steps);
    }
}

/// A button beside the title of the first page.
#[derive(Debug, Clone, Copy)]
pub struct HomeAction {
    /// The icon, by its name in the sprite.
    pub icon: &'static str,
    /// The words on the button.
    pub label: &'static str,
    /// The page that the button leads to.
    pub path: &'static str,
    /// Whether this is the main action of the page.
    pub main: bool,
}

/// A number on the first page.
#[derive(Debug, Clone)]
pub struct HomeStat {
    /// What is counted.
    pub label: &'static str,
    /// How many there are.
    pub value: u64,
    /// A remark below the number, such as what it is a part of; may be empty.
    pub note: String,
    /// Where the things that were counted are listed; empty: nowhere.
    pub path: String,
}

impl HomeStat {
    /// A number with its name.
    pub fn new(label: &'static str, value: u64) -> Self {
        Self { label, value, note: String::new(), path: String::new() }
    }

    /// A remark below the number.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }

    /// The list of what was counted.
    #[must_use]
    pub fn path(self, path: impl Into<String>) -> Self {
        Self { path: path.into(), ..self }
    }
}

/// A panel of the first page, with a title and finished content.
#[derive(Debug, Clone)]
pub struct HomePanel {
    /// The title.
    pub title: &'static str,
    /// The way to everything: what the link says, and where it leads.
    pub more: Option<(&'static str, String)>,
    /// What is in the panel, below its head.
    pub content: Fragment,
}

impl HomePanel {
    /// A panel around a template, which is rendered now: one that fails takes nothing with it.
    pub fn new(title: &'static str, content: &dyn DynTemplate) -> askama::Result<Self> {
        Ok(Self { title, more: None, content: Fragment::of(content)? })
    }

    /// A link in the panel's head.
    #[must_use]
    pub fn more(self, label: &'static str, path: impl Into<String>) -> Self {
        Self { more: Some((label, path.into())), ..self }
    }
}

/// Something that happened, as one line: “Falcon was updated”.
#[derive(Debug, Clone)]
pub struct News {
    /// When it happened.
    pub at: DateTime<Utc>,
    /// The icon, by its name in the sprite; empty: what it happened to is a person with an avatar.
    pub icon: &'static str,
    /// Who or what the line is about.
    pub about: String,
    /// Where that is; empty: it has no page.
    pub path: String,
    /// What became of it: “joined the workspace”.
    pub what: &'static str,
}

/// Something to be done once in a new workspace.
#[derive(Debug, Clone, Copy)]
pub struct SetupStep {
    /// What is to be done: “Invite your team”.
    pub title: &'static str,
    /// Why, in a few words.
    pub help: &'static str,
    /// The words on the button.
    pub button: &'static str,
    /// The page on which it is done; empty: there is nothing left to do.
    pub path: &'static str,
    /// Whether it is done.
    pub done: bool,
}
