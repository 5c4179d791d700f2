//! The same change to several projects at once; deleting and assigning ask first.

use askama::Template;
use platform::{
    Can, Form, MemberId, Query, Result, Submitted, TenantDb, Ui, see_other_with,
    ui::{self, Answer, Errors, Toast},
};
use sea_orm::prelude::Uuid;
use serde::Deserialize;

use super::{
    form::{owner_choices, owner_of},
    list,
};
use crate::{
    permissions::Manage,
    project::{self, Search, Status},
};

/// What the buttons under the list send, and then the page that asks.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Bulk {
    /// A status, `assign` or `delete`.
    action: String,
    id: Vec<Uuid>,
    /// Was the question answered?
    sure: bool,
    owner: String,
}

impl Form for Bulk {
    fn check(&self, errors: &mut Errors) {
        let known = matches!(&*self.action, "assign" | "delete");
        errors.unless(known || Status::parse(&self.action).is_some(), "action", "No such action.");
    }
}

/// The page that asks.
#[derive(Template)]
#[template(path = "projects/bulk.html")]
struct Ask<'a> {
    chosen: &'a [(Uuid, String)],
    deletes: bool,
    owners: Vec<(String, String)>,
    answer: Answer,
    /// The list that the question came from.
    back: &'a str,
    csrf: &'a str,
}

pub(crate) async fn bulk(
    _: Can<Manage>,
    db: TenantDb,
    ui: Ui,
    Query(search): Query<Search>,
    Submitted(form): Submitted<Bulk>,
) -> Result {
    let back = list::here(&search).to_string();
    let Ok(form) = form else { return see_other_with(back, &Toast::error("Nothing was changed")) };
    let chosen = project::names(&db, &form.id).await?;
    let ids: Vec<_> = chosen.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return see_other_with(back, &Toast::error("Select at least one project first"));
    }
    let owners = project::owners(&db).await?;
    let answer = Answer::empty().with("owner", &form.owner);
    let ask = |answer| ask(ui, &form, &chosen, &owners, answer, &back);
    let done = match (&*form.action, form.sure, Status::parse(&form.action)) {
        (.., Some(status)) => {
            project::set_status(&db, &ids, status).await?;
            format!("{}: {}", count(ids.len()), status.label().to_lowercase())
        }
        ("delete", true, _) => {
            project::delete(&db, &ids).await?;
            format!("{} deleted", count(ids.len()))
        }
        (_, true, _) => match owner_of(&form.owner, &owners) {
            Ok(owner) => {
                project::set_owner(&db, &ids, owner).await?;
                format!("{} assigned", count(ids.len()))
            }
            Err(text) => return ask(answer.reject("owner", text)),
        },
        (_, false, _) => return ask(answer),
    };
    see_other_with(back, &Toast::success(done))
}

fn ask(
    ui: Ui,
    form: &Bulk,
    chosen: &[(Uuid, String)],
    owners: &[(MemberId, String)],
    answer: Answer,
    back: &str,
) -> Result {
    let ui = ui.under("Projects", back);
    let (deletes, owners) = (form.action == "delete", owner_choices(owners));
    let ask = Ask { chosen, deletes, owners, answer, back, csrf: ui.csrf() };
    let title = if deletes { "Delete" } else { "Assign" };
    if ask.answer.is_rejected() {
        return ui.invalid(title, &ask);
    }
    ui.page(title, &ask)
}

fn count(many: usize) -> String {
    format!("{many} {}", if many == 1 { "project" } else { "projects" })
}

impl Ask<'_> {
    fn count(&self) -> String {
        count(self.chosen.len())
    }

    fn action(&self) -> String {
        list::bulk(self.back)
    }
}
