//! What a control of a form offers, where its field refers to other rows: a list, or a search where there
//! are too many; and which row is meant by a name that somebody typed.

use std::sync::Arc;

use askama::Template;
use core_base::Result;
use core_db::TenantDb;
use core_http::Ui;
use core_ui::{Errors, FormState};
use uuid::Uuid;

use super::{Pages, Pairs};
use crate::{
    Control, Widget,
    options::{FOUND, OFFERED},
    parts::Referred,
    resource::Spec,
    widget::Drawn,
};

#[derive(Template)]
#[template(
    ext = "html",
    source = "{% for (_, label) in found %}<option value=\"{{ label }}\"></option>{% endfor %}"
)]
struct Options {
    found: Vec<(String, String)>,
}

/// A field as a form shows it.
pub(super) struct Shown<'a> {
    pub(super) field: &'a Spec,
    pub(super) is_needed: bool,
    /// Of a field that refers to others: ids and what people read of them.
    pub(super) options: Vec<(String, String)>,
    /// Where to search for them, if there are too many for a list; empty: they are all in it.
    pub(super) search: String,
}

/// `<option>` elements for a control that searches; `of` names the field, and the words stand under its name.
pub(super) async fn options(on: Arc<Pages>, db: TenantDb, ui: Ui, pairs: Pairs) -> Result {
    let of = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, text)| text);
    let name = of("of").map_or("", String::as_str);
    let words = of(name.rsplit('.').next().unwrap_or_default()).map_or("", |words| words.trim());
    let found = match on.referred(name) {
        Some(referred) => referred.options(&db, words, FOUND).await?,
        None => vec![],
    };
    ui.part(&Options { found })
}

impl Pages {
    /// What a field, or a question of an action ("remind.to"), refers to.
    fn referred(&self, name: &str) -> Option<&Referred> {
        let field = match name.split_once('.') {
            None => self.of.field(name).map(|at| &self.of.fields[at]),
            Some((action, ask)) => {
                let action = self.of.actions.iter().find(|known| known.name == action);
                action.and_then(|action| action.asks.iter().find(|known| known.parts.name == ask))
            }
        };
        field.filter(|field| !field.parts.is_hidden)?.parts.referred.as_ref()
    }

    /// Fields as a form shows them, and what stands in them: a name, where a name is typed. `of` is the
    /// action that asks; empty: it is a row's form.
    pub(super) async fn offer<'a>(
        &self,
        db: &TenantDb,
        of: &str,
        fields: impl Iterator<Item = (&'a Spec, bool)>,
        mut answer: FormState,
    ) -> Result<(Vec<Shown<'a>>, FormState)> {
        let mut all = vec![];
        for (field, is_needed) in fields {
            let mut shown = Shown { field, is_needed, options: vec![], search: String::new() };
            if let Some(referred) = &field.parts.referred {
                let name = field.parts.name;
                let current = answer.value(name).to_owned();
                shown.options = referred.options(db, "", OFFERED + 1).await?;
                let is_long = shown.options.len() as u64 > OFFERED;
                let several = match is_long && !current.is_empty() {
                    true => referred.called(db, &current).await?,
                    false => vec![],
                };
                if several.len() > 1 {
                    shown.options = several;
                } else if is_long {
                    shown.options = vec![];
                    let of = if of.is_empty() { name.to_owned() } else { format!("{of}.{name}") };
                    shown.search = format!("{}/options?of={of}", self.path);
                    if let Ok(id) = current.parse::<Uuid>() {
                        answer = answer.with(name, referred.name(db, id).await?);
                    }
                }
                if shown.search.is_empty() && !is_needed {
                    shown.options.insert(0, (String::new(), field.parts.none.to_owned()));
                }
            }
            all.push(shown);
        }
        Ok((all, answer))
    }

    /// Puts ids where names were typed.
    pub(super) async fn name_rows<'a>(
        &self,
        db: &TenantDb,
        fields: impl Iterator<Item = &'a Spec>,
        form: &mut [(String, String)],
        errors: &mut Errors,
    ) -> Result<()> {
        for field in fields {
            let Some(referred) = &field.parts.referred else { continue };
            let named = form.iter_mut().find(|(name, _)| name == field.parts.name);
            let Some((_, text)) = named else { continue };
            if text.trim().is_empty() || text.trim().parse::<Uuid>().is_ok() {
                continue;
            }
            let mut called = referred.called(db, text.trim()).await?;
            match (called.pop(), called.is_empty()) {
                (Some((id, _)), true) => *text = id,
                (Some(_), false) => {
                    errors.add(field.parts.name, "Several have this name. Choose one of them.");
                }
                (None, _) => errors.add(field.parts.name, field.gone()),
            }
        }
        Ok(())
    }
}

impl Shown<'_> {
    /// In the form for several rows: a choice in which they differ says so, and none is chosen.
    pub(super) fn mixed_if(mut self, mixed: &[&str]) -> Self {
        let is_mixed = mixed.contains(&self.field.parts.name);
        let is_blank = self.options.first().is_some_and(|(value, _)| value.is_empty());
        if is_mixed && self.search.is_empty() && !is_blank {
            let words = match self.control() {
                Control::Choice(words) => words.into_owned(),
                _ => vec![],
            };
            let owned = |(value, label): (&str, &str)| (value.to_owned(), label.to_owned());
            if self.options.is_empty() {
                self.options = words.into_iter().map(owned).collect();
            }
            self.options.insert(0, owned(("", "They differ")));
        }
        self
    }

    pub(super) fn control(&self) -> Control<'_> {
        self.field.parts.kind.control()
    }

    /// What a search offers before anybody typed.
    pub(super) fn nothing(&self) -> &'static [&'static str] {
        &[]
    }

    /// A sentence under a control that searches.
    pub(super) fn help(&self) -> &str {
        match self.field.parts.help {
            "" => "Start typing a name, and choose one that is offered.",
            help => help,
        }
    }

    /// The control that the app draws itself.
    pub(super) fn by_hand<'a>(&'a self, answer: &'a FormState) -> Option<Drawn<'a>> {
        let parts = &self.field.parts;
        let draw = parts.widget.as_ref()?;
        let widget = Widget {
            name: parts.name,
            label: parts.label,
            value: answer.value(parts.name),
            error: answer.error(parts.name),
            help: parts.help,
            is_needed: self.is_needed,
        };
        Some(Drawn { draw, widget })
    }
}
