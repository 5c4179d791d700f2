//! What a button under a list or on a row's page stands for, and doing it.

use std::sync::Arc;

use core_base::{Result, Verdict, clock};
use core_db::{Savepoints, TenantDb};
use core_http::Ui;
use core_ui::{Calendar, Errors, FormState, Locale, Toast, isolated};
use sea_orm::Value;
use uuid::Uuid;

use super::{Pages, typed::Bulk};
use crate::{
    Chosen,
    action::{ActionParts, Answers, Context},
    resource::Spec,
    search::NONE,
    undo::{Done, Kind},
};

/// What is done to all of them.
pub(super) enum Deed<'a> {
    Delete,
    /// Fields get values, by a form.
    Edit,
    /// The field gets this value.
    Set(&'a Spec, Value),
    /// The field gets a value that a page asks for.
    Ask(&'a Spec),
    /// Something of the app's own.
    Do(&'a ActionParts),
}

impl Deed<'_> {
    /// Does a page come before it?
    pub(super) fn is_asking(&self) -> bool {
        match self {
            Self::Delete | Self::Edit | Self::Ask(_) => true,
            Self::Set(..) => false,
            Self::Do(action) => action.is_asking(),
        }
    }

    pub(super) fn title(&self) -> &'static str {
        match self {
            Self::Delete => "Delete",
            Self::Edit => "Edit",
            Self::Set(field, _) | Self::Ask(field) => field.parts.label,
            Self::Do(action) => action.label,
        }
    }

    /// What stands in the page's fields before anybody typed.
    pub(super) fn defaults(&self, calendar: &Calendar) -> FormState {
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
    pub(super) fn deed(&self, word: &str) -> Option<Deed<'_>> {
        if word == "delete" {
            return Some(Deed::Delete);
        }
        if word == "edit" {
            return self.shared().next().is_some().then_some(Deed::Edit);
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

    /// Does it; gives what to say about it and where it can be undone, or what is wrong.
    pub(super) async fn act(
        &self,
        db: &TenantDb,
        ui: &Ui,
        deed: &Deed<'_>,
        chosen: &Chosen,
        form: &Bulk,
    ) -> Verdict<Toast, Errors> {
        let refused = |text: &str| {
            let mut errors = Errors::default();
            errors.add("value", text);
            Ok(Err(errors))
        };
        let (field, value) = match deed {
            Deed::Delete => {
                let many = self.of.delete(db, chosen).await?;
                let toast = Toast::success(format!("{} deleted", self.count(many)));
                let words = format!("Deleted {}", self.count(many));
                return Ok(Ok(self.undoable(db, toast, Kind::Delete, words, many).await?));
            }
            Deed::Edit => return self.edit_many(db, ui, chosen, form).await,
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
        let many = match self.of.set(db, chosen, field.parts.name, value).await? {
            Ok(many) => many,
            Err(problem) => return refused(&problem),
        };
        let count = self.count(many);
        // A name would outlive whoever bears it.
        let (said, noted) = match deed {
            Deed::Ask(_) => (
                format!("{label} of {count} is now {words}"),
                format!("{label} of {count} changed"),
            ),
            _ => (format!("{count}: {words}"), format!("{label} of {count} set to {words}")),
        };
        Ok(Ok(self.undoable(db, Toast::success(said), Kind::Change, noted, many).await?))
    }

    /// Notes what was done, and leads to where it can be undone.
    pub(super) async fn undoable(
        &self,
        db: &TenantDb,
        toast: Toast,
        kind: Kind,
        words: String,
        many: u64,
    ) -> Result<Toast> {
        let done = Done { place: self.place(), kind, words, count: many };
        Ok(match self.of.note(db, done).await? {
            Some(id) => toast.link("Undo", format!("{}/undo/{id}", self.path)),
            None => toast,
        })
    }

    /// Does something of the app's own to each row: to all of them or to none.
    async fn run(
        &self,
        db: &TenantDb,
        ui: &Ui,
        action: &ActionParts,
        chosen: &Chosen,
        form: &Bulk,
    ) -> Verdict<Toast, Errors> {
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
            left => format!(". {} left unchanged", self.count(left)),
        };
        if done == 0 {
            errors.add("", self.no_longer_for(action.label, rows.len() as u64));
            return Ok(Err(errors));
        }
        let words = format!("{}: {}", action.done, self.count(done));
        let toast = Toast::success(format!("{words}{left}"));
        Ok(Ok(self.undoable(db, toast, Kind::Change, words, done).await?))
    }

    pub(super) fn no_longer_for(&self, action: &str, many: u64) -> String {
        match many {
            1 => format!("“{action}” no longer applies to this {}", self.of.noun),
            _ => format!("“{action}” no longer applies to any of these {}", self.of.plural),
        }
    }

    /// Is there a row among the chosen to which it can be done?
    pub(super) async fn is_possible(
        &self,
        db: &TenantDb,
        deed: &Deed<'_>,
        chosen: &Chosen,
    ) -> Result<bool> {
        let Deed::Do(action) = deed else { return Ok(true) };
        if action.is_possible.is_none() {
            return Ok(true);
        }
        for row in self.of.whole(db, self.of.chosen(db, chosen), false).await? {
            if action.is_possible(&row)? {
                return Ok(true);
            }
        }
        Ok(false)
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
    pub(super) async fn asked_options(
        &self,
        db: &TenantDb,
        field: &Spec,
    ) -> Result<Vec<(String, String)>> {
        let mut all = vec![(String::new(), "Choose one".to_owned())];
        all.extend(self.of.options(db, field.parts.name).await?);
        if self.of.columns[field.at].is_nullable && !field.parts.is_required {
            all.push((NONE.to_owned(), field.parts.none.to_owned()));
        }
        Ok(all)
    }
}
