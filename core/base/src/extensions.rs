//! What apps made for themselves at start-up, found again by its type.

use std::{
    any::{Any, TypeId, type_name},
    collections::HashMap,
    fmt,
    sync::Arc,
};

/// One value of each type, shared by the whole process.
#[derive(Clone, Default)]
pub struct Extensions(HashMap<TypeId, (&'static str, Arc<dyn Any + Send + Sync>)>);

impl Extensions {
    /// Adds a value; `false` where one of its type is there already.
    pub fn add<T: Send + Sync + 'static>(&mut self, value: T) -> bool {
        let new = (type_name::<T>(), Arc::new(value) as Arc<dyn Any + Send + Sync>);
        self.0.insert(TypeId::of::<T>(), new).is_none()
    }

    /// The value of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        let (_, value) = self.0.get(&TypeId::of::<T>())?;
        value.clone().downcast().ok()
    }

    /// The value of this type, or an error that says how it would be there.
    pub fn find<T: Send + Sync + 'static>(&self) -> crate::Result<Arc<T>> {
        let missing = || anyhow::anyhow!("no app brings {}: `App::extension`", type_name::<T>());
        self.get().ok_or_else(|| crate::Error::Internal(missing()))
    }

    /// The names of all types.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.0.values().map(|(name, _)| *name)
    }
}

impl fmt::Debug for Extensions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
