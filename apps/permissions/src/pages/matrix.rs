//! All roles at once: what each may do, to be ticked.

use askama::Template;
use platform::{
    Can, Form, PermissionDef, PermissionSet, Query, Result, RoleId, Submitted, TenantDb, Ui,
    process::{Platform, Services},
    see_other_with,
    ui::{self, Errors, FormState, Toast},
    workspaces::{CustomRole, PermissionKeys, RoleEdit, custom_roles},
};
use serde::Deserialize;

use super::{
    LIST, new,
    table::{Cell, Table, Ticks},
};
use crate::permissions::Manage;

/// The ticks, each as `role:key`, and of each role that can be ticked `role:version`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Sent {
    // As pages of releases before call it: read as nothing, it would take every permission away.
    #[serde(rename = "grant")]
    permission: Vec<String>,
    version: Vec<String>,
}

impl Form for Sent {
    /// A tick that can't be read would count as one that was taken away.
    fn check(&self, errors: &mut Errors) {
        let version = |text: &String| Some((split(text)?.0, split(text)?.1.parse::<i32>().ok()?));
        let roles: Vec<_> = self.version.iter().map(version).collect();
        let known = |id| roles.iter().flatten().any(|(known, _)| *known == id);
        let ticks = self.permission.iter().all(|text| split(text).is_some_and(|(id, _)| known(id)));
        errors.ensure(ticks && roles.iter().all(Option::is_some), "", UNREAD);
    }
}

const UNREAD: &str = "Some checkboxes couldn't be read. Check them below and save again.";

#[derive(Template)]
#[template(path = "permissions/matrix.html")]
struct Matrix<'a> {
    table: Table,
    /// The id of the role that a phone shows at first; empty: the first that can be ticked.
    focus: String,
    /// What stands in the way of saving: a title and what to do.
    problem: Option<(String, String)>,
    /// For the dialog that makes a role.
    choices: Vec<(String, String)>,
    answer: FormState,
    csrf: &'a str,
}

/// Which role a phone shows at first, such as the one that was just made.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Focus {
    role: String,
}

pub(super) async fn matrix(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Query(focus): Query<Focus>,
) -> Result {
    let page = draw(&who, &core, &db, (None, None), ui.csrf()).await?;
    ui.page("Roles", &Matrix { focus: focus.role, ..page })
}

pub(super) async fn save(
    who: Can<Manage>,
    Platform(core): Platform,
    db: TenantDb,
    ui: Ui,
    Submitted(form): Submitted<Sent>,
) -> Result {
    let ticks = match form {
        Ok(form) => form.ticks(),
        Err(answer) => {
            let ticks = Sent::of(&answer).ticks();
            let text = answer.error("").unwrap_or(UNREAD).to_owned();
            let problem = ("Nothing is saved yet".to_owned(), text);
            let seen = (Some(&ticks), Some(problem));
            return ui.invalid("Roles", &draw(&who, &core, &db, seen, ui.csrf()).await?);
        }
    };
    let decision = who.decide(&db).await?;
    let roles = custom_roles(&db).await?;
    let mut saved = 0;
    for role in &roles {
        let Some((version, keys)) = ticks.get(&role.id) else { continue };
        if role.permissions.keys(&core.permissions).0 == *keys {
            continue;
        }
        match decision.regrant_role(role.id, *version, PermissionKeys(keys.clone())).await? {
            RoleEdit::Saved => saved += 1,
            RoleEdit::Refused(why) => {
                let problem = (format!("{} was not saved", role.name), why.text().to_owned());
                let seen = (Some(&ticks), Some(problem));
                return ui.invalid("Roles", &draw(&who, &core, &db, seen, ui.csrf()).await?);
            }
            RoleEdit::Conflict | RoleEdit::NameTaken => {
                let seen = (Some(&ticks), Some(overtaken(role, &core.permissions)));
                return ui.conflict("Roles", &draw(&who, &core, &db, seen, ui.csrf()).await?);
            }
        }
    }
    let toast = match saved {
        0 => Toast::success("No changes to save"),
        1 => Toast::success("Role saved"),
        many => Toast::success(format!("{many} roles saved")),
    };
    see_other_with(LIST, &toast)
}

/// What the role holds by now, for whoever ticked something else.
fn overtaken(role: &CustomRole, permissions: &[PermissionDef]) -> (String, String) {
    let held: Vec<_> = permissions
        .iter()
        .filter(|permission| role.permissions.holds(permission))
        .map(|permission| permission.label)
        .collect();
    let holds = if held.is_empty() { "nothing".to_owned() } else { held.join("; ") };
    let title = format!("Someone else changed {} while you were editing", role.name);
    let text = format!(
        "Nothing is saved yet. It now allows: {holds}. Your changes are still below; save them to \
         replace these."
    );
    (title, text)
}

async fn draw<'a>(
    who: &Can<Manage>,
    core: &Services,
    db: &TenantDb,
    (ticks, problem): (Option<&Ticks>, Option<(String, String)>),
    csrf: &'a str,
) -> Result<Matrix<'a>> {
    let table = Table::read(core, db, &who.member, ticks).await?;
    let choices = new::choices(core, db, &who.member).await?;
    let answer = FormState::empty().with("copy", platform::Role::Viewer.as_str());
    Ok(Matrix { table, focus: String::new(), problem, choices, answer, csrf })
}

impl Matrix<'_> {
    /// Counted from one: the role that a phone shows at first, one that can be ticked if there is any.
    fn is_shown_first(&self, place: &usize) -> bool {
        let columns = &self.table.columns;
        let asked = |own: (RoleId, i32)| own.0.to_string() == self.focus;
        let asked = columns.iter().position(|column| column.own.is_some_and(asked));
        let own = || columns.iter().position(|column| column.own.is_some());
        asked.or_else(own).unwrap_or_default() + 1 == *place
    }

    fn can_save(&self) -> bool {
        self.table.columns.iter().any(|column| column.own.is_some())
    }
}

impl Sent {
    /// What can be read of a form that is not good.
    fn of(answer: &FormState) -> Self {
        let all = |name| answer.values(name).map(str::to_owned).collect();
        Self { permission: all("grant"), version: all("version") }
    }

    fn ticks(&self) -> Ticks {
        let mut ticks = Ticks::new();
        for (id, version) in self.version.iter().filter_map(|text| split(text)) {
            if let Ok(version) = version.parse() {
                ticks.insert(id, (version, Default::default()));
            }
        }
        for (id, key) in self.permission.iter().filter_map(|text| split(text)) {
            if let Some((_, keys)) = ticks.get_mut(&id) {
                keys.insert(key.to_owned());
            }
        }
        ticks
    }
}

fn split(text: &str) -> Option<(RoleId, &str)> {
    let (id, rest) = text.split_once(':')?;
    Some((id.parse().ok()?, rest))
}

/// How many people a role has, in words.
fn people(many: &u64) -> String {
    match many {
        1 => "1 person".to_owned(),
        many => format!("{} people", ui::commas(many)),
    }
}

/// What a power holds of all that is declared.
pub(super) fn keys(permissions: &PermissionSet, core: &Services) -> PermissionKeys {
    permissions.keys(&core.permissions)
}
