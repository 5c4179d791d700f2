//! The audit trail tells every change and nothing else, and shows whoever tampers with it.

mod catalog;
mod masked;
mod random;
mod tampered;
mod told;
mod upkeep;

use std::collections::{BTreeMap, HashMap};

use core_db::{AuditedTable, TenantDb, Verified, audit_entry};
use core_testing::{Stage, Workspace};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Map, Value as Json};

/// The told columns of every row, by table and key.
type Rows = BTreeMap<(String, String), Map<String, Json>>;

/// The tables of the product whose changes are told.
fn told_tables() -> Vec<AuditedTable> {
    let registry = crate::world::registry();
    let core = platform::Table::core();
    core.iter().chain(&registry.tables).filter_map(|table| table.audited.clone()).collect()
}

/// All entries of a workspace, in order.
async fn entries(stage: &Stage, workspace: &Workspace) -> Vec<audit_entry::Model> {
    let read = |db: TenantDb| async move {
        let all = audit_entry::Entity::find().order_by_asc(audit_entry::Column::Seq);
        Ok(all.all(&db).await?)
    };
    stage.write_in(workspace, read).await
}

/// What a workspace holds, read by the way archives are made.
async fn rows(stage: &Stage, workspace: &Workspace) -> Rows {
    let tables: HashMap<_, _> =
        told_tables().into_iter().map(|table| (table.table.clone(), table)).collect();
    let (mut found, mut shape) = (Rows::new(), None);
    for line in crate::archives::rows(stage, workspace).await {
        match serde_json::from_str::<Json>(&line).unwrap() {
            Json::Object(head) => {
                let name = head["table"].as_str().unwrap().to_owned();
                let columns = head["columns"].as_array().unwrap().iter();
                let columns: Vec<_> =
                    columns.map(|column| column[0].as_str().unwrap().to_owned()).collect();
                shape = tables.get(&name).map(|table| (name, columns, table));
            }
            Json::Array(values) => {
                let Some((name, columns, table)) = &shape else { continue };
                let all: HashMap<_, _> = columns.iter().cloned().zip(values).collect();
                let told = table.column_names().map(|name| (name.to_owned(), all[name].clone()));
                let id = all["id"].as_str().unwrap().to_owned();
                found.insert((name.clone(), id), told.collect());
            }
            other => panic!("{other}"),
        }
    }
    found
}

/// What a workspace must hold if everything that is told happened, and nothing else.
fn replay(entries: &[audit_entry::Model], tables: &[AuditedTable]) -> Rows {
    let mut rows = Rows::new();
    for entry in entries.iter().filter(|entry| entry.category == "change") {
        let key = (entry.entity.clone(), entry.row_id.clone());
        let changes: Map<String, Json> = serde_json::from_str(&entry.changes).unwrap();
        let said = |place: usize| {
            changes.iter().map(move |(name, pair)| (name.clone(), pair[place].clone()))
        };
        let place = format!("entry {}: {} {key:?}", entry.seq, entry.action);
        match entry.action.as_str() {
            "created" => {
                assert!(changes.values().all(|pair| pair[0].is_null()), "{place}");
                assert!(rows.insert(key, said(1).collect()).is_none(), "{place} was there");
            }
            "updated" => {
                let row = rows.get_mut(&key).unwrap_or_else(|| panic!("{place} was not there"));
                for (name, before) in said(0) {
                    assert_eq!(row[&name], before, "{place}: {name}");
                }
                row.extend(said(1));
            }
            "deleted" => {
                let row = rows.remove(&key).unwrap_or_else(|| panic!("{place} was not there"));
                let before: Map<_, _> = said(0).collect();
                // What was null before is null after, and so no change.
                for (name, value) in row {
                    assert_eq!(before.get(&name).unwrap_or(&Json::Null), &value, "{place}: {name}");
                }
            }
            other => panic!("{other}"),
        }
    }
    // A column that was null when its row was made is not in the entry.
    for ((table, _), row) in &mut rows {
        let table = tables.iter().find(|one| one.table == *table).unwrap();
        for name in table.column_names() {
            row.entry(name).or_insert(Json::Null);
        }
    }
    rows
}

/// The chain holds from its beginning to the end that is written down, as `audit verify` finds it.
async fn chain_holds(stage: &Stage, workspace: &Workspace) -> Result<Verified, String> {
    let found = stage
        .store
        .read_in(workspace.tenant.clone(), |db| async move {
            core_access::audit::verify_all(&db, &Default::default()).await
        })
        .await;
    found.map_err(core_base::Error::into_anyhow).unwrap().map_err(|broken| format!("{broken:?}"))
}
