//! Secrets and noise: that a secret changes is told, not from what to what; noise is not told at all.

use core_base::clock::now;
use core_testing::for_each_store;
use platform::{App, Audit, Reader, Registry, TenantEntity};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, prelude::Uuid, sea_query::Expr};

use super::{chain_holds, entries};

/// The table of projects, described by somebody for whom summaries are secrets.
mod vault {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "tenant", table_name = "projects")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub name: String,
        pub summary: String,
        pub status: String,
        pub version: i32,
        pub created_at: DateTimeUtc,
        pub updated_at: DateTimeUtc,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

impl TenantEntity for vault::Entity {
    fn audit() -> Audit<Self> {
        use vault::Column::{CreatedAt, Name, Status, Summary, UpdatedAt, Version};
        let audit = Audit::of("secret").titled(Name).masked([Summary]);
        audit.without([Status, Version, CreatedAt, UpdatedAt])
    }
}

#[tokio::test]
async fn a_secret_is_never_told_and_noise_tells_nothing() {
    for_each_store(
        || vec![App::new("vault").owns::<vault::Entity>()],
        async |stage| {
            let acme = stage.tenant("acme").await;
            let before = entries(stage, &acme).await.len();
            let id = Uuid::now_v7();
            let put = |db: platform::TenantDb| async move {
                let row = vault::ActiveModel {
                    id: Set(id),
                    name: Set("Key".into()),
                    summary: Set("hunter2".into()),
                    status: Set("on_track".into()),
                    version: Set(1),
                    created_at: Set(now()),
                    updated_at: Set(now()),
                };
                db.insert(row).await?;
                let all = || db.update_many::<vault::Entity>().filter(vault::Column::Id.eq(id));
                all().col_expr(vault::Column::Version, Expr::value(2)).exec(&db).await?;
                all().col_expr(vault::Column::Summary, Expr::value("hunter3")).exec(&db).await?;
                Ok(())
            };
            stage.write_in(&acme, put).await;
            let told = entries(stage, &acme).await.split_off(before);
            let actions: Vec<_> = told.iter().map(|one| &*one.action).collect();
            assert_eq!(actions, ["created", "updated"]);
            assert_eq!(told[1].changes, r#"{"summary":["•••","•••"]}"#);
            let text = format!("{told:?}");
            assert!(!text.contains("hunter") && !text.contains("on_track"), "{text}");
            chain_holds(stage, &acme).await.unwrap();
        },
    )
    .await;
}

/// A row whose secrets are not in the trail can't be brought back from it.
mod key {
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "tenant", table_name = "keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub secret: String,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

impl TenantEntity for key::Entity {
    fn audit() -> Audit<Self> {
        Audit::of("key").masked([key::Column::Secret]).restorable()
    }
}

#[test]
fn what_is_masked_cannot_be_restorable() {
    let app = App::new("keys").owns::<key::Entity>();
    let found = Registry::new(vec![app], &mut Reader::from_vars([])).err().unwrap_or_default();
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("deleted rows of `keys` can't be brought back"), "{found:?}");
}
