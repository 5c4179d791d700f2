//! The frames that `Ui` draws around pages.

use askama::{DynTemplate, Template};
use core_access::Member;
use core_base::Result;
use core_ui::{AccountShell, AppShell, AuthShell, Crumb, Frame, NavLink, Person, WorkspaceLink};

use super::Ui;
use crate::NavEntry;

/// The way to the pages that apps bring as settings: label, address, icon.
const SETTINGS: (&str, &str, &str) = ("Settings", "/settings", "settings");

impl Ui {
    /// A workspace as its members see it: the shell of [`WORKSPACE`](crate::WORKSPACE).
    pub fn workspace_shell(
        &self,
        title: &str,
        content: &dyn DynTemplate,
    ) -> Result<Option<String>> {
        let (Some(tenant), Some(member)) = (self.here.tenant(), self.member.as_deref()) else {
            return Ok(None);
        };
        let mut nav = self.links(&self.core.nav, member);
        let mut settings = self.links(&self.core.settings, member);
        if !settings.is_empty() {
            nav.push(self.link(SETTINGS));
        }
        let in_settings = NavLink::covers(SETTINGS.1, &self.path);
        if !in_settings {
            settings.clear();
        }
        let links: Vec<_> =
            self.memberships.iter().map(|one| (one, format!("{}/", one.origin))).collect();
        let workspaces: Vec<_> = links
            .iter()
            .map(|(one, url)| WorkspaceLink {
                name: &one.name,
                url,
                current: one.tenant_id == tenant.id,
            })
            .collect();
        let settings_crumb = in_settings.then_some(Crumb::new(SETTINGS.0, SETTINGS.1));
        let above = self.crumbs.iter().map(|(label, path)| Crumb::new(label, path));
        let mut crumbs: Vec<_> = settings_crumb.into_iter().chain(above).collect();
        crumbs.push(Crumb::here(title));
        let shell = AppShell {
            frame: self.frame(title, content),
            workspace: &tenant.name,
            workspace_note: &member.role_name,
            workspaces: &workspaces,
            account_url: &self.core.config.account_origin(),
            nav: &nav,
            settings: &settings,
            person: Person { name: &member.name, email: &member.email },
            part: &self.part,
            search: self.core.search.unwrap_or_default(),
            crumbs: &crumbs,
        };
        Ok(Some(drawn(&shell)?))
    }

    /// The pages of the navigation and of the settings that whoever looks may open.
    pub fn entries(&self) -> Vec<NavEntry> {
        let all = self.core.nav.iter().chain(&self.core.settings);
        let is_seen = |entry: &&NavEntry| self.member().is_some_and(|member| entry.is_for(member));
        all.filter(is_seen).copied().collect()
    }

    /// The entries that a member sees.
    fn links<'a>(&self, entries: &'a [NavEntry], member: &Member) -> Vec<NavLink<'a>> {
        let seen = entries.iter().filter(|entry| entry.is_for(member));
        seen.map(|entry| self.link((entry.label, entry.path, entry.icon))).collect()
    }

    /// An entry of a navigation: label, path and icon, marked where it leads here.
    pub fn link<'a>(&self, (label, path, icon): (&'a str, &'a str, &'a str)) -> NavLink<'a> {
        NavLink { label, path, icon, current: NavLink::covers(path, &self.path) }
    }

    /// The account site as somebody signed in sees it: the shell of [`ACCOUNT`](crate::ACCOUNT).
    pub fn account_shell(&self, title: &str, content: &dyn DynTemplate) -> Result<Option<String>> {
        let Some(session) = &self.session else { return Ok(None) };
        let nav = [
            self.link(("Workspaces", "/workspaces", "layout-grid")),
            self.link(("Account", "/account", "user")),
        ];
        let person = Person { name: &session.name, email: &session.email };
        let shell = AccountShell { frame: self.frame(title, content), nav: &nav, person };
        Ok(Some(drawn(&shell)?))
    }

    pub(super) fn signed_out(&self, title: &str, content: &dyn DynTemplate) -> Result<String> {
        let (frame, corner, wide) = (self.frame(title, content), self.corner, self.wide);
        let shell = AuthShell { frame, corner, foot: &[], wide };
        drawn(&shell)
    }

    /// What every shell draws alike, for one of a site's own.
    pub fn frame<'a>(&'a self, title: &'a str, content: &'a dyn DynTemplate) -> Frame<'a> {
        Frame {
            title,
            description: "",
            brand: &self.core.brand,
            locale: self.locale(),
            theme: self.theme,
            csrf: &self.csrf,
            flash: self.flash.as_ref(),
            content,
        }
    }
}

/// A whole page. Room for a list is taken at once: a buffer that grows to it copies it several times.
fn drawn(shell: &impl Template) -> Result<String> {
    const ROOM: usize = 96 * 1024;
    let mut html = String::with_capacity(ROOM);
    shell.render_into(&mut html)?;
    Ok(html)
}
