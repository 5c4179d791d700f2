//! A role that a workspace made for itself, and everything one can do with it.

use std::collections::HashMap;

use core_base::{Error, Result, RoleId, Verdict, clock, text::name_key};
use core_db::{OnUnique, TenantDb};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Asterisk, Expr, Func},
};

use crate::{
    AnyRole, Decision, PermissionKeys, PermissionSet, Refusal, Role,
    entity::{
        member,
        role::{self, ActiveModel, Column, Entity},
    },
    member::move_all,
    member_cache,
};

const NAME: &str = "roles_name_key";

/// A role of the workspace's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomRole {
    /// The id of the role.
    pub id: RoleId,
    /// What people read.
    pub name: String,
    /// What it may do.
    pub permissions: PermissionSet,
    /// Counts the changes.
    pub version: i32,
}

/// What became of a change to a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RoleEdit {
    /// It is saved.
    Saved,
    /// Another role, perhaps a built-in one, has that name.
    NameTaken,
    /// The version is outdated: somebody else saved first.
    Conflict,
    /// The rules say no.
    Refused(Refusal),
}

impl From<role::Model> for CustomRole {
    fn from(row: role::Model) -> Self {
        // What is no id of ours matches no member either.
        let id = row.id.parse().unwrap_or(RoleId(uuid::Uuid::nil()));
        Self {
            id,
            name: row.name,
            permissions: PermissionSet::Custom(row.permissions),
            version: row.version,
        }
    }
}

/// All of them, by name.
pub async fn custom_roles(db: &TenantDb) -> Result<Vec<CustomRole>> {
    let name = Func::lower(Expr::col((Entity, Column::Name)));
    let rows = db.find::<Entity>().order_by_asc(name).order_by_asc(Column::Id).all(db).await?;
    Ok(rows.into_iter().map(CustomRole::from).collect())
}

/// The role of this id, or `NotFound`.
pub async fn custom_role(db: &TenantDb, id: RoleId) -> Result<CustomRole> {
    Ok(db.get::<Entity>(id.to_string()).await?.into())
}

/// Every role there is with its name and power, from most to least, then the workspace's own.
pub async fn all_roles(db: &TenantDb) -> Result<Vec<(AnyRole, String, PermissionSet)>> {
    let built_in = Role::all().rev();
    let built_in =
        built_in.map(|role| (role.into(), role.label().into(), PermissionSet::BuiltIn(role)));
    let own = custom_roles(db).await?.into_iter();
    let own = own.map(|role| (AnyRole::Custom(role.id), role.name, role.permissions));
    Ok(built_in.chain(own).collect())
}

/// What a role is called and what it may do; `None`: there is no such role any more.
pub(crate) async fn named(db: &TenantDb, role: AnyRole) -> Result<Option<(String, PermissionSet)>> {
    Ok(match role {
        AnyRole::BuiltIn(role) => Some((role.label().to_owned(), PermissionSet::BuiltIn(role))),
        AnyRole::Custom(id) => {
            let row = db.find::<Entity>().filter(Column::Id.eq(id.to_string())).one(db).await?;
            row.map(|row| (row.name, PermissionSet::Custom(row.permissions)))
        }
    })
}

/// How many members have each role.
pub async fn people_by_role(db: &TenantDb) -> Result<HashMap<AnyRole, u64>> {
    let rows: Vec<(AnyRole, i64)> = db
        .find::<member::Entity>()
        .select_only()
        .column(member::Column::Role)
        .expr(Func::count(Expr::col(Asterisk)))
        .group_by(member::Column::Role)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(role, count)| (role, count.unsigned_abs())).collect())
}

/// What a role may do; `None`: there is no such role any more.
pub(crate) async fn permissions(db: &TenantDb, role: AnyRole) -> Result<Option<PermissionSet>> {
    Ok(named(db, role).await?.map(|(_, permissions)| permissions))
}

/// The roles, decided about.
impl Decision<'_> {
    /// A new role.
    pub async fn create_role(&self, name: &str, keys: PermissionKeys) -> Verdict<RoleId, RoleEdit> {
        let permissions = PermissionSet::Custom(keys);
        if let Err(why) =
            self.rules().may_edit(&self.actor.permissions, &PermissionSet::NONE, &permissions)
        {
            return Ok(Err(RoleEdit::Refused(why)));
        }
        if self.is_taken(name, None).await? {
            return Ok(Err(RoleEdit::NameTaken));
        }
        let (id, now) = (RoleId::new(), clock::now());
        let row = ActiveModel {
            id: Set(id.to_string()),
            name: Set(name.to_owned()),
            permissions: Set(permissions.keys(self.permissions)),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let made = self.db.insert(row).on_unique(self.db, NAME, || RoleEdit::NameTaken);
        Ok(made.await?.map(|_| id))
    }

    /// Gives a role another name, if it is still at the `version` that the person saw.
    pub async fn rename_role(&self, id: RoleId, version: i32, name: &str) -> Result<RoleEdit> {
        let before = custom_role(self.db, id).await?;
        let change = ActiveModel { name: Set(name.to_owned()), ..Default::default() };
        if self.is_taken(name, Some(id)).await? {
            return Ok(RoleEdit::NameTaken);
        }
        self.save(&before, version, &before.permissions, change).await
    }

    /// Gives a role other permissions, if it is still at the `version` that the person saw.
    pub async fn regrant_role(
        &self,
        id: RoleId,
        version: i32,
        keys: PermissionKeys,
    ) -> Result<RoleEdit> {
        let before = custom_role(self.db, id).await?;
        let after = PermissionSet::Custom(keys);
        let keys = after.keys(self.permissions);
        let change = ActiveModel { permissions: Set(keys), ..Default::default() };
        self.save(&before, version, &after, change).await
    }

    async fn save(
        &self,
        before: &CustomRole,
        version: i32,
        after: &PermissionSet,
        change: ActiveModel,
    ) -> Result<RoleEdit> {
        if let Err(why) = self.rules().may_edit(&self.actor.permissions, &before.permissions, after)
        {
            return Ok(RoleEdit::Refused(why));
        }
        if before.version != version {
            return Ok(RoleEdit::Conflict);
        }
        let (version, updated_at) = (Set(version + 1), Set(clock::now()));
        let change = ActiveModel { version, updated_at, ..change };
        let update = self.db.update_many::<Entity>().set(change);
        update.filter(Column::Id.eq(before.id.to_string())).exec(self.db).await?;
        self.note_all();
        Ok(RoleEdit::Saved)
    }

    /// Deletes a role. Its members get `instead`; without it, nobody may have the role.
    pub async fn delete_role(&self, id: RoleId, instead: Option<AnyRole>) -> Result<RoleEdit> {
        let before = custom_role(self.db, id).await?;
        let rules = self.rules();
        if let Err(why) =
            rules.may_edit(&self.actor.permissions, &before.permissions, &PermissionSet::NONE)
        {
            return Ok(RoleEdit::Refused(why));
        }
        let used = people_by_role(self.db).await?.contains_key(&AnyRole::Custom(id));
        match instead.filter(|instead| instead.custom() != Some(id)) {
            Some(instead) => {
                let permissions = permissions(self.db, instead).await?.ok_or(Error::NotFound)?;
                if let Err(why) = rules.may_grant(&self.actor.permissions, &permissions) {
                    return Ok(RoleEdit::Refused(why));
                }
                move_all(self.db, id, instead).await?;
            }
            None if used => return Ok(RoleEdit::Conflict),
            None => {}
        }
        let delete = self.db.delete_many::<Entity>();
        delete.filter(Column::Id.eq(id.to_string())).exec(self.db).await?;
        self.note_all();
        Ok(RoleEdit::Saved)
    }

    /// Built-in roles have their names already, and two that look alike are one to people.
    async fn is_taken(&self, name: &str, but: Option<RoleId>) -> Result<bool> {
        let name = name_key(name);
        let roles = all_roles(self.db).await?;
        let mut others = roles.iter().filter(|(role, ..)| but.is_none() || role.custom() != but);
        Ok(others.any(|(_, other, _)| name_key(other) == name))
    }

    fn note_all(&self) {
        let (store, tenant) = (self.store.clone(), self.db.tenant());
        self.db.after_commit(async move { member_cache::note(&store, tenant, None).await });
    }
}
