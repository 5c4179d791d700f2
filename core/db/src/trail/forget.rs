//! Erasing a person: what entries say about them and where they came from goes, and the chain holds. Their
//! id stays, which leads to nobody once their account is gone.

use std::{collections::BTreeSet, sync::Arc};

use core_base::{Result, UserId};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};
use serde_json::{Value as Json, json};

use super::{
    entry, head,
    read_back::{asked, key},
    recorder::Recorded,
    retention::erase,
    vouchers::{ACCESS, FORGOTTEN, PEOPLE_TABLE, TRAIL, rows_of},
};
use crate::{OnErase, OwnedBy, Status, Store, Tenant, TenantDb};

/// So many entries are seen to in one transaction: nobody waits long for it.
const MANY: u64 = 2_000;

impl Store {
    /// Erases a person from a tenant's trail: the addresses they came from, and the details of entries
    /// about them, which are found by their email address. Returns how many entries it changed. Entries
    /// that were written without a seal stay as they are.
    pub async fn forget_in_audit(
        &self,
        tenant: &Arc<Tenant>,
        user: UserId,
        email: &str,
    ) -> Result<u64> {
        // Found once: what is erased on the way is what they are found by.
        let find = |db: TenantDb| async move { rows_about(&db, user, email, &[]).await };
        let rows = self.read_in(tenant.clone(), find).await?;
        let (mut changed, mut from) = (0, Some(0));
        while let Some(after) = from {
            let rows = &rows;
            let work = |db: TenantDb| async move { forget(&db, user, rows, after).await };
            let (more, next) = self.on_trail(tenant, work).await?;
            (changed, from) = (changed + more, next);
        }
        Ok(changed)
    }

    /// Tables of the catalogue whose rows go with a person, and the column that names them.
    fn owned_by_people(&self) -> Vec<(String, String)> {
        let all = self.0.tables.iter().filter_map(|table| {
            let goes = |(whose, _, then): &&(OwnedBy, String, OnErase)| {
                *whose == OwnedBy::User && *then == OnErase::Delete
            };
            let (_, column, _) = table.about.iter().find(goes)?;
            Some((table.name.clone(), column.clone()))
        });
        all.collect()
    }

    /// The same in every trail, the catalogue's first. Gives the workspaces' words, and how many entries changed,
    /// where any did; the catalogue's word is empty.
    pub async fn forget_in_every_audit(
        &self,
        user: UserId,
        email: &str,
    ) -> Result<Vec<(String, u64)>> {
        let mut all = vec![(String::new(), self.forget_in_catalog_audit(user, email).await?)];
        let rows = crate::catalog::tenant::Entity::find()
            .filter(crate::catalog::tenant::Column::Status.is_in(Status::WHOLE))
            .order_by_asc(crate::catalog::tenant::Column::Slug)
            .all(self.catalog())
            .await?;
        // One that cannot be read keeps no other from being done.
        let mut failed = Ok(());
        for row in rows {
            let tenant = self.tenant(row);
            match self.forget_in_audit(&tenant, user, email).await {
                Ok(changed) => all.push((tenant.slug.clone(), changed)),
                Err(error) => {
                    let error = error.into_anyhow();
                    tracing::error!(
                        slug = tenant.slug,
                        "forgetting a person in its trail: {error:#}"
                    );
                    failed = Err(error.context(format!("the trail of {}", tenant.slug)));
                }
            }
        }
        failed?;
        all.retain(|(_, changed)| *changed > 0);
        Ok(all)
    }

    /// The same in the catalogue's own trail, where their account stands.
    pub async fn forget_in_catalog_audit(&self, user: UserId, email: &str) -> Result<u64> {
        let (found, owned) = (email.to_owned(), self.owned_by_people());
        let rows = self.read_catalog_trail(move |tx| {
            Box::pin(async move { rows_about(tx, user, &found, &owned).await })
        });
        let rows = Arc::new(rows.await?);
        let (mut changed, mut from) = (0, Some(0));
        while let Some(after) = from {
            let rows = rows.clone();
            let done = self.on_catalog_trail(move |tx| {
                Box::pin(async move { forget(tx, user, &rows, after).await })
            });
            let (more, next) = done.await?;
            (changed, from) = (changed + more, next);
        }
        Ok(changed)
    }
}

/// Sees to the next entries; how many it changed, and behind which the next ones stand.
async fn forget<C: Recorded>(
    db: &C,
    user: UserId,
    rows: &Rows,
    after: i64,
) -> Result<(u64, Option<i64>)> {
    // Nobody else erases or adds meanwhile.
    head::Entity::find_by_id(head::ID).lock_exclusive().one(db).await?;
    let mut any = Condition::any().add(entry::Column::UserId.eq(user.0));
    for (table, row) in rows {
        let about = entry::Column::Entity.eq(table).and(entry::Column::RowId.eq(row));
        any = any.add(about);
    }
    // What says by what right others were erased stays.
    let found = entry::Entity::find().filter(entry::Column::Category.ne(TRAIL));
    let found = found.filter(any).filter(entry::Column::Seq.gt(after));
    let found = found.order_by_asc(entry::Column::Seq).limit(MANY).all(db).await?;
    let next = found.last().map(|last| last.seq).filter(|_| found.len() as u64 == MANY);
    let mut changed = 0;
    for entry in found {
        let (by, about) = (
            entry.user_id == Some(user.0),
            rows.contains(&(entry.entity.clone(), entry.row_id.clone())),
        );
        let is_access = entry.category == ACCESS;
        let told = about || (by && is_access);
        changed += u64::from(erase(db, entry, [told, by, told]).await?);
    }
    if changed > 0 {
        let rows: Vec<_> = rows.iter().map(|(table, row)| format!("{table}/{row}")).collect();
        let told = json!({ "rows": [Json::Null, rows] });
        db.recorder().tell_of_trail(FORGOTTEN, PEOPLE_TABLE, &user.to_string(), told);
    }
    Ok((changed, next))
}

/// The rows that belong to a person by their id, those that are there and those that they changed themselves.
async fn owned_rows<C: Recorded>(db: &C, user: UserId, owned: &[(String, String)]) -> Result<Rows> {
    let mut rows = Rows::new();
    let told: Vec<_> = db.recorder().trail.all().cloned().collect();
    for (name, column) in owned {
        let Some(table) = told.iter().find(|table| table.table == *name) else { continue };
        let asked = asked(table, &[], "", "a");
        let sql = format!("SELECT {asked} FROM \"catalog\".\"{name}\" WHERE \"{column}\" = $1");
        let there = Statement::from_sql_and_values(db.get_database_backend(), sql, [user.into()]);
        for row in db.query_all_raw(there).await? {
            rows.insert((name.clone(), key(table, &row)?));
        }
        let by = entry::Entity::find().filter(entry::Column::Entity.eq(name));
        for entry in by.filter(entry::Column::UserId.eq(user.0)).all(db).await? {
            rows.insert((name.clone(), entry.row_id));
        }
    }
    Ok(rows)
}

/// Tables and keys.
type Rows = BTreeSet<(String, String)>;

/// The rows that are about a person, whether they are still there or not: by what is told of them, by what
/// is there, and by what was erased before.
async fn rows_about<C: Recorded>(
    db: &C,
    user: UserId,
    email: &str,
    owned: &[(String, String)],
) -> Result<Rows> {
    let mut rows = owned_rows(db, user, owned).await?;
    let tables: Vec<_> =
        db.recorder().trail.all().filter(|table| table.person.is_some()).cloned().collect();
    for table in tables {
        let (name, column) = (&table.table, table.person.as_deref().unwrap_or_default());
        let asked = asked(&table, &[], "", "a");
        let sql = format!("SELECT {asked} FROM \"tenant\".\"{name}\" WHERE \"{column}\" = $1");
        let backend = db.get_database_backend();
        let there = Statement::from_sql_and_values(backend, sql, [email.into()]);
        for row in db.query_all_raw(there).await? {
            rows.insert((name.clone(), key(&table, &row)?));
        }
        let (mut after, mut is_last) = (0, false);
        while !is_last {
            let told = entry::Entity::find().filter(entry::Column::Entity.eq(name));
            let told = told.filter(entry::Column::Seq.gt(after)).order_by_asc(entry::Column::Seq);
            let told = told.limit(MANY).all(db).await?;
            is_last = (told.len() as u64) < MANY;
            after = told.last().map_or(after, |last| last.seq);
            for entry in told {
                let changes: Json = serde_json::from_str(&entry.changes).unwrap_or_default();
                if [0, 1].iter().any(|place| changes[column][*place] == *email) {
                    rows.insert((name.clone(), entry.row_id));
                }
            }
        }
    }
    let before = entry::Entity::find()
        .filter(entry::Column::Entity.eq(PEOPLE_TABLE))
        .filter(entry::Column::RowId.eq(user.to_string()))
        .filter(entry::Column::Category.eq(TRAIL));
    for entry in before.all(db).await? {
        let told: Json = serde_json::from_str(&entry.changes).unwrap_or_default();
        let known = rows_of(&told);
        rows.extend(known.filter_map(|row| {
            row.split_once('/').map(|(table, key)| (table.to_owned(), key.to_owned()))
        }));
    }
    Ok(rows)
}
