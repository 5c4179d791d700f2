//! What apps bring to the frame around the pages of a workspace, as data: the shell lays it out.

use crate::Tone;

/// What one app brings to the frame.
#[derive(Debug, Clone, Default)]
pub struct ShellPart {
    /// Notices above every page.
    pub banners: Vec<Banner>,
    /// Buttons in the bar at the top.
    pub bells: Vec<Bell>,
    /// Lines in the menu of whoever is signed in.
    pub menu: Vec<MenuLink>,
}

/// A notice above every page: what is the matter, and where to do something about it.
#[derive(Debug, Clone)]
pub struct Banner {
    /// How much it matters.
    pub tone: Tone,
    /// One sentence.
    pub text: String,
    /// The label of a link, and where it leads.
    pub link: Option<(String, String)>,
}

/// A button in the bar at the top that counts what is new.
#[derive(Debug, Clone)]
pub struct Bell {
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// What it is, for those who can't see the icon: “Notifications”.
    pub label: String,
    /// How many are new; none: no number is shown.
    pub count: u32,
    /// Where it leads.
    pub path: String,
}

impl Bell {
    /// The number as there is room for it.
    pub(crate) fn shown(&self) -> String {
        if self.count > 99 { "99+".to_owned() } else { self.count.to_string() }
    }

    /// What is read out.
    pub(crate) fn spoken(&self) -> String {
        match self.count {
            0 => self.label.clone(),
            count => format!("{}: {count} new", self.label),
        }
    }
}

/// A line in the menu of whoever is signed in.
#[derive(Debug, Clone)]
pub struct MenuLink {
    /// What people read.
    pub label: String,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// Where it leads.
    pub path: String,
}

impl ShellPart {
    /// A part that brings nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a notice above every page, with a link where `link` has a label and an address.
    #[must_use]
    pub fn banner(
        mut self,
        tone: Tone,
        text: impl Into<String>,
        link: Option<(&str, &str)>,
    ) -> Self {
        let link = link.map(|(label, path)| (label.to_owned(), path.to_owned()));
        self.banners.push(Banner { tone, text: text.into(), link });
        self
    }

    /// Adds a button that counts what is new.
    #[must_use]
    pub fn bell(mut self, bell: Bell) -> Self {
        self.bells.push(bell);
        self
    }

    /// Adds a line to the menu.
    #[must_use]
    pub fn menu(mut self, label: &str, icon: &'static str, path: &str) -> Self {
        self.menu.push(MenuLink { label: label.to_owned(), icon, path: path.to_owned() });
        self
    }

    /// Adds what another app brings.
    pub fn extend(&mut self, other: Self) {
        self.banners.extend(other.banners);
        self.bells.extend(other.bells);
        self.menu.extend(other.menu);
    }
}
