//! Where a person belongs: an index in the catalogue. What they may do there only the tenant says.

use std::sync::Arc;

use core_base::{Result, TenantId, UserId, clock};
use core_db::{CatalogDb, CatalogTx, Change, Changes, Mode, Status, Store};
use quick_cache::sync::Cache;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, Func, OnConflict},
};

use crate::entity::membership;

const KEPT: usize = 10_000;

/// A workspace that a person belongs to.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Belonging {
    /// The tenant.
    pub tenant_id: uuid::Uuid,
    /// Its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Whether it is open.
    pub status: Status,
    /// When the person last went there, UTC.
    pub used_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Belonging {
    /// Can it be entered?
    pub fn is_open(&self) -> bool {
        self.status == Status::Active
    }
}

/// The workspaces of a person, by name.
pub async fn belongings(catalog: &CatalogDb, user: UserId) -> Result<Vec<Belonging>> {
    use core_db::catalog::tenant;
    let join = membership::Entity::belongs_to(tenant::Entity)
        .from(membership::Column::TenantId)
        .to(tenant::Column::Id)
        .into();
    let rows = catalog
        .find::<membership::Entity>()
        .select_only()
        .column(membership::Column::TenantId)
        .column(membership::Column::UsedAt)
        .column(tenant::Column::Slug)
        .column(tenant::Column::Name)
        .column(tenant::Column::Status)
        .join(JoinType::InnerJoin, join)
        .filter(membership::Column::UserId.eq(user.0))
        .filter(membership::Column::State.eq("active"))
        .filter(tenant::Column::Status.is_in([Status::Active, Status::Suspended]))
        .order_by_asc(Func::lower(Expr::col((tenant::Entity, tenant::Column::Name))))
        .into_model::<Belonging>()
        .all(catalog)
        .await?;
    Ok(rows)
}

/// Notes that a person is about to belong. Doing it again is harmless.
pub async fn reserve(catalog: &impl ConnectionTrait, user: UserId, tenant: TenantId) -> Result<()> {
    let row = membership::ActiveModel {
        user_id: Set(user.0),
        tenant_id: Set(tenant.0),
        state: Set("reserved".into()),
        created_at: Set(clock::now()),
        used_at: Set(None),
    };
    let columns = [membership::Column::UserId, membership::Column::TenantId];
    let again = OnConflict::columns(columns).do_nothing().to_owned();
    membership::Entity::insert(row).on_conflict(again).exec_without_returning(catalog).await?;
    Ok(())
}

/// The tenant's own row is committed: the person belongs, and everybody's caches hear of it.
pub async fn confirm(store: &Store, user: UserId, tenant: TenantId) -> Result<()> {
    let tx = store.catalog().begin().await?;
    activate(&tx, user, tenant).await?;
    let subject = crate::members::subject(tenant, user);
    Changes::note(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().tell("member", &subject);
    Ok(())
}

pub(crate) async fn activate(tx: &CatalogTx, user: UserId, tenant: TenantId) -> Result<()> {
    membership::Entity::update_many()
        .col_expr(membership::Column::State, Expr::value("active"))
        .filter(membership::Column::UserId.eq(user.0))
        .filter(membership::Column::TenantId.eq(tenant.0))
        .exec(tx)
        .await?;
    Ok(())
}

/// A reservation that nobody completed in this time belongs to somebody who died.
const ABANDONED: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Completes or takes back what a kill left between the tenant and its index: who is a member is
/// confirmed, and a reservation that led to no member goes. Returns how many it saw to.
pub async fn repair(store: &Store) -> Result<usize> {
    let catalog = store.catalog();
    let reserved = catalog.find::<membership::Entity>();
    let reserved = reserved.filter(membership::Column::State.eq("reserved")).all(catalog).await?;
    let mut repaired = 0;
    for row in reserved {
        let (user, id) = (UserId(row.user_id), TenantId(row.tenant_id));
        let Some(tenant) = store.directory().by_id(id).await? else { continue };
        if !matches!(tenant.status, Status::Active | Status::Suspended) {
            continue;
        }
        let db = store.tenant_db(tenant, Mode::Read).await?;
        let found = crate::find_member(&db, user).await;
        db.finish(false).await?;
        if found?.is_some() {
            confirm(store, user, id).await?;
            repaired += 1;
        } else if clock::now() - row.created_at > ABANDONED {
            forget(store, user, id).await?;
            repaired += 1;
        }
    }
    Ok(repaired)
}

/// The person no longer belongs.
pub async fn forget(store: &Store, user: UserId, tenant: TenantId) -> Result<()> {
    let tx = store.catalog().begin().await?;
    membership::Entity::delete_many()
        .filter(membership::Column::UserId.eq(user.0))
        .filter(membership::Column::TenantId.eq(tenant.0))
        .exec(&tx)
        .await?;
    let subject = crate::members::subject(tenant, user);
    Changes::note(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().tell("member", &subject);
    Ok(())
}

/// Remembers where the person went last: there they land after the next sign-in.
pub async fn note_use(catalog: &CatalogDb, user: UserId, tenant: TenantId) -> Result<()> {
    catalog
        .update_many::<membership::Entity>()
        .col_expr(membership::Column::UsedAt, Expr::value(clock::now()))
        .filter(membership::Column::UserId.eq(user.0))
        .filter(membership::Column::TenantId.eq(tenant.0))
        .exec(catalog)
        .await?;
    Ok(())
}

/// The same as [`belongings`], as it was at most a second ago: every page shows the switcher.
#[derive(Clone)]
pub struct Belongings {
    catalog: CatalogDb,
    changes: Changes,
    kept: Arc<Cache<UserId, Arc<Vec<Belonging>>>>,
}

impl Belongings {
    /// Follows the `member` and `tenant` changes.
    pub fn new(store: &Store) -> Self {
        let kept: Arc<Cache<UserId, Arc<Vec<Belonging>>>> = Arc::new(Cache::new(KEPT));
        let copy = kept.clone();
        store.changes().follow(move |change| match change {
            Change::One { kind: "member", subject } => match crate::members::parse(subject) {
                Some((_, user)) => {
                    copy.remove(&user);
                }
                None => copy.clear(),
            },
            Change::One { kind: "tenant", .. } | Change::Everything => copy.clear(),
            Change::One { .. } => {}
        });
        Self { catalog: store.catalog().clone(), changes: store.changes().clone(), kept }
    }

    /// The workspaces of a person, by name.
    pub async fn of(&self, user: UserId) -> Result<Arc<Vec<Belonging>>> {
        if self.changes.is_fresh()
            && let Some(kept) = self.kept.get(&user)
        {
            return Ok(kept);
        }
        let seen = self.changes.applied();
        let found = Arc::new(belongings(&self.catalog, user).await?);
        self.kept.insert(user, found.clone());
        if self.changes.applied() != seen {
            self.kept.remove(&user);
        }
        Ok(found)
    }
}
