//! What apps bring to the first page of a workspace, and to the frame around all of its pages.

use std::{sync::Arc, time::Duration};

use core_access::Member;
use core_base::Result;
use core_db::Tenant;
use core_ui::{Calendar, HomeCard, ShellPart};

use crate::{
    Services,
    slot::{Budget, Visitor},
};

/// What all cards of the first page may use.
const HOME: Budget = Budget { queries: 10, time: Duration::from_secs(2) };

/// What all apps may use for the frame around a page, which is read anew for each.
const SHELL: Budget = Budget { queries: 3, time: Duration::from_millis(250) };

impl Services {
    /// What the apps bring to the first page for this member, as one card; and whether some of it
    /// could not be read.
    pub async fn home_cards(
        &self,
        tenant: &Arc<Tenant>,
        member: &Arc<Member>,
        calendar: Calendar,
    ) -> Result<(HomeCard, bool)> {
        let (cards, is_partial) =
            self.visitor(tenant, member, calendar).read(&self.home, HOME).await?;
        let mut all = HomeCard::new();
        cards.into_iter().for_each(|card| all.extend(card));
        Ok((all, is_partial))
    }

    /// What the apps bring to the frame around a page for this member.
    pub(crate) async fn shell_part(
        &self,
        tenant: &Arc<Tenant>,
        member: &Arc<Member>,
        calendar: Calendar,
    ) -> Result<ShellPart> {
        let mut all = ShellPart::new();
        if !self.shell.is_empty() {
            let visitor = self.visitor(tenant, member, calendar);
            let (parts, _) = visitor.read(&self.shell, SHELL).await?;
            parts.into_iter().for_each(|part| all.extend(part));
        }
        Ok(all)
    }

    fn visitor<'a>(
        &'a self,
        tenant: &'a Arc<Tenant>,
        member: &'a Arc<Member>,
        calendar: Calendar,
    ) -> Visitor<'a> {
        Visitor { store: &self.store, tenant, member, calendar, extensions: &self.extensions }
    }
}
