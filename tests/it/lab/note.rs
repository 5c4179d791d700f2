//! A table of the tests' app in the catalogue: notes about a workspace, each by somebody or nobody.

use platform::{
    Audit, Result, TenantId, UserId,
    catalog::{CatalogDb, CatalogEntity, OnErase, OwnedBy, Ownership},
};
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

/// A note.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(schema_name = "catalog", table_name = "lab_notes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub tenant_id: TenantId,
    pub user_id: Option<UserId>,
    pub text: String,
}

impl CatalogEntity for Entity {
    fn ownership() -> Ownership<Self> {
        Ownership::tenant(Column::TenantId, OnErase::Delete)
            .and(OwnedBy::User, Column::UserId, OnErase::Clear)
            .archived()
    }

    fn problem(row: &Model) -> Option<String> {
        row.text.is_empty().then(|| "says nothing".to_owned())
    }

    fn audit() -> Audit<Self> {
        Audit::of("note").titled(Column::Text)
    }
}

impl ActiveModelBehavior for ActiveModel {}

pub(super) async fn write(
    catalog: &CatalogDb,
    (tenant, user): (TenantId, Option<UserId>),
    text: &str,
) -> Result<()> {
    let (id, tenant_id) = (Set(Uuid::new_v4()), Set(tenant));
    let user_id = Set(user);
    catalog.insert(ActiveModel { id, tenant_id, user_id, text: Set(text.to_owned()) }).await?;
    Ok(())
}

/// All notes by their texts: text, and who wrote it.
pub(super) async fn all(catalog: &CatalogDb) -> Vec<(TenantId, String, Option<UserId>)> {
    let rows = catalog.find::<Entity>().order_by_asc(Column::Text).all(catalog).await.unwrap();
    let line = |row: Model| (row.tenant_id, row.text, row.user_id);
    rows.into_iter().map(line).collect()
}
