//! Writes what a unit of work told into the chain, in its own transaction, just before the commit.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbBackend, DbErr,
    EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, Statement, Value, sea_query::Expr,
};

use super::{
    chain::{digest, follow},
    entry::{self, Model},
    head,
};
use crate::{TenantDb, statement::refused};

/// So many are kept in memory before they are written.
const MANY: usize = 500;

/// What a unit of work told and did not yet write.
#[derive(Debug, Default)]
pub(crate) struct PendingEntries {
    entries: Vec<Model>,
    /// Savepoints that are neither released nor gone back to.
    savepoints: u32,
}

impl PendingEntries {
    pub(super) fn add(&mut self, entry: Model) {
        self.entries.push(entry);
    }

    /// Whether it is time to write. Not behind a savepoint: going back to it would undo what was told
    /// before it and written after it.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= MANY && self.savepoints == 0
    }

    /// A savepoint is set: the place to which [`back_to`](Self::back_to) goes back.
    pub(crate) fn mark(&mut self) -> usize {
        self.savepoints += 1;
        self.entries.len()
    }

    /// A savepoint is released.
    pub(crate) fn release(&mut self) {
        self.savepoints = self.savepoints.saturating_sub(1);
    }

    /// Forgets what was told since the savepoint.
    pub(crate) fn back_to(&mut self, len: usize) {
        self.release();
        self.entries.truncate(len);
    }

    fn take(&mut self) -> Vec<Model> {
        std::mem::take(&mut self.entries)
    }
}

impl TenantDb {
    /// Writes what was told so far. Whoever adds to the chain holds its end until the commit.
    pub(crate) async fn flush_audit(&self) -> Result<(), DbErr> {
        let mut entries = self.pending_entries().take();
        match entries.as_mut_slice() {
            [] => Ok(()),
            [one] if self.get_database_backend() == DbBackend::Postgres => {
                self.write_one(one).await
            }
            many => self.write_many(many).await,
        }
    }

    /// One statement: PostgreSQL moves the end of the chain on and adds the entry behind it.
    async fn write_one(&self, entry: &Model) -> Result<(), DbErr> {
        let sql = "WITH head AS (UPDATE \"tenant\".\"audit_head\" SET seq = seq + 1, \
                   link = encode(sha256(convert_to(link, 'UTF8') || $1), 'hex') RETURNING seq, link) \
                   INSERT INTO \"tenant\".\"audit_entries\" (seq, link, at, category, action, entity, \
                   row_id, title, actor, user_id, address, request, changes) \
                   SELECT head.seq, head.link, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM head";
        let values: [Value; 12] = [
            digest(entry).to_vec().into(),
            entry.at.into(),
            entry.category.clone().into(),
            entry.action.clone().into(),
            entry.entity.clone().into(),
            entry.row_id.clone().into(),
            entry.title.clone().into(),
            entry.actor.clone().into(),
            entry.user_id.into(),
            entry.address.clone().into(),
            entry.request.clone().into(),
            entry.changes.clone().into(),
        ];
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        match self.tx().await?.execute(statement).await?.rows_affected() {
            1 => Ok(()),
            _ => Err(refused("the audit trail has no end to add to")),
        }
    }

    async fn write_many(&self, entries: &mut [Model]) -> Result<(), DbErr> {
        let id = head::Column::Id.eq(head::ID);
        let moved = head::Entity::update_many()
            .filter(id.clone())
            .col_expr(head::Column::Seq, Expr::col(head::Column::Seq).add(entries.len() as i64))
            .exec_with_returning(self)
            .await?;
        let Some(end) = moved.into_iter().next() else {
            return Err(refused("the audit trail has no end to add to"));
        };
        let (mut seq, mut link) = (end.seq - entries.len() as i64, end.link);
        for entry in entries.iter_mut() {
            (seq, link) = (seq + 1, follow(&link, &digest(entry)));
            (entry.seq, entry.link) = (seq, link.clone());
        }
        let rows = entries.iter().cloned().map(|entry| {
            let seq = entry.seq;
            entry::ActiveModel { seq: Set(seq), ..entry.into_active_model().reset_all() }
        });
        entry::Entity::insert_many(rows).exec_without_returning(self).await?;
        let done =
            head::Entity::update_many().filter(id).col_expr(head::Column::Link, Expr::value(link));
        done.exec(self).await?;
        Ok(())
    }
}
