//! Writes what a unit of work told and put into the outbox, in its own transaction, just before the
//! commit: the trail into the chain, the rest beside it.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, DbBackend, DbErr, EntityTrait, IntoActiveModel,
    QuerySelect, QueryTrait, Statement, Value, Values,
};

use super::{
    chain::{digest, follow},
    entry::{self, Model},
    head,
    recorder::Recorder,
};
use crate::{outbox, statement::refused, tx::Tx};

/// So many are kept in memory before they are written.
const MANY: usize = 500;

/// The end of the chain.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    pub(super) seq: i64,
    pub(super) link: String,
}

/// What a unit of work has still to write.
#[derive(Debug, Default)]
pub(crate) struct PendingWrites {
    entries: Vec<Model>,
    outbox: Vec<outbox::ActiveModel>,
    /// The end of the chain, where it is known and nobody else can move it.
    pub(super) head: Option<Head>,
    /// The first entry of this unit of work that stands in the chain.
    pub(super) first: Option<i64>,
    /// Savepoints that are neither released nor gone back to.
    savepoints: u32,
}

/// How much was pending when a savepoint was set.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PendingMark {
    entries: usize,
    outbox: usize,
}

impl PendingWrites {
    pub(super) fn add(&mut self, entry: Model) {
        self.entries.push(entry);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.outbox.is_empty()
    }

    pub(crate) fn enqueue(&mut self, entry: outbox::ActiveModel) {
        self.outbox.push(entry);
    }

    /// Whether it is time to write. Not behind a savepoint: going back to it would undo what was told
    /// before it and written after it.
    pub(crate) fn is_full(&self) -> bool {
        self.entries.len().max(self.outbox.len()) >= MANY && self.savepoints == 0
    }

    /// A savepoint is set: the place to which [`back_to`](Self::back_to) goes back.
    pub(crate) fn mark(&mut self) -> PendingMark {
        self.savepoints += 1;
        PendingMark { entries: self.entries.len(), outbox: self.outbox.len() }
    }

    /// A savepoint is released.
    pub(crate) fn release(&mut self) {
        self.savepoints = self.savepoints.saturating_sub(1);
    }

    /// Forgets what came since the savepoint.
    pub(crate) fn back_to(&mut self, mark: PendingMark) {
        self.release();
        self.entries.truncate(mark.entries);
        self.outbox.truncate(mark.outbox);
    }
}

impl Recorder {
    /// Writes what is pending. Whoever adds to the chain holds its end until the commit.
    pub(crate) async fn flush(&self, tx: &mut Tx) -> Result<(), DbErr> {
        for statement in self.last_writes(tx).await? {
            tx.execute(statement).await?;
        }
        Ok(())
    }

    /// Writes what was told so far, and gives the places in the chain of all that this unit of work told, first and
    /// last; none: it told nothing. From here to the commit nobody else of the workspace can write.
    pub(crate) async fn told(&self, tx: &mut Tx) -> Result<Option<(i64, i64)>, DbErr> {
        let mut entries = std::mem::take(&mut self.pending().entries);
        if !entries.is_empty() {
            for statement in self.chained(tx, &mut entries).await? {
                tx.execute(statement).await?;
            }
        }
        let Some(first) = self.pending().first else { return Ok(None) };
        let last = match entries.last() {
            Some(entry) => entry.seq,
            None => return Ok(Some((first, self.end(tx).await?.seq))),
        };
        Ok(Some((first, last)))
    }

    /// The statements that write what is pending.
    pub(crate) async fn last_writes(&self, tx: &mut Tx) -> Result<Vec<Statement>, DbErr> {
        let (mut entries, rows) = {
            let mut pending = self.pending();
            (std::mem::take(&mut pending.entries), std::mem::take(&mut pending.outbox))
        };
        let backend = tx.backend();
        let mut outbox: Vec<_> = rows
            .chunks(MANY)
            .map(|rows| outbox::Entity::insert_many(rows.iter().cloned()).build(backend))
            .collect();
        match entries.as_mut_slice() {
            [] => {}
            [one] if backend == DbBackend::Postgres && outbox.len() <= 1 => {
                let told = self.in_one(one, outbox.pop());
                outbox.push(told);
            }
            many => outbox.extend(self.chained(tx, many).await?),
        }
        Ok(outbox)
    }

    /// Gives each entry its place in the chain.
    async fn chained(&self, tx: &mut Tx, entries: &mut [Model]) -> Result<Vec<Statement>, DbErr> {
        let backend = tx.backend();
        let known = self.pending().head.take();
        let Head { mut seq, mut link } = match known {
            Some(head) => head,
            None => self.end(tx).await?,
        };
        self.pending().first.get_or_insert(seq + 1);
        for entry in entries.iter_mut() {
            (seq, link) = (seq + 1, follow(&link, &digest(entry)));
            (entry.seq, entry.link) = (seq, link.clone());
        }
        // A statement takes only so many values.
        let mut inserts: Vec<_> = entries
            .chunks(MANY)
            .map(|some| {
                let rows = some.iter().cloned().map(|entry| {
                    let seq = entry.seq;
                    entry::ActiveModel { seq: Set(seq), ..entry.into_active_model().reset_all() }
                });
                let insert = entry::Entity::insert_many(rows).build(backend);
                Statement { sql: self.in_place(insert.sql), ..insert }
            })
            .collect();
        match inserts.last_mut() {
            // On SQLite a trigger moves the end on.
            Some(last) if backend == DbBackend::Postgres => {
                let Values(values) = last.values.get_or_insert(Values(vec![]));
                let place = values.len();
                values.extend([seq.into(), link.into()]);
                last.sql = self.in_place(format!(
                    "WITH head AS (UPDATE \"tenant\".\"audit_head\" SET seq = ${}, link = ${}) {}",
                    place + 1,
                    place + 2,
                    last.sql
                ));
            }
            _ => self.pending().head = Some(Head { seq, link }),
        }
        Ok(inserts)
    }

    /// Where the chain ends; nobody else adds to it from here to the commit.
    async fn end(&self, tx: &mut Tx) -> Result<Head, DbErr> {
        let mut end = head::Entity::find_by_id(head::ID).lock_exclusive().build(tx.backend());
        end.sql = self.in_place(end.sql);
        let end = tx.query_one(end).await?;
        let end = end.ok_or_else(|| refused("the audit trail has no end to add to"))?;
        Ok(Head { seq: end.try_get("", "seq")?, link: end.try_get("", "link")? })
    }

    /// PostgreSQL moves the end of the chain on, adds the entry behind it and fills the outbox in one
    /// statement.
    fn in_one(&self, entry: &Model, outbox: Option<Statement>) -> Statement {
        let (before, mut values) = match outbox {
            Some(Statement { sql, values, .. }) => {
                (format!("outbox AS ({sql}), "), values.unwrap_or(Values(vec![])).0)
            }
            None => (String::new(), vec![]),
        };
        let first = values.len() + 1;
        let places = (first + 1..first + 13).map(|place| format!("${place}"));
        let places = places.collect::<Vec<_>>().join(", ");
        let sql = self.in_place(format!(
            "WITH {before}head AS (UPDATE \"tenant\".\"audit_head\" SET seq = seq + 1, \
             link = encode(sha256(convert_to(link, 'UTF8') || ${first}), 'hex') RETURNING seq, link) \
             INSERT INTO \"tenant\".\"audit_entries\" (seq, link, at, category, action, entity, row_id, \
             title, actor, user_id, address, request, changes, seal) \
             VALUES ((SELECT seq FROM head), (SELECT link FROM head), {places})"
        ));
        let told: [Value; 13] = [
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
            entry.seal.clone().into(),
        ];
        values.extend(told);
        Statement::from_sql_and_values(DbBackend::Postgres, sql, values)
    }
}
