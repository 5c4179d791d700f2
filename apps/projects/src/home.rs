//! What the first page of a workspace shows of its projects.

use askama::Template;
use platform::{
    Result, Visit,
    ui::{self, Calendar, HomeAction, HomeCard, HomePanel, HomeStat, News, SetupStep},
};

use crate::{
    permissions::Manage,
    project::{self, Counts, Model},
};

/// How many of one's own projects there is room for.
const MINE: u64 = 6;

/// How many lines of news the page has room for.
const NEWS: u64 = 8;

/// The list without what is done.
const OPEN: &str = "/projects?status=on_track&status=at_risk&status=off_track";

#[derive(Template)]
#[template(path = "projects/home.html")]
struct Mine {
    projects: Vec<Model>,
    /// There are no projects at all.
    is_first: bool,
    may_manage: bool,
    calendar: Calendar,
}

/// Numbers, the member's own projects, and what was changed last: three queries.
pub(crate) async fn card(visit: Visit) -> Result<HomeCard> {
    let Visit { db, member, calendar, .. } = &visit;
    let counts = project::counts(db, calendar.today()).await?;
    let (may_manage, is_first) = (visit.may::<Manage>(), counts.total == 0);
    let projects = project::of_member(db, member.id, MINE).await?;
    let mine = Mine { projects, is_first, may_manage, calendar: *calendar };
    let mut panel = HomePanel::new("Your projects", &mine)?;
    if !is_first {
        panel = panel.more("View all", format!("/projects?owner={}", member.id));
    }
    let news = project::newest(db, NEWS).await?.into_iter().map(|row| News {
        at: row.updated_at,
        icon: "folder-kanban",
        path: format!("/projects/{}", row.id),
        about: row.name,
        what: if row.version == 1 { "was created" } else { "was updated" },
    });
    let card = stats(counts).into_iter().fold(HomeCard::new(), HomeCard::stat);
    let card = card.panel(panel).news(news);
    if !may_manage {
        return Ok(card);
    }
    let step = SetupStep {
        title: "Create your first project",
        help: "Give it a name, an owner and a due date.",
        button: "New project",
        path: "/projects/new",
        done: !is_first,
    };
    let action =
        HomeAction { icon: "plus", label: "New project", path: "/projects/new", main: true };
    Ok(card.action(action).step(step))
}

fn stats(counts: Counts) -> Vec<HomeStat> {
    if counts.total == 0 {
        return vec![];
    }
    let count = |label, number: i64| HomeStat::new(label, number.unsigned_abs());
    vec![
        count("Open projects", counts.open).note(format!("of {}", counts.total)).path(OPEN),
        count("Overdue", counts.overdue)
            .note("past their due date")
            .path(format!("{OPEN}&sort=due")),
        count("At risk", counts.at_risk)
            .note("at risk or off track")
            .path("/projects?status=at_risk&status=off_track"),
    ]
}
