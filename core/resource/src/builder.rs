//! Describing an entity: its fields, one by one, and what is decided about all of them.

use std::{marker::PhantomData, sync::Arc};

use core_access::entitlements::{Entitlement, Limit, room_for};
use core_base::Result;
use core_db::{TenantDb, TenantEntity};
use core_ui::Errors;
use sea_orm::{
    ActiveModelTrait, DbErr, IdenStatic, IntoActiveModel, Iterable, QueryTrait, TryIntoModel,
    Value,
    sea_query::{Expr, InsertStatement, IntoTableRef, UpdateStatement},
};

use crate::{
    Action, Field, Resource, Screen,
    action::ActionParts,
    check,
    column::{Column, columns},
    parts::Source,
    resource::{Room, Rule, Spec, Work, Writes},
    row::model,
    typed::{MomentColumn, NumberColumn},
};

/// What every entity of a workspace is. Nothing to write for it.
pub trait Described:
    TenantEntity<
        Model: IntoActiveModel<Self::ActiveModel> + Send + Sync,
        ActiveModel: TryIntoModel<Self::Model> + Send,
    >
{
}

impl<E> Described for E where
    E: TenantEntity<
            Model: IntoActiveModel<E::ActiveModel> + Send + Sync,
            ActiveModel: TryIntoModel<E::Model> + Send,
        >
{
}

/// A resource that is being described.
pub struct Builder<E: Described> {
    noun: &'static str,
    plural: &'static str,
    fields: Vec<Field<E>>,
    version: Option<E::Column>,
    times: Option<(E::Column, E::Column)>,
    rules: Vec<Rule>,
    limit: Option<(Room, Entitlement)>,
    empty: [&'static str; 2],
    scope: Vec<Expr>,
    actions: Vec<ActionParts>,
    without: Vec<Screen>,
    managed_at: Option<&'static str>,
}

impl<E: Described> Builder<E> {
    /// What people call a row, and several: `Builder::new("project", "projects")`.
    pub fn new(noun: &'static str, plural: &'static str) -> Self {
        Self {
            noun,
            plural,
            fields: vec![],
            version: None,
            times: None,
            rules: vec![],
            limit: None,
            empty: ["", "Add the first one: it shows up here for everybody."],
            scope: vec![],
            actions: vec![],
            without: vec![],
            managed_at: None,
        }
    }

    /// What people call several.
    pub fn plural(&self) -> &'static str {
        self.plural
    }

    /// One more field; forms and lists have them in this order.
    #[must_use]
    pub fn field(mut self, field: Field<E>) -> Self {
        self.fields.push(field);
        self
    }

    /// The column that counts the changes of a row, so that nobody saves over one they have not seen.
    #[must_use]
    pub fn version(self, column: impl NumberColumn<Entity = E>) -> Self {
        Self { version: Some(column.column()), ..self }
    }

    /// The columns that say since when a row is there, and when it changed last.
    #[must_use]
    pub fn times(
        self,
        created: impl MomentColumn<Entity = E>,
        updated: impl MomentColumn<Entity = E>,
    ) -> Self {
        Self { times: Some((created.column(), updated.column())), ..self }
    }

    /// How many there may be in a workspace.
    #[must_use]
    pub fn limit<L: Limit>(self) -> Self {
        let room: Room = |db| Box::pin(room_for::<L>(db, 1));
        Self { limit: Some((room, Entitlement::limit::<L>())), ..self }
    }

    /// What the list says while there are none, to whoever can make one: a title and a sentence.
    #[must_use]
    pub fn empty(self, title: &'static str, text: &'static str) -> Self {
        Self { empty: [title, text], ..self }
    }

    /// It is read here, and changed by rules of its own at this page: `managed_at("/settings/members")`.
    #[must_use]
    pub fn managed_at(self, path: &'static str) -> Self {
        Self { managed_at: Some(path), ..self }
    }

    /// A rule about a row as a whole: it sees the row as it was (none: it is new) and as it would be, in the
    /// transaction that writes. What it finds wrong stands at the fields.
    #[must_use]
    pub fn rule<F>(
        mut self,
        rule: impl Fn(TenantDb, Option<E::Model>, E::Model) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<Errors>> + Send + 'static,
    {
        self.rules.push(Arc::new(move |db, before, after| {
            let before = before.map(model::<E>).transpose()?;
            Ok(Box::pin(rule(db, before, model::<E>(after)?)) as Work<Result<Errors>>)
        }));
        self
    }

    /// Something that is done to rows: a button on a row's page, and under the list for several.
    #[must_use]
    pub fn action(mut self, action: Action<E>) -> Self {
        self.actions.push(action.parts);
        self
    }

    /// Only these rows exist for it: `.only(Column::Archived.eq(false))`.
    #[must_use]
    pub fn only(mut self, which: impl Into<Expr>) -> Self {
        self.scope.push(which.into());
        self
    }

    /// Leaves a page out: the app answers at its address itself, with parts of [`Pages`](crate::Pages) or
    /// without.
    #[must_use]
    pub fn without(mut self, screen: Screen) -> Self {
        self.without.push(screen);
        self
    }

    /// The resource; or everything that is wrong with its description, for the developer.
    pub fn build(self) -> Result<Resource, Vec<String>> {
        let mut columns = columns::<E>();
        let place = |column: E::Column| {
            E::Column::iter().position(|known| known.as_str() == column.as_str())
        };
        let version = self.version.and_then(place);
        let created = self.times.and_then(|(created, _)| place(created));
        let updated = self.times.and_then(|(_, updated)| place(updated));
        let name = E::default().table_name().to_owned();
        let mut problems = vec![];
        let mut fields = vec![];
        for Field { source, parts, .. } in self.fields {
            let at = match source {
                Source::Column(at) => at,
                Source::Computed(stored, expr) => {
                    columns.push(Column::computed(parts.name, stored, expr));
                    columns.len() - 1
                }
                Source::Asked(_) => continue,
            };
            match columns[at].stored {
                Some(stored) => fields.push(Spec::new(at, stored, parts)),
                None => {
                    let column = columns[at].name;
                    problems.push(format!("no kind of field knows the type of {name}.{column}"));
                }
            }
        }
        let title = fields.iter().position(|field| field.parts.is_title);
        let resource = Resource {
            noun: self.noun,
            plural: self.plural,
            table: E::default().table_ref().into_table_ref(),
            key: columns.iter().position(|column| column.is_key).unwrap_or_default(),
            title: title.unwrap_or_default(),
            writes: Arc::new(Of::<E>(PhantomData)),
            rules: self.rules,
            limit: self.limit,
            empty: self.empty,
            scope: self.scope,
            actions: self.actions,
            without: self.without,
            managed_at: self.managed_at,
            name,
            columns,
            fields,
            version,
            created,
            updated,
        };
        problems.extend(check::problems(&resource, title.is_some()));
        if problems.is_empty() { Ok(resource) } else { Err(problems) }
    }
}

struct Of<E>(PhantomData<fn() -> E>);

impl<E: Described> Of<E> {
    fn active(values: Vec<(usize, Value)>) -> Result<E::ActiveModel, DbErr> {
        let columns: Vec<_> = E::Column::iter().collect();
        let mut active = E::ActiveModel::default();
        for (at, value) in values {
            active.try_set(columns[at], value)?;
        }
        Ok(active)
    }
}

impl<E: Described> Writes for Of<E> {
    fn insert(&self, values: Vec<(usize, Value)>) -> Result<InsertStatement, DbErr> {
        Ok(E::insert(Self::active(values)?).into_query())
    }

    fn update(&self, values: Vec<(usize, Value)>) -> Result<UpdateStatement, DbErr> {
        Ok(E::update_many().set(Self::active(values)?).into_query())
    }

    fn takes(&self, at: usize, value: &Value) -> bool {
        Self::active(vec![(at, value.clone())]).is_ok()
    }
}
