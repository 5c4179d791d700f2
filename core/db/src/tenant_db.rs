//! `TenantDb`: the one way to a tenant's data. One unit of work, one transaction, one tenant.

mod let_go;

use std::sync::{
    Arc, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use core_base::{Actor, Error, Result, TenantId, clock};
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbBackend, DbErr,
    DeleteMany, EntityTrait, ExecResult, IntoActiveModel, PrimaryKeyTrait, QueryResult, QueryTrait,
    Select, Statement, UpdateMany, prelude::Uuid,
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::{
    TENANT_SCHEMA,
    acting::Origin,
    cell::Cell,
    granted::Plans,
    job_done,
    mode::Mode,
    outbox::{self, Wake},
    pool::Work,
    statement::{is_read, refused},
    tenant::Tenant,
    tenant_entity::TenantEntity,
    trail::{AuditedTable, Recorded, Recorder, Sent, Trail},
    tx::Tx,
    violation::violates,
};

/// What every unit of work of a store shares.
#[derive(Clone)]
pub(crate) struct SharedByUnits {
    pub(crate) wake: Arc<Wake>,
    pub(crate) trail: Arc<Trail>,
    pub(crate) plans: Arc<Plans>,
}

enum State {
    Waiting,
    Open(Box<Tx>),
    Over,
}

struct Inner {
    tenant: Arc<Tenant>,
    cell: Arc<Cell>,
    mode: Mode,
    state: Mutex<State>,
    wake: Arc<Wake>,
    plans: Arc<Plans>,
    /// What was told and put into the outbox, and is not written yet.
    recorder: Recorder,
    /// Something was put into the outbox.
    left: AtomicBool,
    /// The job that this is the transaction of.
    job: Option<Uuid>,
    /// The job had been done before.
    repeated: AtomicBool,
    later: std::sync::Mutex<Vec<Work<'static, Result<()>>>>,
    /// What is done once it is undone.
    undone: std::sync::Mutex<Vec<Work<'static, Result<()>>>>,
}

/// The transaction of one request, job or command, bound to one tenant. It begins with the first
/// query; whoever opened it ends it (for a request, the stack).
#[derive(Clone)]
pub struct TenantDb(Arc<Inner>);

impl TenantDb {
    pub(crate) fn new(
        tenant: Arc<Tenant>,
        mode: Mode,
        cell: Arc<Cell>,
        shared: SharedByUnits,
        job: Option<Uuid>,
    ) -> Self {
        Self::build(tenant, mode, cell, shared, State::Waiting, job)
    }

    /// A migration's: the transaction is open already and acts as the owner.
    pub(crate) fn around(tenant: Arc<Tenant>, cell: Arc<Cell>, tx: Tx, trail: Arc<Trail>) -> Self {
        let state = State::Open(Box::new(tx));
        let shared = SharedByUnits { wake: Arc::default(), trail, plans: Arc::default() };
        Self::build(tenant, Mode::Write, cell, shared, state, None)
    }

    fn build(
        tenant: Arc<Tenant>,
        mode: Mode,
        cell: Arc<Cell>,
        shared: SharedByUnits,
        state: State,
        job: Option<Uuid>,
    ) -> Self {
        let (left, repeated) = (AtomicBool::new(false), AtomicBool::new(false));
        Self(Arc::new(Inner {
            tenant,
            cell,
            mode,
            state: Mutex::new(state),
            wake: shared.wake,
            plans: shared.plans,
            recorder: Recorder::new(TENANT_SCHEMA, shared.trail),
            left,
            job,
            repeated,
            later: std::sync::Mutex::default(),
            undone: std::sync::Mutex::default(),
        }))
    }

    pub(crate) async fn into_tx(self) -> Result<Tx, DbErr> {
        match std::mem::replace(&mut *self.0.state.lock().await, State::Over) {
            State::Open(tx) => Ok(*tx),
            _ => Err(refused("the transaction has ended")),
        }
    }

    /// Whose data this is.
    pub fn tenant(&self) -> TenantId {
        self.0.tenant.id
    }

    /// What each plan grants, and which one the workspace is on.
    pub(crate) fn plan(&self) -> (&Plans, &str) {
        (&self.0.plans, &self.0.tenant.plan)
    }

    /// Who does what is done here.
    pub fn actor(&self) -> Actor {
        self.0.recorder.acting.actor()
    }

    /// Says who does what is done here, and whatever else this request, job or command does.
    pub fn act_as(&self, actor: Actor) {
        self.0.recorder.acting.becomes(actor);
    }

    /// Where what is done here comes from.
    pub fn origin(&self) -> Origin {
        self.0.recorder.acting.origin()
    }

    /// Says where what is done here comes from.
    pub fn set_origin(&self, origin: Origin) {
        self.0.recorder.acting.comes_from(origin);
    }

    /// How the changes of a table are told; none: they are not.
    pub fn audited(&self, table: &str) -> Option<Arc<AuditedTable>> {
        self.0.recorder.trail.table(table).cloned()
    }

    /// All tables whose changes are told.
    pub fn audited_tables(&self) -> impl Iterator<Item = &AuditedTable> {
        self.0.recorder.trail.all()
    }

    /// All rows of the tenant.
    pub fn find<E: TenantEntity>(&self) -> Select<E> {
        E::find()
    }

    /// The row, or `NotFound`: another tenant's row looks exactly like no row.
    pub async fn get<E: TenantEntity>(
        &self,
        id: impl Into<<E::PrimaryKey as PrimaryKeyTrait>::ValueType> + Send,
    ) -> Result<E::Model> {
        E::find_by_id(id).one(self).await?.ok_or(Error::NotFound)
    }

    /// A new row.
    pub async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbErr>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: TenantEntity,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.insert(self).await
    }

    /// Many new rows in one statement.
    pub async fn insert_many<A>(&self, rows: Vec<A>) -> Result<(), DbErr>
    where
        A: ActiveModelTrait + Send,
        A::Entity: TenantEntity,
    {
        A::Entity::insert_many(rows).exec_without_returning(self).await?;
        Ok(())
    }

    /// A change to many rows; add a filter.
    pub fn update_many<E: TenantEntity>(&self) -> UpdateMany<E> {
        E::update_many()
    }

    /// Deletes many rows; add a filter.
    pub fn delete_many<E: TenantEntity>(&self) -> DeleteMany<E> {
        E::delete_many()
    }

    /// Adds a row to the outbox in this transaction; it becomes a job once that is committed. It is
    /// written at the end, together with the audit trail.
    pub async fn enqueue(&self, entry: outbox::ActiveModel) -> Result<(), DbErr> {
        self.0.left.store(true, Ordering::Release);
        if self.0.job.is_some() {
            // A job that was done before ends here, before it does anything elsewhere.
            drop(self.tx().await?);
        }
        let full = {
            let mut pending = self.0.recorder.pending();
            pending.enqueue(entry);
            pending.is_full()
        };
        if full { Box::pin(self.flush()).await } else { Ok(()) }
    }

    /// This is the transaction of a job whose effects are here already: nothing more is done.
    pub fn is_repeated(&self) -> bool {
        self.0.repeated.load(Ordering::Acquire)
    }

    /// How many statements were sent so far.
    pub async fn queries(&self) -> u32 {
        match &*self.0.state.lock().await {
            State::Open(tx) => tx.queries,
            _ => 0,
        }
    }

    /// Waits until no other unit of work of this tenant that asked for this lock is at work, and keeps it
    /// to the end: for deciding on what a table says as a whole. Who reads or writes without asking goes
    /// on. On SQLite whoever writes is alone anyway.
    pub async fn lock_table<E: TenantEntity>(&self) -> Result<(), DbErr> {
        if self.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let table = format!("\"tenant\".\"{}\"", E::default().table_name());
        self.tx().await?.lock_table(&table, "SHARE UPDATE EXCLUSIVE").await
    }

    /// Does this once the unit of work is kept, and not at all when it is undone. A kill in between
    /// loses it, so it is for copies and indexes that something else can mend.
    pub fn after_commit(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.0.later.lock().unwrap_or_else(PoisonError::into_inner).push(Box::pin(work));
    }

    /// Does this once the unit of work is undone, and not at all when it is kept: its connection is free
    /// again then.
    pub fn after_rollback(&self, work: impl Future<Output = Result<()>> + Send + 'static) {
        self.0.undone.lock().unwrap_or_else(PoisonError::into_inner).push(Box::pin(work));
    }

    /// Ends the unit of work: commits if `keep`, undoes otherwise. Fails when a clone is still
    /// around: what that one writes later would be lost without a word.
    pub async fn finish(self, keep: bool) -> Result<()> {
        let outlived = Arc::strong_count(&self.0) > 1;
        let mut last = vec![];
        if keep && !outlived && !self.0.recorder.pending().is_empty() {
            // If nothing else was asked, this is what the transaction is for.
            match self.tx().await {
                Err(_) if self.is_repeated() => return Ok(()),
                opened => last = self.0.recorder.last_writes(&mut *opened?).await?,
            }
        }
        let state = std::mem::replace(&mut *self.0.state.lock().await, State::Over);
        let later =
            std::mem::take(&mut *self.0.later.lock().unwrap_or_else(PoisonError::into_inner));
        let undone =
            std::mem::take(&mut *self.0.undone.lock().unwrap_or_else(PoisonError::into_inner));
        if let State::Open(tx) = state {
            let ended = match keep && !outlived {
                true => tx.commit_after(last).await,
                false => tx.rollback().await,
            };
            ended?;
            if keep && !outlived && self.0.left.load(Ordering::Acquire) {
                self.0.wake.tenant(self.0.tenant.id);
            }
        }
        if keep && outlived {
            return Err(anyhow::anyhow!("a TenantDb outlived its unit of work").into());
        }
        for work in if keep { later } else { undone } {
            // What is kept is kept: whoever asked for it must not read that it failed.
            if let Err(error) = work.await {
                let error = error.into_anyhow();
                tracing::warn!("after a transaction, to be mended later: {error:#}");
            }
        }
        Ok(())
    }

    /// Writes what was told and put into the outbox.
    pub(crate) async fn flush(&self) -> Result<(), DbErr> {
        self.0.recorder.flush(&mut *self.tx().await?).await
    }

    /// Sends what is no reading.
    async fn write(&self, statement: Statement) -> Result<Sent, DbErr> {
        let mut tx = self.tx().await?;
        self.0.recorder.execute(&mut tx, statement).await
    }

    /// The open transaction, begun now if this is the first query.
    pub(crate) async fn tx(&self) -> Result<MappedMutexGuard<'_, Tx>, DbErr> {
        let mut state = self.0.state.lock().await;
        if matches!(*state, State::Waiting) {
            *state = State::Open(Box::new(self.begin().await?));
        }
        MutexGuard::try_map(state, |state| match state {
            State::Open(tx) => Some(&mut **tx),
            _ => None,
        })
        .map_err(|_| refused("this TenantDb has outlived its unit of work"))
    }
}

impl TenantDb {
    async fn begin(&self) -> Result<Tx, DbErr> {
        let mut tx = self.0.cell.begin(&self.0.tenant, self.0.mode).await?;
        let Some(id) = self.0.job else { return Ok(tx) };
        let row = job_done::ActiveModel { id: Set(id), at: Set(clock::now()) };
        let mark = job_done::Entity::insert(row).build(tx.backend());
        match tx.execute(mark).await {
            Ok(_) => Ok(tx),
            Err(error) => {
                if violates(&error, "jobs_done_pkey") || violates(&error, "jobs_done_id_key") {
                    self.0.repeated.store(true, Ordering::Release);
                }
                // Dropped, and so undone.
                Err(error)
            }
        }
    }
}

impl Recorded for TenantDb {
    fn recorder(&self) -> &Recorder {
        &self.0.recorder
    }
}

// Every query goes through the one transaction.
#[async_trait]
impl ConnectionTrait for TenantDb {
    fn get_database_backend(&self) -> DbBackend {
        self.0.cell.backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if is_read(&statement.sql) {
            return self.tx().await?.execute(statement).await;
        }
        // On the heap, so that reading does not carry what writing needs.
        Box::pin(self.write(statement)).await.map(|sent| sent.result)
    }
    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused("text without parameters is not sent in a tenant's transaction"))
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.tx().await?.query_one(statement).await;
        }
        // On the heap, so that reading does not carry what writing needs.
        Box::pin(self.write(statement)).await.map(|sent| sent.rows.into_iter().next())
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.tx().await?.query_all(statement).await;
        }
        // On the heap, so that reading does not carry what writing needs.
        Box::pin(self.write(statement)).await.map(|sent| sent.rows)
    }
}
