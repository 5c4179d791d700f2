//! A person inside one tenant, and the copies kept of what they may do.

use std::sync::Arc;

use core_base::{MemberId, Result, TenantId, UserId, clock};
use core_db::{Change, Changes, Mode, Store, Tenant, TenantDb};
use quick_cache::sync::Cache;
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter};

use crate::{Role, entity::member};

const KEPT: usize = 20_000;

/// The member who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which member.
    pub id: MemberId,
    /// Which person.
    pub user: UserId,
    /// Where.
    pub tenant: TenantId,
    /// What colleagues read.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

impl Member {
    /// Does the role hold this permission?
    pub fn may(&self, from: Role) -> bool {
        self.role >= from
    }
}

/// What is needed to make somebody a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The person.
    pub user: UserId,
    /// What colleagues read.
    pub name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    pub role: Role,
}

/// Adds a member, or gives an existing one the role. Doing it again is harmless.
pub async fn add_member(db: &TenantDb, new: NewMember) -> Result<MemberId> {
    if let Some(member) = find_member(db, new.user).await? {
        db.update_many::<member::Entity>()
            .col_expr(member::Column::Role, sea_orm::sea_query::Expr::value(new.role.word()))
            .filter(member::Column::Id.eq(member.id.0))
            .exec(db)
            .await?;
        return Ok(member.id);
    }
    insert_member(db, new).await
}

/// Adds a member to a tenant that cannot have them yet.
pub(crate) async fn insert_member(db: &TenantDb, new: NewMember) -> Result<MemberId> {
    let id = MemberId::new();
    let row = member::ActiveModel {
        id: Set(id.0),
        user_id: Set(new.user.0),
        name: Set(new.name),
        email: Set(new.email),
        role: Set(new.role),
        created_at: Set(clock::now()),
    };
    db.insert(row).await?;
    Ok(id)
}

/// The member that this person is here, read in the caller's own transaction.
pub async fn find_member(db: &TenantDb, user: UserId) -> Result<Option<Member>> {
    let row = db.find::<member::Entity>().filter(member::Column::UserId.eq(user.0)).one(db).await?;
    Ok(row.map(|row| Member {
        id: MemberId(row.id),
        user,
        tenant: db.tenant(),
        name: row.name,
        email: row.email,
        role: row.role,
    }))
}

pub(crate) fn subject(tenant: TenantId, user: UserId) -> String {
    format!("{}/{}", tenant.0.simple(), user.0.simple())
}

/// Members as they were at most a second ago, for showing pages. Writes ask the tenant itself.
#[derive(Clone)]
pub struct Members {
    store: Store,
    changes: Changes,
    kept: Arc<Cache<(TenantId, UserId), Arc<Member>>>,
}

impl Members {
    /// Follows the `member` changes of `store`.
    pub fn new(store: &Store) -> Self {
        let kept: Arc<Cache<(TenantId, UserId), Arc<Member>>> = Arc::new(Cache::new(KEPT));
        let copy = kept.clone();
        store.changes().follow(move |change| match change {
            Change::One { kind: "member", subject } => match parse(subject) {
                Some(key) => {
                    copy.remove(&key);
                }
                None => copy.clear(),
            },
            Change::One { .. } => {}
            Change::Everything => copy.clear(),
        });
        Self { store: store.clone(), changes: store.changes().clone(), kept }
    }

    /// The member that this person is in `tenant`.
    pub async fn find(&self, tenant: &Arc<Tenant>, user: UserId) -> Result<Option<Arc<Member>>> {
        let key = (tenant.id, user);
        if self.changes.is_fresh()
            && let Some(member) = self.kept.get(&key)
        {
            return Ok(Some(member));
        }
        let seen = self.changes.applied();
        let db = self.store.tenant_db(tenant.clone(), Mode::Read).await?;
        let found = find_member(&db, user).await;
        db.finish(false).await?;
        let Some(member) = found?.map(Arc::new) else { return Ok(None) };
        self.kept.insert(key, member.clone());
        if self.changes.applied() != seen {
            self.kept.remove(&key);
        }
        Ok(Some(member))
    }
}

pub(crate) fn parse(subject: &str) -> Option<(TenantId, UserId)> {
    let (tenant, user) = subject.split_once('/')?;
    Some((TenantId(tenant.parse().ok()?), UserId(user.parse().ok()?)))
}
