//! Entities of the catalogue: whom their rows are about, and what becomes of them when a workspace or a
//! person is erased.

use sea_orm::EntityTrait;

use crate::Audit;

/// What becomes of a row when whoever it is about is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnErase {
    /// It is deleted.
    Delete,
    /// It stays, and its column becomes null.
    Clear,
    /// It stays as it is. Say at the entity why that is right.
    Keep,
}

/// Whom a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    /// A workspace, by its id.
    Tenant,
    /// A person, by their id.
    User,
    /// A person, by their email address in its normal form.
    Email,
}

/// Whom the rows of a table are about, column by column, for [`CatalogEntity::ownership`].
pub struct Ownership<E: EntityTrait> {
    pub(crate) columns: Vec<(OwnedBy, E::Column, OnErase)>,
    pub(crate) is_archived: bool,
}

impl<E: EntityTrait> Ownership<E> {
    /// No row is about a workspace or a person.
    pub fn nobody() -> Self {
        Self { columns: vec![], is_archived: false }
    }

    /// The column holds the id of a workspace.
    pub fn tenant(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(OwnedBy::Tenant, column, then)
    }

    /// The column holds the id of a person.
    pub fn user(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(OwnedBy::User, column, then)
    }

    /// The column holds the email address of a person.
    pub fn email(column: E::Column, then: OnErase) -> Self {
        Self::nobody().and(OwnedBy::Email, column, then)
    }

    /// One more column.
    #[must_use]
    pub fn and(mut self, whose: OwnedBy, column: E::Column, then: OnErase) -> Self {
        self.columns.push((whose, column, then));
        self
    }

    /// The rows of a workspace are part of its archive (`tenant export`). An import replaces those that
    /// are there.
    #[must_use]
    pub fn archived(mut self) -> Self {
        self.is_archived = true;
        self
    }
}

/// An entity whose table lives in the catalogue.
pub trait CatalogEntity: EntityTrait {
    /// Whom its rows are about. Every column that names a workspace or a person must be in it.
    fn ownership() -> Ownership<Self>;

    /// How its changes are told in the catalogue's audit trail.
    fn audit() -> Audit<Self>;

    /// Why a row that an archive brings can't be taken, where it breaks a rule of what it stands for.
    fn problem(_row: &Self::Model) -> Option<String> {
        None
    }
}
