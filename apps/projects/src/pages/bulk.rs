//! The same change to several projects at once; deleting and assigning ask first.

use askama::Template;
use platform::{
    Can, Form, MemberId, Query, Result, Submitted, TenantDb, Ui, Verdict, see_other_with,
    ui::{self, Address, Errors, FormState, Toast},
};
use serde::Deserialize;

use super::{form::owner_of, list};
use crate::{
    permissions::Manage,
    project::{self, Chosen, Glance, ProjectId, Search, Status},
};

/// The value that stands for having no owner.
const NOBODY: &str = "nobody";

/// How many projects one press may change.
const MAX_ROWS: u64 = 5000;

/// How many names a question lists.
const NAMES: u64 = 10;

/// What the buttons under the list send, and then the page that asks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Bulk {
    action: Option<Action>,
    id: Vec<ProjectId>,
    /// All that the search in the address finds, instead of those with a tick.
    all: bool,
    /// Was the question answered?
    sure: bool,
    /// How many the question spoke of.
    count: u64,
    owner: String,
    /// The session had ended before the answer came.
    #[serde(skip)]
    is_asked_again: bool,
}

/// What is done to all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
enum Action {
    Mark(Status),
    Assign,
    Delete,
}

impl TryFrom<String> for Action {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, Self::Error> {
        match word.as_str() {
            "assign" => Ok(Self::Assign),
            "delete" => Ok(Self::Delete),
            word => Status::parse(word).map(Self::Mark).ok_or("there is no such action"),
        }
    }
}

impl Form for Bulk {
    fn ask_again(&mut self) -> bool {
        (self.sure, self.is_asked_again) = (false, true);
        matches!(self.action, Some(Action::Assign | Action::Delete))
    }

    fn check(&self, errors: &mut Errors) {
        errors.ensure(self.action.is_some(), "action", "Choose an action.");
    }
}

/// The page that asks.
#[derive(Template)]
#[template(path = "projects/bulk.html")]
struct Ask<'a> {
    glance: Glance,
    form: &'a Bulk,
    deletes: bool,
    /// Others match by now than when it was asked.
    is_stale: bool,
    owners: Vec<(String, String)>,
    answer: FormState,
    /// The list that the question came from, with its ticks.
    back: String,
    action: Address,
    csrf: &'a str,
}

pub(crate) async fn bulk(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Query(search): Query<Search>,
    Submitted(form): Submitted<Bulk>,
) -> Result {
    let back = list::here(&search);
    let refuse = |text: &str| see_other_with(back.to_string(), &Toast::error(text));
    let Ok(form @ Bulk { action: Some(action), .. }) = &form else {
        return refuse("Nothing was changed");
    };
    let chosen = match form.all {
        true => Chosen::Matching(search),
        false => Chosen::These(form.id.clone()),
    };
    let glance = chosen.glance(&db, NAMES).await?;
    match glance.count {
        0 => return refuse("Select at least one project first"),
        1..=MAX_ROWS => {}
        _ => return refuse("You can change up to 5,000 projects at once. Filter the list first."),
    }
    // Of those with a tick some may be gone: whoever is sure of all is sure of those that are left.
    let is_stale = form.sure && form.all && form.count != glance.count;
    let mut answer = FormState::empty().with("owner", &form.owner);
    if matches!(action, Action::Mark(_)) || form.sure && !is_stale {
        match act(&db, *action, &chosen, &form.owner).await? {
            Ok(done) => return see_other_with(back.to_string(), &Toast::success(done)),
            Err(problem) => answer = answer.reject("owner", problem),
        }
    }
    let owners = match action {
        Action::Assign => owner_choices(&project::owners(&db).await?),
        _ => vec![],
    };
    let ui = ui.under("Projects", &back.to_string());
    let ticked = if form.all { back.with("all", true) } else { ticked(&back, &form.id) };
    let ask = Ask {
        glance,
        form,
        deletes: *action == Action::Delete,
        is_stale,
        owners,
        answer,
        back: ticked.to_string(),
        action: back.at(list::BULK),
        csrf: ui.csrf(),
    };
    let title = if ask.deletes { "Delete" } else { "Assign" };
    if ask.answer.is_rejected() {
        return ui.invalid(title, &ask);
    }
    ui.page(title, &ask)
}

/// Does it; gives what to say about it, or what is wrong with the owner that was chosen.
async fn act(
    db: &TenantDb,
    action: Action,
    chosen: &Chosen,
    owner: &str,
) -> Verdict<String, &'static str> {
    Ok(Ok(match action {
        Action::Mark(status) => {
            let many = chosen.set_status(db, status).await?;
            format!("{}: {}", count(many), status.label().to_lowercase())
        }
        Action::Delete => format!("{} deleted", count(chosen.delete(db).await?)),
        Action::Assign => match new_owner(owner, &project::owners(db).await?) {
            Err(problem) => return Ok(Err(problem)),
            Ok((owner, name)) => {
                let many = chosen.set_owner(db, owner).await?;
                format!("{} assigned to {name}", count(many))
            }
        },
    }))
}

/// Who was chosen, and what to call them. Having chosen nobody is a choice, not choosing is none.
fn new_owner(
    chosen: &str,
    owners: &[(MemberId, String)],
) -> Result<(Option<MemberId>, String), &'static str> {
    match chosen {
        "" => Err("Choose an owner."),
        NOBODY => Ok((None, "nobody".to_owned())),
        member => {
            let owner = owner_of(member, owners)?;
            let name = owners.iter().find(|(id, _)| Some(*id) == owner);
            Ok((owner, name.map_or_else(String::new, |(_, name)| name.clone())))
        }
    }
}

/// Everybody there is, and nobody; none of them is chosen beforehand.
fn owner_choices(owners: &[(MemberId, String)]) -> Vec<(String, String)> {
    let choose = (String::new(), "Choose an owner".to_owned());
    let members = owners.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let nobody = (NOBODY.to_owned(), "Nobody".to_owned());
    std::iter::once(choose).chain(members).chain([nobody]).collect()
}

/// The list with these ticks.
fn ticked(list: &Address, ids: &[ProjectId]) -> Address {
    ids.iter().fold(list.clone(), |address, id| address.and("ticked", id))
}

fn count(many: u64) -> String {
    format!("{} {}", ui::commas(many), if many == 1 { "project" } else { "projects" })
}

impl Ask<'_> {
    fn count(&self) -> String {
        count(self.glance.count)
    }

    /// How many are not listed by name.
    fn more(&self) -> u64 {
        self.glance.count - self.glance.names.len() as u64
    }
}
