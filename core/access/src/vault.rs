//! Encrypted columns: a key for each workspace and one for the catalogue, wrapped by a master key from the
//! settings. A value is bound to its place: moved to another row it can't be read.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use core_base::{EncryptionKey, Result, Secret, TenantId, Token, clock};
use core_db::{CatalogDb, violates};
use sea_orm::{ActiveValue::Set, ColumnTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use crate::entity::data_key::{ActiveModel, Column, Entity, Model};

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The workspace it belongs to; none: the catalogue.
    pub tenant: Option<TenantId>,
    /// The table.
    pub table: &'a str,
    /// The column.
    pub column: &'a str,
    /// What tells its row from others.
    pub row: &'a str,
}

/// Encrypts and decrypts values.
pub struct Vault {
    catalog: CatalogDb,
    /// The newest first.
    masters: Vec<Master>,
    known: Mutex<HashMap<Uuid, Arc<EncryptionKey>>>,
}

struct Master {
    name: String,
    key: EncryptionKey,
}

/// How many keys there are, and how many of them the newest master key wraps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyStatus {
    /// All of them.
    pub all: u64,
    /// Those that the newest master key wraps.
    pub newest: u64,
    /// Those that no master key of the settings opens: what they encrypted can't be read.
    pub lost: u64,
}

impl Vault {
    /// With the master keys of the settings, the newest first.
    pub fn new(catalog: CatalogDb, masters: &[Secret]) -> Self {
        let master = |secret: &Secret| Master {
            name: core_base::config::derive(secret, "master key's name").expose()[..16].to_owned(),
            key: EncryptionKey::of_secret(secret, "master"),
        };
        Self { catalog, masters: masters.iter().map(master).collect(), known: Mutex::default() }
    }

    /// The value, encrypted for this place.
    pub async fn encrypt(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>> {
        let (id, key) = self.current(place.tenant).await?;
        Ok([id.as_bytes().as_slice(), &key.encrypt(&place.context(), plain)].concat())
    }

    /// The value that was encrypted for this place; an error, where it was for another or its key is gone.
    pub async fn decrypt(&self, place: Place<'_>, sealed: &[u8]) -> Result<Vec<u8>> {
        let unreadable =
            || anyhow::anyhow!("a value of {}.{} can't be read", place.table, place.column);
        let (id, sealed) = sealed.split_at_checked(16).ok_or_else(unreadable)?;
        let id = Uuid::from_slice(id).map_err(|_| unreadable())?;
        let key = self.key(id).await?.ok_or_else(unreadable)?;
        Ok(key.decrypt(&place.context(), sealed).ok_or_else(unreadable)?)
    }

    /// How the keys are wrapped.
    pub async fn status(&self) -> Result<KeyStatus> {
        let mut status = KeyStatus::default();
        for row in self.catalog.find::<Entity>().all(&self.catalog).await? {
            status.all += 1;
            status.newest += u64::from(row.master == self.masters[0].name);
            status.lost += u64::from(self.unwrap(&row).is_none());
        }
        Ok(status)
    }

    /// Wraps every key by the newest master key. Each is a change of its own: what was done stays done, and
    /// whoever begins again goes on. Keys that can't be opened are left.
    pub async fn rotate(&self) -> Result<KeyStatus> {
        let newest = &self.masters[0];
        let others = self.catalog.find::<Entity>().filter(Column::Master.ne(&newest.name));
        for row in others.all(&self.catalog).await? {
            let Some(token) = self.unwrap(&row) else { continue };
            let wrapped = newest.key.encrypt(&context(&row), token.expose().as_bytes());
            self.catalog
                .update_many::<Entity>()
                .filter(Column::Id.eq(row.id))
                .filter(Column::Master.eq(&row.master))
                .col_expr(Column::Master, Expr::value(&newest.name))
                .col_expr(Column::Wrapped, Expr::value(wrapped))
                .exec(&self.catalog)
                .await?;
        }
        self.status().await
    }

    /// The key that encrypts new values, made with the first of them.
    async fn current(&self, tenant: Option<TenantId>) -> Result<(Uuid, Arc<EncryptionKey>)> {
        let scope = tenant.map_or_else(|| "catalog".to_owned(), |tenant| tenant.to_string());
        let found = || self.catalog.find::<Entity>().filter(Column::Scope.eq(&scope));
        if let Some(row) = found().one(&self.catalog).await? {
            return self.opened(&row);
        }
        let (token, newest) = (Token::random(), &self.masters[0]);
        let row = Model {
            id: Uuid::now_v7(),
            tenant_id: tenant,
            scope: scope.clone(),
            master: newest.name.clone(),
            wrapped: vec![],
            created_at: clock::now(),
        };
        let new = ActiveModel {
            wrapped: Set(newest.key.encrypt(&context(&row), token.expose().as_bytes())),
            ..row.into()
        };
        match self.catalog.insert(new).await {
            Ok(row) => self.opened(&row),
            // Somebody else made it at the same moment.
            Err(error) if violates(&error, "data_keys_scope_key") => {
                let row = found().one(&self.catalog).await?;
                self.opened(&row.ok_or_else(|| anyhow::anyhow!("a key came and went"))?)
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn key(&self, id: Uuid) -> Result<Option<Arc<EncryptionKey>>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if known.is_some() {
            return Ok(known);
        }
        match self.catalog.find::<Entity>().filter(Column::Id.eq(id)).one(&self.catalog).await? {
            Some(row) => Ok(Some(self.opened(&row)?.1)),
            None => Ok(None),
        }
    }

    fn opened(&self, row: &Model) -> Result<(Uuid, Arc<EncryptionKey>)> {
        let token = self.unwrap(row).ok_or_else(|| {
            anyhow::anyhow!("MASTER_KEY does not open the key {}: name the one before too", row.id)
        })?;
        let key = Arc::new(EncryptionKey::of(&token, "data"));
        // A workspace's key is not kept, so that its end is its end in every process.
        if row.tenant_id.is_none() {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(row.id, key.clone());
        }
        Ok((row.id, key))
    }

    fn unwrap(&self, row: &Model) -> Option<Token> {
        let master = self.masters.iter().find(|master| master.name == row.master)?;
        let plain = master.key.decrypt(&context(row), &row.wrapped)?;
        Token::parse(&String::from_utf8(plain).ok()?)
    }
}

/// A wrapped key is good for its own row alone.
fn context(row: &Model) -> Vec<u8> {
    format!("{}|{}", row.id, row.scope).into_bytes()
}

impl Place<'_> {
    fn context(self) -> Vec<u8> {
        let tenant = self.tenant.map_or_else(String::new, |tenant| tenant.to_string());
        format!("{tenant}|{}|{}|{}", self.table, self.column, self.row).into_bytes()
    }
}
