//! Where a person belongs: an index in the catalogue. What they may do there only the tenant says.

use std::sync::Arc;

use core_base::{Result, TenantId, UserId, clock};
use core_db::{
    CatalogDb, CatalogTx, Changes, Mode, ReadThroughCache, Stale, Status, Store, Tenant,
};
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
pub struct WorkspaceMembership {
    /// The tenant.
    pub tenant_id: TenantId,
    /// The word it is known by.
    pub slug: String,
    /// Its address in the web, without a slash at the end.
    #[sea_orm(skip)]
    pub origin: String,
    /// Its name.
    pub name: String,
    /// Whether it is open.
    pub status: Status,
    /// When it will be erased, UTC; only while its deletion is pending.
    pub erase_at: Option<chrono::DateTime<chrono::Utc>>,
    /// When the person last went there, UTC.
    pub used_at: Option<chrono::DateTime<chrono::Utc>>,
}

impl WorkspaceMembership {
    /// Can it be entered?
    pub fn is_open(&self) -> bool {
        self.status == Status::Active
    }
}

/// The workspaces of a person, by name.
pub async fn workspaces_of(store: &Store, user: UserId) -> Result<Vec<WorkspaceMembership>> {
    use core_db::catalog::tenant;
    let catalog = store.catalog();
    let join = membership::Entity::belongs_to(tenant::Entity)
        .from(membership::Column::TenantId)
        .to(tenant::Column::Id)
        .into();
    let mut rows = catalog
        .find::<membership::Entity>()
        .select_only()
        .column(membership::Column::TenantId)
        .column(membership::Column::UsedAt)
        .column(tenant::Column::Slug)
        .column(tenant::Column::Name)
        .column(tenant::Column::Status)
        .column(tenant::Column::EraseAt)
        .join(JoinType::InnerJoin, join)
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::State.ne("reserved"))
        .filter(tenant::Column::Status.is_in(Status::WHOLE))
        .order_by_asc(Func::lower(Expr::col((tenant::Entity, tenant::Column::Name))))
        .into_model::<WorkspaceMembership>()
        .all(catalog)
        .await?;
    for row in &mut rows {
        row.origin = store.origins().of_slug(&row.slug);
    }
    Ok(rows)
}

/// Notes that a person is about to belong. Doing it again is harmless.
pub async fn reserve_membership(
    catalog: &impl ConnectionTrait,
    user: UserId,
    tenant: TenantId,
) -> Result<()> {
    insert_once(catalog, user, tenant, "reserved").await
}

/// The tenant's own row is committed: the person belongs, and everybody's caches hear of it.
pub async fn confirm_membership(store: &Store, user: UserId, tenant: TenantId) -> Result<()> {
    let tx = store.catalog().begin().await?;
    activate(&tx, user, tenant).await?;
    let subject = crate::member_cache::subject(tenant, Some(user));
    Changes::record(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().notify("member", &subject);
    Ok(())
}

/// Also where there is no row any more: whoever was removed and comes back at the same moment must
/// not be lost from the index.
pub(crate) async fn activate(tx: &CatalogTx, user: UserId, tenant: TenantId) -> Result<()> {
    insert_once(tx, user, tenant, "active").await?;
    // Where there was one. An upsert would not say what it was before.
    tx.update_many::<membership::Entity>()
        .col_expr(membership::Column::State, Expr::value("active"))
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::State.ne("active"))
        .exec(tx)
        .await?;
    Ok(())
}

/// A new row; nothing, where there is one.
async fn insert_once(
    catalog: &impl ConnectionTrait,
    user: UserId,
    tenant: TenantId,
    state: &str,
) -> Result<()> {
    let columns = [membership::Column::UserId, membership::Column::TenantId];
    let there = OnConflict::columns(columns).do_nothing().to_owned();
    let row = row(user, tenant, state);
    membership::Entity::insert(row).on_conflict(there).exec_without_returning(catalog).await?;
    Ok(())
}

/// Notes that a person is about to be removed. Until that is confirmed they still belong.
pub(crate) async fn mark_leaving(
    catalog: &CatalogDb,
    user: UserId,
    tenant: TenantId,
) -> Result<()> {
    catalog
        .update_many::<membership::Entity>()
        .col_expr(membership::Column::State, Expr::value("leaving"))
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::TenantId.eq(tenant))
        .exec(catalog)
        .await?;
    Ok(())
}

fn row(user: UserId, tenant: TenantId, state: &str) -> membership::ActiveModel {
    membership::ActiveModel {
        user_id: Set(user),
        tenant_id: Set(tenant),
        state: Set(state.into()),
        created_at: Set(clock::now()),
        used_at: Set(None),
    }
}

/// A reservation that nobody completed in this time belongs to somebody who died.
const ABANDONED: chrono::TimeDelta = chrono::TimeDelta::minutes(5);

/// Completes or takes back what a kill left between the tenant and its index: who is a member is
/// confirmed, who is none any more goes, and so does a reservation that led to no member. Returns how
/// many it saw to.
pub async fn repair_memberships(store: &Store) -> Result<usize> {
    let catalog = store.catalog();
    let unsure = catalog.find::<membership::Entity>();
    let unsure = unsure.filter(membership::Column::State.ne("active")).all(catalog).await?;
    let mut repaired = 0;
    for row in unsure {
        let Some(tenant) = store.directory().by_id(row.tenant_id).await? else {
            continue;
        };
        if Status::WHOLE.contains(&tenant.status) {
            repaired += usize::from(repair_one(store, tenant, &row).await?);
        }
    }
    Ok(repaired)
}

async fn repair_one(store: &Store, tenant: Arc<Tenant>, row: &membership::Model) -> Result<bool> {
    let (user, id) = (row.user_id, tenant.id);
    // Whoever is removing a member right now is in this room from the mark to the end.
    let db = store.tenant_db(tenant, Mode::Write).await?;
    let found = async {
        db.lock_table::<crate::entity::member::Entity>().await?;
        crate::find_member(&db, user).await
    };
    let found = found.await;
    let repaired = match &found {
        Ok(Some(_)) => confirm_membership(store, user, id).await.map(|()| true),
        Ok(None) if row.state == "leaving" || clock::now() - row.created_at > ABANDONED => {
            forget_membership(store, user, id).await.map(|()| true)
        }
        _ => Ok(false),
    };
    db.finish(false).await?;
    found?;
    repaired
}

/// The person no longer belongs, unless they have been confirmed again meanwhile.
pub async fn forget_membership(store: &Store, user: UserId, tenant: TenantId) -> Result<()> {
    let tx = store.catalog().begin().await?;
    membership::Entity::delete_many()
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::TenantId.eq(tenant))
        .filter(membership::Column::State.ne("active"))
        .exec(&tx)
        .await?;
    let subject = crate::member_cache::subject(tenant, Some(user));
    Changes::record(&tx, "member", &subject).await?;
    tx.commit().await?;
    store.changes().notify("member", &subject);
    Ok(())
}

/// Remembers where the person went last: there they land after the next sign-in.
pub async fn note_use(on: &impl ConnectionTrait, user: UserId, tenant: TenantId) -> Result<()> {
    membership::Entity::update_many()
        .col_expr(membership::Column::UsedAt, Expr::value(clock::now()))
        .filter(membership::Column::UserId.eq(user))
        .filter(membership::Column::TenantId.eq(tenant))
        .exec(on)
        .await?;
    Ok(())
}

/// A cache of [`workspaces_of`] that is at most a second old: every page shows the switcher.
#[derive(Clone)]
pub struct WorkspaceMemberships {
    store: Store,
    kept: ReadThroughCache<UserId, Arc<Vec<WorkspaceMembership>>>,
}

impl WorkspaceMemberships {
    /// Follows the `member` and `tenant` changes.
    pub fn new(store: &Store) -> Self {
        let kept = ReadThroughCache::new(store.changes(), KEPT, |kind, subject| match kind {
            "member" => match crate::member_cache::parse(subject) {
                Some((_, Some(user))) => Stale::One(user),
                // A role has changed, and nobody's workspaces.
                Some((_, None)) => Stale::No,
                None => Stale::All,
            },
            "tenant" => Stale::All,
            _ => Stale::No,
        });
        Self { store: store.clone(), kept }
    }

    /// The workspaces of a person, by name.
    pub async fn of(&self, user: UserId) -> Result<Arc<Vec<WorkspaceMembership>>> {
        if let Some(kept) = self.kept.copy(&user) {
            return Ok(kept);
        }
        let read = async { workspaces_of(&self.store, user).await.map(|all| Some(Arc::new(all))) };
        Ok(self.kept.read(user, read).await?.unwrap_or_default())
    }
}
