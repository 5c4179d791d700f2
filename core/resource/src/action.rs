//! What can be done to rows besides editing them: marking an invoice as paid, sending a reminder.

use std::{collections::BTreeMap, marker::PhantomData, sync::Arc};

use core_access::{Permission, PermissionDef};
use core_base::Result;
use core_db::TenantDb;
use core_ui::{Calendar, Errors};
use sea_orm::{DbErr, Value, sea_query::ValueType};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Control, Described, Field, Resource, Row, Saved,
    asked::Asked,
    parts::Source,
    resource::{Spec, Work},
    row::model,
    stored::is_null,
};

/// Something that is done to a row, or to several at once.
pub struct Action<E: Described> {
    pub(crate) parts: ActionParts,
    of: PhantomData<fn() -> E>,
}

/// What does not depend on the entity.
#[derive(Clone)]
pub(crate) struct ActionParts {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) icon: &'static str,
    /// What people read when it is done.
    pub(crate) done: &'static str,
    /// What is asked before, besides whether it is meant; empty: nothing.
    pub(crate) question: &'static str,
    pub(crate) asks: Vec<Spec>,
    pub(crate) under: Option<PermissionDef>,
    pub(crate) is_possible: Option<IsPossible>,
    pub(crate) run: Run,
}

pub(crate) type IsPossible = Arc<dyn Fn(&Row) -> Result<bool, DbErr> + Send + Sync>;
pub(crate) type Run =
    Arc<dyn Fn(Context, &Row) -> Result<Work<Result<Errors>>, DbErr> + Send + Sync>;

/// What was answered to what an action asks, by name.
pub(crate) type Answers = BTreeMap<&'static str, Value>;

/// Where an action runs.
pub(crate) struct Context {
    pub(crate) resource: Arc<Resource>,
    pub(crate) db: TenantDb,
    pub(crate) answers: Arc<Answers>,
}

/// One row to which something is done, in the transaction of whoever does it.
pub struct Act<M> {
    /// The workspace.
    pub db: TenantDb,
    /// The row as it is; nobody else changes it until this is done.
    pub row: M,
    id: Uuid,
    resource: Arc<Resource>,
    answers: Arc<Answers>,
}

impl<M> Act<M> {
    /// What was answered under this name: `act.answer::<String>("message")`. None: it was left empty.
    pub fn answer<T: ValueType>(&self, name: &str) -> Option<T> {
        T::try_from(self.answers.get(name)?.clone()).ok()
    }

    /// Saves these fields of the row, as a program sends them: `act.save(json!({"paid": true}))`. Rules, history
    /// and the version count as for a form; fields that people only read can be set too.
    pub async fn save(&self, fields: Json) -> Result<Errors> {
        let mut errors = Errors::default();
        let Json::Object(fields) = fields else {
            errors.add("", "An action saves an object of fields.");
            return Ok(errors);
        };
        let whole = self.resource.unlocked();
        let draft = whole.draft_of_json(&fields, &mut errors);
        Ok(match whole.save(&self.db, self.id, None, draft, errors).await? {
            Saved::Yes(_) => Errors::default(),
            Saved::Wrong(errors) => errors,
            Saved::Overtaken(_) | Saved::Gone => {
                let mut errors = Errors::default();
                errors.add("", "Somebody else changed it at the same moment. Try again.");
                errors
            }
        })
    }
}

impl<E: Described> Action<E> {
    /// Something that is done to each row that is chosen; what is wrong stands in what it gives back, and
    /// then nothing was done to any row. `name` is sent, `label` is what people read.
    pub fn new<F>(
        name: &'static str,
        label: &'static str,
        run: impl Fn(Act<E::Model>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Errors>> + Send + 'static,
    {
        let run: Run = Arc::new(move |context: Context, row: &Row| {
            let Context { resource, db, answers } = context;
            let act = Act { db, row: model::<E>(row)?, id: row.id, resource, answers };
            Ok(Box::pin(run(act)) as Work<Result<Errors>>)
        });
        let parts = ActionParts {
            name,
            label,
            icon: "",
            done: label,
            question: "",
            asks: vec![],
            under: None,
            is_possible: None,
            run,
        };
        Self { parts, of: PhantomData }
    }

    /// An icon on its button.
    #[must_use]
    pub fn icon(mut self, icon: &'static str) -> Self {
        self.parts.icon = icon;
        self
    }

    /// What people read when it is done, before how many there were: "Reminded".
    #[must_use]
    pub fn done(mut self, done: &'static str) -> Self {
        self.parts.done = done;
        self
    }

    /// It asks for this first, on a page of its own. The fields are those of [`crate::asked`].
    #[must_use]
    pub fn ask(mut self, field: Field<Asked>) -> Self {
        if let Source::Asked(stored) = field.source {
            self.parts.asks.push(Spec::new(usize::MAX, stored, field.parts));
        }
        self
    }

    /// It asks whether it is meant, with a sentence about what it does.
    #[must_use]
    pub fn confirm(mut self, question: &'static str) -> Self {
        self.parts.question = question;
        self
    }

    /// Whoever may change rows does it only with this permission too.
    #[must_use]
    pub fn under<P: Permission>(mut self) -> Self {
        self.parts.under = Some(PermissionDef::of::<P>());
        self
    }

    /// It is done to rows alone of which this is true; others are left as they are.
    #[must_use]
    pub fn when(mut self, is_possible: impl Fn(&E::Model) -> bool + Send + Sync + 'static) -> Self {
        self.parts.is_possible =
            Some(Arc::new(move |row: &Row| Ok(is_possible(&model::<E>(row)?))));
        self
    }
}

impl Resource {
    /// What of the app's own can be done to this row: what people read, an icon, and what is sent as
    /// `action` to `/bulk`.
    pub fn offered(&self, row: &Row) -> Result<Vec<(&'static str, &'static str, String)>> {
        let mut all = vec![];
        for action in &self.actions {
            if action.is_possible(row)? {
                all.push((action.label, action.icon, format!("do-{}", action.name)));
            }
        }
        Ok(all)
    }
}

impl ActionParts {
    /// Does a page come before it?
    pub(crate) fn is_asking(&self) -> bool {
        !self.asks.is_empty() || !self.question.is_empty()
    }

    pub(crate) fn is_possible(&self, row: &Row) -> Result<bool, DbErr> {
        self.is_possible.as_ref().map_or(Ok(true), |is_possible| is_possible(row))
    }

    /// What was answered; what is wrong with it stands in `errors`.
    pub(crate) fn answers(
        &self,
        form: &[(String, String)],
        calendar: &Calendar,
        errors: &mut Errors,
    ) -> Answers {
        let mut answers = Answers::new();
        for ask in &self.asks {
            let parts = &ask.parts;
            let sent = form.iter().find(|(name, _)| name == parts.name);
            let text = sent.map_or("", |(_, text)| text.as_str());
            let value = match (text.trim(), parts.kind.control()) {
                ("", Control::Check) => Ok(false.into()),
                ("", _) if parts.is_required => Err(ask.missing()),
                ("", _) => continue,
                _ => parts.kind.read(text, calendar).map_err(|wrong| wrong.0.into_owned()),
            };
            match value.map(|value| ask.stored.fit(value)) {
                Ok(Some(value)) if !is_null(&value) => {
                    answers.insert(parts.name, value);
                }
                Ok(_) => errors.add(parts.name, ask.missing()),
                Err(wrong) => errors.add(parts.name, wrong),
            }
        }
        answers
    }
}
