//! The same change to several rows at once; deleting, and values that are chosen on a page, ask first.

use std::sync::Arc;

use askama::Template;
use core_base::{Result, Verdict, clock};
use core_db::TenantDb;
use core_http::{Ui, see_other_with};
use core_ui::{self as ui, Address, Calendar, FormState, Locale, Toast};
use sea_orm::Value;
use uuid::Uuid;

use super::{Pairs, Screens, typed::Bulk};
use crate::{Chosen, resource::Spec, search::NONE};

/// How many rows one press may change.
const MAX_ROWS: u64 = 5000;

/// How many names a question lists.
const NAMES: u64 = 10;

/// What is done to all of them.
enum Action<'a> {
    Delete,
    /// The field gets this value.
    Set(&'a Spec, Value),
    /// The field gets a value that a page asks for.
    Ask(&'a Spec),
}

/// The page that asks.
#[derive(Template)]
#[template(path = "resource/bulk.html")]
struct Question<'a> {
    on: &'a Screens,
    form: &'a Bulk,
    /// None: it is about deleting.
    field: Option<&'a Spec>,
    count: u64,
    names: Vec<String>,
    /// Others match by now than when it was asked.
    is_stale: bool,
    options: Vec<(String, String)>,
    answer: FormState,
    /// The list that the question came from, with its ticks.
    back: String,
    action: Address,
    csrf: &'a str,
}

pub(super) async fn bulk(
    on: Arc<Screens>,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
    form: Result<Bulk, FormState>,
) -> Result {
    let search = on.of.search(&pairs);
    let back = on.here(&search);
    let refuse = |text: String| see_other_with(back.to_string(), &Toast::error(text));
    let Ok(form) = form else { return refuse("Nothing was changed".to_owned()) };
    let Some(action) = on.action(&form.action) else {
        return refuse("Nothing was changed".to_owned());
    };
    if form.all && search.is_misread() {
        return refuse("The list was not what you asked for. Nothing was changed".to_owned());
    }
    let chosen = match form.all {
        true => Chosen::Matching(search, ui.calendar()),
        false => Chosen::These(form.id.clone()),
    };
    let count = on.of.count(&db, &chosen).await?;
    match count {
        0 => return refuse(format!("Select at least one {} first", on.of.noun)),
        1..=MAX_ROWS => {}
        _ => {
            return refuse(format!(
                "You can change up to {} at once. Filter the list first.",
                on.count(MAX_ROWS)
            ));
        }
    }
    // Of those with a tick some may be gone: whoever is sure of all is sure of those that are left.
    let is_stale = form.sure && form.all && form.count != count;
    let mut answer = FormState::empty().with("value", &form.value);
    if matches!(action, Action::Set(..)) || form.sure && !is_stale {
        match on.act(&db, &action, &chosen, &form.value).await? {
            Ok(done) => return see_other_with(back.to_string(), &Toast::success(done)),
            // No page asked for the value: the list says why it was not taken.
            Err(problem) if matches!(action, Action::Set(..)) => return refuse(problem),
            Err(problem) => answer = answer.reject("value", problem),
        }
    }
    let ui = ui.under(&on.title(), &back.to_string());
    let field = match action {
        Action::Ask(field) => Some(field),
        Action::Delete | Action::Set(..) => None,
    };
    let question = Question {
        names: on.of.names(&db, &chosen, NAMES).await?,
        options: match field {
            Some(field) => on.asked_options(&db, field).await?,
            None => vec![],
        },
        back: match form.all {
            true => back.with("all", true),
            false => ticked(&back, &form.id),
        }
        .to_string(),
        action: back.at(format!("{}/bulk", on.path)),
        csrf: ui.csrf(),
        on: &on,
        form: &form,
        field,
        count,
        is_stale,
        answer,
    };
    let title = field.map_or("Delete", |field| field.parts.label);
    match question.answer.is_rejected() {
        true => ui.invalid(title, &question),
        false => ui.page(title, &question),
    }
}

/// The list with these ticks.
fn ticked(list: &Address, ids: &[Uuid]) -> Address {
    ids.iter().fold(list.clone(), |address, id| address.and("ticked", id))
}

impl Screens {
    /// What a button's word stands for; none: there is no such button.
    fn action(&self, word: &str) -> Option<Action<'_>> {
        if word == "delete" {
            return Some(Action::Delete);
        }
        let offered = |name: &str| {
            let found = self.of.field(name).map(|at| &self.of.fields[at]);
            found.filter(|field| field.parts.bulk.is_some())
        };
        if let Some(name) = word.strip_prefix("ask-") {
            return offered(name).filter(|field| field.parts.referred.is_some()).map(Action::Ask);
        }
        let (name, word) = word.strip_prefix("set-")?.split_once('-')?;
        let field = offered(name)?;
        let value = field.stored.fit(word.into())?;
        self.of.writes.takes(field.at, &value).then_some(Action::Set(field, value))
    }

    /// Does it; gives what to say about it, or what is wrong with the value that was chosen.
    async fn act(
        &self,
        db: &TenantDb,
        action: &Action<'_>,
        chosen: &Chosen,
        value: &str,
    ) -> Verdict<String, String> {
        let (field, value) = match action {
            Action::Delete => {
                let many = self.of.delete(db, chosen).await?;
                return Ok(Ok(format!("{} deleted", self.count(many))));
            }
            Action::Set(field, value) => (field, value.clone()),
            Action::Ask(field) => match value {
                "" => return Ok(Err("Choose one of the list.".to_owned())),
                NONE => (field, field.stored.null()),
                id => match id.parse::<Uuid>() {
                    Ok(id) => (field, id.into()),
                    Err(_) => return Ok(Err("Choose one of the list.".to_owned())),
                },
            },
        };
        let label = field.parts.label;
        let is_asked = matches!(action, Action::Ask(_));
        let words = match &value {
            Value::String(Some(_)) => {
                let calendar = Calendar::new(clock::now(), "UTC", Locale::default());
                field.parts.kind.words(&value, &calendar).to_lowercase()
            }
            Value::Uuid(Some(id)) => self.of.label(db, field, *id).await?,
            _ => field.parts.none.to_lowercase(),
        };
        Ok(match self.of.set(db, chosen, field.parts.name, value).await? {
            Ok(many) if is_asked => Ok(format!("{label} of {} is now {words}", self.count(many))),
            Ok(many) => Ok(format!("{}: {words}", self.count(many))),
            Err(problem) => Err(problem),
        })
    }

    /// What there is to choose from; none of it is chosen beforehand.
    async fn asked_options(&self, db: &TenantDb, field: &Spec) -> Result<Vec<(String, String)>> {
        let mut all = vec![(String::new(), "Choose one".to_owned())];
        all.extend(self.of.options(db, field.parts.name).await?);
        if self.of.columns[field.at].is_nullable && !field.parts.is_required {
            all.push((NONE.to_owned(), field.parts.none.to_owned()));
        }
        Ok(all)
    }
}

impl Question<'_> {
    fn counted(&self) -> String {
        self.on.count(self.count)
    }

    /// How many are not listed by name.
    fn more(&self) -> u64 {
        self.count - self.names.len() as u64
    }

    fn question(&self) -> String {
        match self.field {
            None => format!("Delete {}?", self.counted()),
            Some(field) => format!("{} {}", field.deed(), self.counted()),
        }
    }

    fn label(&self) -> String {
        self.field
            .map_or_else(String::new, |field| format!("New {}", field.parts.label.to_lowercase()))
    }

    fn button(&self) -> String {
        let deed = self.field.map_or("Delete", Spec::deed);
        format!("{deed} {}", self.counted())
    }
}
