//! What apps contribute to the workspace's site besides routes: navigation, settings, cards, permissions.

use core_access::{Guards, Member, Permission, PermissionDef, entitlements::Entitlement};
use core_base::Extensions;

use core_ui::{HomeCard, ShellPart};

use crate::{KeyReader, Slot};

/// An entry of the workspace's navigation, or of its settings.
#[derive(Clone, Copy, Debug)]
pub struct NavEntry {
    /// What people read.
    pub label: &'static str,
    /// Where it leads.
    pub path: &'static str,
    /// Its icon in the sprite.
    pub icon: &'static str,
    /// Who sees it; none: every member.
    pub needs: Option<PermissionDef>,
    /// Whether it stands before the entries of all other apps.
    pub first: bool,
}

impl NavEntry {
    /// For every member.
    pub fn new(label: &'static str, path: &'static str, icon: &'static str) -> Self {
        Self { label, path, icon, needs: None, first: false }
    }

    /// For those who hold `P`.
    #[must_use]
    pub fn needs<P: Permission>(mut self) -> Self {
        self.needs = Some(PermissionDef::of::<P>());
        self
    }

    /// Before the entries of all other apps.
    #[must_use]
    pub fn first(mut self) -> Self {
        self.first = true;
        self
    }

    /// Does this member see it?
    pub fn is_for(&self, member: &Member) -> bool {
        self.needs.is_none_or(|permission| member.may(&permission))
    }
}

/// Permissions that are listed together.
#[derive(Clone, Debug)]
pub struct PermissionGroup {
    /// What people read above them.
    pub title: String,
    /// In the order in which they were declared.
    pub permissions: Vec<PermissionDef>,
}

/// What all apps contribute to the workspace's site besides routes.
#[derive(Clone, Debug, Default)]
pub struct Contributions {
    /// The navigation, in the order of the apps.
    pub nav: Vec<NavEntry>,
    /// The pages under “Settings”, in the order of the apps.
    pub settings: Vec<NavEntry>,
    /// What stands on the first page, in the order of the apps.
    pub home: Vec<Slot<HomeCard>>,
    /// What stands in the frame around every page, in the order of the apps.
    pub shell: Vec<Slot<ShellPart>>,
    /// Where somebody goes who has just made a workspace, on the account site; none: to its first page.
    pub after_founding: Option<&'static str>,
    /// Where things of a workspace are searched for: a button at the top of its pages leads there.
    pub search: Option<&'static str>,
    /// All permissions.
    pub permissions: Vec<PermissionGroup>,
    /// What looks up the keys of programs.
    pub keys: Vec<KeyReader>,
    /// What workspaces may have, in the order of the apps.
    pub entitlements: Vec<Entitlement>,
    /// Who is asked before something is done.
    pub guards: Guards,
    /// What apps made for themselves.
    pub extensions: Extensions,
}

#[cfg(test)]
mod tests {
    #[test]
    fn lists_offer_the_page_sizes_that_are_taken() {
        assert_eq!(core_ui::PAGE_SIZES, core_db::PAGE_SIZES);
    }
}
