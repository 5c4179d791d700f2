//! The same change to several rows at once. What is grave, and what needs a value, asks first.

use std::sync::Arc;

use core_base::{Result, Verdict, clock};
use core_db::{Savepoints, TenantDb};
use core_http::{Ui, see_other_with};
use core_ui::{Address, Calendar, Errors, FormState, Locale, Toast, isolated};
use sea_orm::Value;
use uuid::Uuid;

use super::{Pages, Pairs, question::Question, typed::Bulk};
use crate::{
    Chosen,
    action::{ActionParts, Answers, Context},
    resource::Spec,
    search::NONE,
};

/// How many rows one press may change.
const MAX_ROWS: u64 = 5000;

/// How many it may do something to, one after the other.
const MAX_ACTS: u64 = 500;

/// How many names a question lists.
const NAMES: u64 = 10;

/// What is done to all of them.
pub(super) enum Deed<'a> {
    Delete,
    /// The field gets this value.
    Set(&'a Spec, Value),
    /// The field gets a value that a page asks for.
    Ask(&'a Spec),
    /// Something of the app's own.
    Do(&'a ActionParts),
}

pub(super) async fn bulk(
    on: Arc<Pages>,
    db: TenantDb,
    ui: Ui,
    pairs: Pairs,
    form: Result<Bulk, FormState>,
) -> Result {
    let search = on.of.search(&pairs);
    let list = on.here(&search);
    let back = match &form {
        Ok(Bulk { is_from_row: true, id, .. }) if id.len() == 1 => Address::new(on.row_path(id[0])),
        _ => list.clone(),
    };
    let refuse = |text: String| see_other_with(back.to_string(), &Toast::error(text));
    let Ok(form) = form else { return refuse("Nothing was changed".to_owned()) };
    let Some(deed) = on.deed(&form.action) else {
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
    let most = if matches!(deed, Deed::Do(_)) { MAX_ACTS } else { MAX_ROWS };
    if count == 0 {
        return refuse(format!("Select at least one {} first", on.of.noun));
    } else if count > most {
        let most = on.count(most);
        return refuse(format!("You can change up to {most} at once. Filter the list first."));
    }
    // Of those with a tick some may be gone: whoever is sure of all is sure of those that are left.
    let is_stale = form.sure && form.all && form.count != count;
    let mut answer = match form.sure || form.is_asked_again {
        true => FormState::new(form.answers.clone(), Errors::default()),
        false => deed.defaults(&ui.calendar()),
    };
    if !deed.is_asking() && !form.is_asked_again || form.sure && !is_stale {
        match on.act(&db, &ui, &deed, &chosen, &form).await? {
            Ok(done) => return see_other_with(back.to_string(), &Toast::success(done)),
            // No page asked: the list says why it was not done.
            Err(errors) if !deed.is_asking() => {
                return refuse(errors.iter().next().map_or("", |(_, text)| text).to_owned());
            }
            Err(errors) => answer = FormState::new(form.answers.clone(), errors),
        }
    }
    let (options, fields) = match &deed {
        Deed::Ask(field) => (on.asked_options(&db, field).await?, vec![]),
        Deed::Do(action) => {
            let asks = action.asks.iter().map(|ask| (ask, ask.parts.is_required));
            let (fields, named) = on.offer(&db, action.name, asks, answer).await?;
            answer = named;
            (vec![], fields)
        }
        Deed::Delete | Deed::Set(..) => (vec![], vec![]),
    };
    let ui = ui.under(&on.title(), &list.to_string());
    let title = deed.title();
    let question = Question {
        names: on.of.names(&db, &chosen, NAMES).await?,
        options,
        fields,
        back: match form.all || form.is_from_row {
            true if form.all => back.with("all", true),
            true => back,
            false => ticked(&back, &form.id),
        }
        .to_string(),
        action: list.at(format!("{}/bulk", on.path)),
        csrf: ui.csrf(),
        calendar: ui.calendar(),
        on: &on,
        form: &form,
        deed: &deed,
        count,
        is_stale,
        answer,
    };
    match question.answer.is_rejected() {
        true => ui.invalid(title, &question),
        false => ui.page(title, &question),
    }
}

/// The list with these ticks.
fn ticked(list: &Address, ids: &[Uuid]) -> Address {
    ids.iter().fold(list.clone(), |address, id| address.and("ticked", id))
}

impl Deed<'_> {
    /// Does a page come before it?
    fn is_asking(&self) -> bool {
        match self {
            Self::Delete | Self::Ask(_) => true,
            Self::Set(..) => false,
            Self::Do(action) => action.is_asking(),
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Set(field, _) | Self::Ask(field) => field.parts.label,
            Self::Do(action) => action.label,
        }
    }

    /// What stands in the page's fields before anybody typed.
    fn defaults(&self, calendar: &Calendar) -> FormState {
        let Self::Do(action) = self else { return FormState::empty() };
        let typed = action.asks.iter().filter_map(|ask| {
            let default = ask.stored.fit(ask.parts.default.clone()?)?;
            let text = ask.parts.kind.text(&default, calendar).into_owned();
            Some((ask.parts.name.to_owned(), text))
        });
        FormState::new(typed.collect(), Errors::default())
    }
}

impl Pages {
    /// What a button's word stands for; none: there is no such button.
    fn deed(&self, word: &str) -> Option<Deed<'_>> {
        if word == "delete" {
            return Some(Deed::Delete);
        }
        if let Some(name) = word.strip_prefix("do-") {
            return self.of.actions.iter().find(|action| action.name == name).map(Deed::Do);
        }
        let offered = |name: &str| {
            let found = self.of.field(name).map(|at| &self.of.fields[at]);
            found.filter(|field| field.parts.bulk.is_some())
        };
        if let Some(name) = word.strip_prefix("ask-") {
            return offered(name).filter(|field| field.parts.referred.is_some()).map(Deed::Ask);
        }
        let (name, word) = word.strip_prefix("set-")?.split_once('-')?;
        let field = offered(name)?;
        let value = field.stored.fit(word.into())?;
        self.of.writes.takes(field.at, &value).then_some(Deed::Set(field, value))
    }

    /// Does it; gives what to say about it, or what is wrong.
    async fn act(
        &self,
        db: &TenantDb,
        ui: &Ui,
        deed: &Deed<'_>,
        chosen: &Chosen,
        form: &Bulk,
    ) -> Verdict<String, Errors> {
        let refused = |text: &str| {
            let mut errors = Errors::default();
            errors.add("value", text);
            Ok(Err(errors))
        };
        let (field, value) = match deed {
            Deed::Delete => {
                let many = self.of.delete(db, chosen).await?;
                return Ok(Ok(format!("{} deleted", self.count(many))));
            }
            Deed::Do(action) => return self.run(db, ui, action, chosen, form).await,
            Deed::Set(field, value) => (field, value.clone()),
            Deed::Ask(field) => match form.value() {
                NONE => (field, field.stored.null()),
                id => match id.parse::<Uuid>() {
                    Ok(id) => (field, id.into()),
                    Err(_) => return refused("Choose one of the list."),
                },
            },
        };
        let label = field.parts.label;
        let words = match &value {
            Value::String(Some(_)) => {
                let calendar = Calendar::new(clock::now(), "UTC", Locale::default());
                field.parts.kind.words(&value, &calendar).to_lowercase()
            }
            Value::Uuid(Some(id)) => match &field.parts.referred {
                Some(referred) => referred.name(db, *id).await?,
                None => id.to_string(),
            },
            _ => field.parts.none.to_lowercase(),
        };
        match self.of.set(db, chosen, field.parts.name, value).await? {
            Ok(many) if matches!(deed, Deed::Ask(_)) => {
                Ok(Ok(format!("{label} of {} is now {words}", self.count(many))))
            }
            Ok(many) => Ok(Ok(format!("{}: {words}", self.count(many)))),
            Err(problem) => refused(&problem),
        }
    }

    /// Does something of the app's own to each row: to all of them or to none.
    async fn run(
        &self,
        db: &TenantDb,
        ui: &Ui,
        action: &ActionParts,
        chosen: &Chosen,
        form: &Bulk,
    ) -> Verdict<String, Errors> {
        let (mut errors, mut typed) = (Errors::default(), form.answers.clone());
        self.name_rows(db, action.asks.iter(), &mut typed, &mut errors).await?;
        let answers = Arc::new(action.answers(&typed, &ui.calendar(), &mut errors));
        self.check_rows(db, action, &answers, &mut errors).await?;
        if !errors.is_empty() {
            return Ok(Err(errors));
        }
        let rows = self.of.whole(db, self.of.chosen(db, chosen), true).await?;
        let savepoint = db.savepoint().await?;
        let mut done = 0;
        for row in &rows {
            if !action.is_possible(row)? {
                continue;
            }
            let resource = self.of.clone();
            let context = Context { resource, db: db.clone(), answers: answers.clone() };
            let found = (action.run)(context, row)?.await?;
            if !found.is_empty() {
                db.rollback_to(&savepoint).await?;
                let named = |text: &str| match rows.len() {
                    1 => text.to_owned(),
                    _ => format!("{}: {text}", isolated(&self.of.title(row))),
                };
                let is_asked = |name: &str| action.asks.iter().any(|ask| ask.parts.name == name);
                for (name, text) in found.iter() {
                    let name = if is_asked(name) { name.to_owned() } else { String::new() };
                    errors.add(name, named(text));
                }
                return Ok(Err(errors));
            }
            done += 1;
        }
        db.release(&savepoint).await?;
        let left = match rows.len() as u64 - done {
            0 => String::new(),
            left => format!(". {} left as before", self.count(left)),
        };
        Ok(Ok(format!("{}: {}{left}", action.label, self.count(done))))
    }

    /// Are the rows there that an action was given?
    async fn check_rows(
        &self,
        db: &TenantDb,
        action: &ActionParts,
        answers: &Answers,
        errors: &mut Errors,
    ) -> Result<()> {
        for ask in &action.asks {
            let Some(value) = answers.get(ask.parts.name) else { continue };
            if !self.of.is_there(db, ask, value).await? {
                errors.add(ask.parts.name, ask.gone());
            }
        }
        Ok(())
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
