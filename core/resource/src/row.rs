//! A row that was read.

use sea_orm::{
    ActiveModelTrait, DbErr, EntityTrait, IdenStatic, Iterable, ModelTrait, TryIntoModel, Value,
    sea_query::ValueType,
};
use uuid::Uuid;

/// A row, with the values that were asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: Uuid,
    /// In the order of the columns; none: it was not asked for.
    pub(crate) values: Vec<Option<Value>>,
    /// For each field that refers to another table, what people read of the row there.
    pub(crate) labels: Vec<Option<String>>,
}

impl Row {
    /// What stands in the column at this place.
    pub(crate) fn value(&self, at: usize) -> Option<&Value> {
        self.values.get(at).and_then(Option::as_ref)
    }

    /// What stands in a column, as the entity has it: `row.get::<Status, _>(Column::Status)`. None: nothing,
    /// or it was not asked for.
    pub fn get<T: ValueType, C: IdenStatic + Iterable>(&self, column: C) -> Option<T> {
        let place = C::iter().position(|known| known.as_str() == column.as_str())?;
        T::try_from(self.value(place)?.clone()).ok()
    }
}

/// The whole row as its entity's model.
pub(crate) fn model<E>(row: &Row) -> Result<E::Model, DbErr>
where
    E: EntityTrait,
    E::ActiveModel: TryIntoModel<E::Model>,
{
    let mut active = E::ActiveModel::default();
    for (column, value) in E::Column::iter().zip(&row.values) {
        if let Some(value) = value {
            active.try_set(column, value.clone())?;
        }
    }
    active.try_into_model()
}

/// The row of a model.
pub(crate) fn row_of<E: EntityTrait>(model: &E::Model) -> Row {
    let values: Vec<_> = E::Column::iter().map(|column| Some(model.get(column))).collect();
    Row { id: Uuid::nil(), values, labels: vec![] }
}
