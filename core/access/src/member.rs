//! A person inside one tenant.

use core_base::{Error, MemberId, Result, RoleId, TenantId, UserId, clock};
use core_db::{Store, TenantDb};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, DbErr, EntityTrait, FromQueryResult, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, Select,
    prelude::DateTimeUtc,
    sea_query::{Expr, IntoCondition},
};

use crate::{
    AnyRole, PermissionDef, PermissionKeys, PermissionSet, Role,
    entity::{member, role},
    member_cache,
};

/// A member, with what their role lets them do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which member.
    pub id: MemberId,
    /// Which person.
    pub user: UserId,
    /// The workspace this is a member of.
    pub tenant: TenantId,
    /// What colleagues read.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// What they are.
    pub role: AnyRole,
    /// What people call that.
    pub role_name: String,
    /// What they may do.
    pub permissions: PermissionSet,
    /// Since when, UTC.
    pub since: DateTimeUtc,
}

impl Member {
    /// Does the role hold this permission?
    pub fn may(&self, permission: &PermissionDef) -> bool {
        self.permissions.holds(permission)
    }

    /// The same member with no more than this, of all permissions that there are.
    #[must_use]
    pub fn within(&self, scope: &PermissionKeys, permissions: &[PermissionDef]) -> Self {
        let both = self.permissions.keys(permissions).0.intersection(&scope.0).cloned().collect();
        let permissions = PermissionSet::Custom(PermissionKeys(both));
        Self { permissions, ..self.clone() }
    }
}

/// What is needed to make somebody a member.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// The person.
    pub user: UserId,
    /// What colleagues read.
    pub name: String,
    /// Their email address.
    pub email: String,
    /// What they are to be.
    pub role: AnyRole,
}

/// A row of members beside the role of the workspace's own that it may name.
#[derive(Clone, Debug, FromQueryResult)]
pub struct MemberRow {
    id: MemberId,
    user_id: UserId,
    name: String,
    email: String,
    role: AnyRole,
    created_at: DateTimeUtc,
    role_name: Option<String>,
    permissions: Option<PermissionKeys>,
}

impl MemberRow {
    /// All members; add a filter and an order, then `into_model::<MemberRow>()`.
    pub fn select(db: &TenantDb) -> Select<member::Entity> {
        let join = member::Entity::belongs_to(role::Entity)
            .from(member::Column::Role)
            .to(role::Column::Id)
            .into();
        db.find::<member::Entity>()
            .join(JoinType::LeftJoin, join)
            .column_as(role::Column::Name, "role_name")
            .column_as(role::Column::Permissions, "permissions")
    }

    /// The member of `tenant` that this is.
    pub fn member(self, tenant: TenantId) -> Member {
        let (role_name, permissions) = match self.role {
            AnyRole::BuiltIn(role) => (role.label().to_owned(), PermissionSet::BuiltIn(role)),
            // A role that is gone holds nothing.
            AnyRole::Custom(_) => (
                self.role_name.unwrap_or_default(),
                self.permissions.map_or(PermissionSet::NONE, PermissionSet::Custom),
            ),
        };
        Member {
            id: self.id,
            user: self.user_id,
            tenant,
            name: self.name,
            email: self.email,
            role: self.role,
            role_name,
            permissions,
            since: self.created_at,
        }
    }
}

/// The member that this person is here, read in the caller's own transaction.
pub async fn find_member(db: &TenantDb, user: UserId) -> Result<Option<Member>> {
    find(db, member::Column::UserId.eq(user)).await
}

/// The member of this id, or `NotFound`.
pub async fn get_member(db: &TenantDb, id: MemberId) -> Result<Member> {
    find(db, member::Column::Id.eq(id)).await?.ok_or(Error::NotFound)
}

async fn find(db: &TenantDb, which: impl IntoCondition) -> Result<Option<Member>> {
    let row = MemberRow::select(db).filter(which).into_model::<MemberRow>().one(db).await?;
    Ok(row.map(|row| row.member(db.tenant())))
}

/// Adds a member, or gives an existing one the role. Doing it again is harmless.
pub async fn add_member(db: &TenantDb, new: NewMember) -> Result<MemberId> {
    db.lock_table::<member::Entity>().await?;
    let Some(member) = find_member(db, new.user).await? else {
        return insert_member(db, new).await;
    };
    if member.role.is_owner() && !new.role.is_owner() && owners(db).await? <= 1 {
        return Err(Error::Conflict(crate::Refusal::LastOwner.text().to_owned()));
    }
    set_role(db, member.id, new.role).await?;
    Ok(member.id)
}

/// Adds a member to a tenant that cannot have them yet.
pub(crate) async fn insert_member(db: &TenantDb, new: NewMember) -> Result<MemberId> {
    let id = MemberId::new();
    let row = member::ActiveModel {
        id: Set(id),
        user_id: Set(new.user),
        name: Set(new.name),
        email: Set(new.email),
        role: Set(new.role),
        created_at: Set(clock::now()),
    };
    db.insert(row).await?;
    Ok(id)
}

pub(crate) async fn set_role(db: &TenantDb, id: MemberId, role: AnyRole) -> Result<(), DbErr> {
    let update = db.update_many::<member::Entity>();
    let update = update.col_expr(member::Column::Role, Expr::value(role));
    update.filter(member::Column::Id.eq(id)).exec(db).await.map(drop)
}

/// Brings what colleagues read of a person up to date. Nothing happens where they are no member.
pub async fn describe_member(
    store: &Store,
    db: &TenantDb,
    user: UserId,
    (name, email): (&str, &str),
) -> Result<()> {
    let update = db.update_many::<member::Entity>();
    let update = update.col_expr(member::Column::Name, Expr::value(name));
    let update = update.col_expr(member::Column::Email, Expr::value(email));
    update.filter(member::Column::UserId.eq(user)).exec(db).await?;
    let (store, tenant) = (store.clone(), db.tenant());
    db.after_commit(async move { member_cache::note(&store, tenant, Some(user)).await });
    Ok(())
}

/// Whoever has the one role gets the other. Says how many they were.
pub(crate) async fn move_all(db: &TenantDb, from: RoleId, to: AnyRole) -> Result<u64, DbErr> {
    let update = db.update_many::<member::Entity>();
    let update = update.col_expr(member::Column::Role, Expr::value(to));
    let update = update.filter(member::Column::Role.eq(AnyRole::Custom(from)));
    Ok(update.exec(db).await?.rows_affected)
}

/// How many own the workspace.
pub(crate) async fn owners(db: &TenantDb) -> Result<u64, DbErr> {
    let owner = AnyRole::BuiltIn(Role::Owner);
    db.find::<member::Entity>().filter(member::Column::Role.eq(owner)).count(db).await
}
