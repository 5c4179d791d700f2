//! The first page of a workspace.

use askama::Template;
use platform::{
    Can, Member, PermissionDef, Result, TenantDb, Ui, Visit, WorkspaceMember,
    process::Platform,
    request::CurrentTenant,
    see_other_with,
    ui::{self, Calendar, HomeAction, HomeCard, HomeStat, News, SetupStep, Toast},
    workspaces::Tenant,
};

use crate::{
    member,
    permissions::{ManageMembers, ManageWorkspace},
    seats,
    setup::{self, Mark},
};

/// How many lines of news there is room for.
const NEWS: usize = 8;

#[derive(Template)]
#[template(path = "tenants/home.html")]
struct Home<'a> {
    name: &'a str,
    workspace: &'a str,
    card: HomeCard,
    /// Some of the page could not be read.
    is_partial: bool,
    /// None: there is nothing to set up, or it is somebody else's business.
    steps: Vec<SetupStep>,
    csrf: &'a str,
    calendar: Calendar,
}

pub(super) async fn home(
    WorkspaceMember(member): WorkspaceMember,
    CurrentTenant(tenant): CurrentTenant,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
) -> Result {
    let calendar = ui.calendar();
    let (mut card, is_partial) = core.home_cards(&tenant, &member, calendar).await?;
    card.news.sort_by_key(|news| std::cmp::Reverse(news.at));
    card.news.truncate(NEWS);
    let steps = steps(&db, &member, &tenant, &mut card).await?;
    let (name, workspace, csrf) = (&member.name, &tenant.name, ui.csrf());
    let home = Home { name, workspace, card, is_partial, steps, csrf, calendar };
    ui.page("Home", &home)
}

/// The checklist, for whoever may put it away, until it is put away or everything is done.
async fn steps(
    db: &TenantDb,
    member: &Member,
    tenant: &Tenant,
    card: &mut HomeCard,
) -> Result<Vec<SetupStep>> {
    let brought = std::mem::take(&mut card.steps);
    if !member.may(&PermissionDef::of::<ManageWorkspace>()) {
        return Ok(vec![]);
    }
    let marks = setup::marks(db).await?;
    let steps: Vec<_> = setup::own_steps(&tenant.zone, &marks).into_iter().chain(brought).collect();
    let is_over = marks.contains(&Mark::Hidden) || steps.iter().all(|step| step.done);
    Ok(if is_over { vec![] } else { steps })
}

/// Puts the checklist away, for everybody.
pub(super) async fn hide(_: Can<ManageWorkspace>, db: TenantDb) -> Result {
    setup::mark(&db, Mark::Hidden).await?;
    see_other_with("/", &Toast::success("Checklist hidden"))
}

/// What this app brings to the page: who belongs to the workspace, and who joined.
pub(crate) async fn card(visit: Visit) -> Result<HomeCard> {
    let seats = seats::seats(&visit.db).await?;
    let joined = member::newest(&visit.db, NEWS as u64).await?;
    let invited = match seats.invited {
        0 => String::new(),
        many => format!("and {many} invited"),
    };
    let count = HomeStat::new("Members", seats.members).note(invited).path("/settings/members");
    let news = joined.into_iter().map(|(about, at)| News {
        at,
        about,
        icon: "",
        path: String::new(),
        what: "joined the workspace",
    });
    let card = HomeCard::new().stat(count).news(news);
    if !visit.may::<ManageMembers>() {
        return Ok(card);
    }
    let path = "/settings/members/invite";
    let step = SetupStep {
        title: "Invite your team",
        help: "They get an email with a link to join.",
        button: "Invite people",
        path,
        done: seats.total() > 1,
    };
    let action = HomeAction { icon: "user-plus", label: "Invite", path, main: false };
    Ok(card.action(action).step(step))
}

impl Home<'_> {
    fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.done).count()
    }

    /// The step to be done next has the main button.
    fn is_next(&self, step: &SetupStep) -> bool {
        self.steps.iter().find(|step| !step.done).is_some_and(|next| next.title == step.title)
    }

    /// Nothing of the workspace is for whoever looks.
    fn is_bare(&self) -> bool {
        let HomeCard { stats, panels, news, .. } = &self.card;
        !self.is_partial && stats.is_empty() && panels.is_empty() && news.is_empty()
    }
}
