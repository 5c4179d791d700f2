//! What somebody sent for a row, field by field, from a form, a sheet or a program.

use core_base::clock;
use core_ui::{Calendar, Errors, Locale};
use sea_orm::{EntityTrait, Value};
use serde_json::{Map, Value as Json};

use crate::{Control, Resource, Row, Wrong, resource::Spec, row::row_of, stored::is_null};

/// What was sent for one field. Absent is not nothing: nothing is a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// It is left as it is.
    Absent,
    /// This, as the column takes it.
    Is(Value),
}

/// What was sent for a row: one input for each field, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft(pub(crate) Vec<Input>);

/// The name under which a form says which boxes it offered: one without a tick sends nothing.
pub(crate) const OFFERED: &str = "offered";

impl Resource {
    /// A row as a form sends it. What is wrong with it stands in `errors`; names that are no fields of the
    /// form change nothing.
    pub fn draft_of_form(
        &self,
        form: &[(String, String)],
        calendar: &Calendar,
        errors: &mut Errors,
    ) -> Draft {
        let sent = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, text)| text);
        let is_offered =
            |name: &str| form.iter().any(|(known, text)| known == OFFERED && text == name);
        let mut input = |field: &Spec| {
            let parts = &field.parts;
            let text = match sent(parts.name) {
                _ if !parts.is_in_form || errors.of(parts.name).is_some() => return Input::Absent,
                Some(text) => text.as_str(),
                None if parts.kind.control() == Control::Check && is_offered(parts.name) => "false",
                None => return Input::Absent,
            };
            let read = match text.trim() {
                "" => Ok(None),
                _ => parts.kind.read(text, calendar).map(Some),
            };
            self.input(field, read, errors)
        };
        Draft(self.fields.iter().map(&mut input).collect())
    }

    /// Does a form name only boxes that this resource has? Another name was not sent by its page.
    pub(crate) fn offers(&self, form: &[(String, String)]) -> bool {
        let is_box = |name: &str| {
            let mut parts = self.fields.iter().map(|field| &field.parts);
            parts.any(|parts| parts.name == name && parts.kind.control() == Control::Check)
        };
        form.iter().all(|(known, text)| known != OFFERED || is_box(text))
    }

    /// A row as a program sends it. Names that are no fields are errors: whoever sends them believes that
    /// they do something.
    pub fn draft_of_json(&self, body: &Map<String, Json>, errors: &mut Errors) -> Draft {
        for name in body.keys() {
            match self.field(name) {
                Some(field) if self.fields[field].parts.is_in_form => {}
                Some(_) => errors.add(name.clone(), "This can't be set."),
                None => {
                    errors.add(name.clone(), format!("There is no field “{name}”."));
                }
            }
        }
        let mut input = |field: &Spec| {
            let parts = &field.parts;
            let read = match body.get(parts.name).filter(|_| parts.is_in_form) {
                None => return Input::Absent,
                Some(Json::Null) => Ok(None),
                Some(json) => parts.kind.read_json(json).map(Some),
            };
            self.input(field, read, errors)
        };
        Draft(self.fields.iter().map(&mut input).collect())
    }

    /// The value as the column takes it, or what is wrong with it.
    pub(crate) fn input(
        &self,
        field: &Spec,
        read: Result<Option<Value>, Wrong>,
        errors: &mut Errors,
    ) -> Input {
        let name = || field.parts.name;
        // A text of spaces is no text, whoever sends it.
        let is_text =
            |value: &Value| !matches!(value, Value::String(Some(text)) if text.is_empty());
        match read.map(|value| value.filter(is_text)) {
            Err(Wrong(text)) => {
                errors.add(name(), text);
                Input::Absent
            }
            Ok(None) => match self.nothing(field) {
                Some(nothing) => Input::Is(nothing),
                None => {
                    errors.add(name(), field.missing());
                    Input::Absent
                }
            },
            Ok(Some(value)) => match field.stored.fit(value) {
                Some(value) if self.writes.takes(field.at, &value) => Input::Is(value),
                _ => {
                    errors.add(name(), "This value can't be kept. Choose another.");
                    Input::Absent
                }
            },
        }
    }

    /// What is wrong with a row by what its fields take; none: nothing. For rows that came past the forms,
    /// such as those of an archive.
    pub fn problem<E: EntityTrait>(&self, model: &E::Model) -> Option<String> {
        let (row, mut errors) = (row_of::<E>(model), Errors::default());
        let calendar = Calendar::new(clock::now(), "UTC", Locale::default());
        let typed = self.typed(&row, &calendar);
        let draft = self.draft_of_form(&typed, &calendar, &mut errors);
        if let Some((field, text)) = errors.iter().next() {
            return Some(format!("{field}: {text}"));
        }
        // Somebody who saved the form of this row would change it.
        let mut fields = self.fields.iter().zip(&draft.0);
        let other = fields.find(|(field, input)| {
            matches!(input, Input::Is(value) if row.value(field.at) != Some(value))
        });
        other.map(|(field, _)| format!("{}: it is not as it would be kept", field.parts.name))
    }

    /// What stands in the column where nothing was typed; none: something must be.
    pub(crate) fn nothing(&self, field: &Spec) -> Option<Value> {
        match (field.parts.is_required, self.columns[field.at].is_nullable, field.stored) {
            (true, ..) => None,
            (_, true, _) => Some(field.stored.null()),
            (_, _, crate::Stored::Text) => Some("".into()),
            (_, _, crate::Stored::Bool) => Some(false.into()),
            _ => None,
        }
    }

    /// The row as a form shows it.
    pub fn typed(&self, row: &Row, calendar: &Calendar) -> Vec<(String, String)> {
        let text = |field: &Spec| {
            let value = row.value(field.at).filter(|value| !is_null(value));
            let text = value.map(|value| field.parts.kind.text(value, calendar).into_owned());
            (field.parts.name.to_owned(), text.unwrap_or_default())
        };
        self.fields.iter().filter(|field| field.parts.is_in_form).map(text).collect()
    }

    /// The row as a program reads it: every field that was read.
    pub fn json(&self, row: &Row) -> Map<String, Json> {
        let mut all = Map::new();
        all.insert("id".to_owned(), row.id.to_string().into());
        for field in self.shown() {
            let Some(value) = row.value(field.at) else { continue };
            let json = match is_null(value) {
                true => Json::Null,
                false => field.parts.kind.json(value),
            };
            all.insert(field.parts.name.to_owned(), json);
        }
        all
    }

    /// An earlier state of a row as a draft that brings it back: only what is in the form.
    pub fn restore(&self, before: &Map<String, Json>, errors: &mut Errors) -> Draft {
        let in_form = self.fields.iter().filter(|field| field.parts.is_in_form);
        let names = in_form.map(|field| field.parts.name);
        let body = names.filter_map(|name| Some((name.to_owned(), before.get(name)?.clone())));
        self.draft_of_json(&body.collect(), errors)
    }
}
