//! `CatalogDb`: the shared database. Each verb is a short transaction of its own, so that counted
//! attempts and consumed tokens stay written whatever a request ends in.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use sea_orm::{
    ActiveModelBehavior, ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, DeleteMany,
    EntityTrait, ExecResult, IntoActiveModel, QueryResult, RuntimeErr, Select, Statement,
    UpdateMany,
};
use sqlx::PgConnection;
use tokio::sync::{Mutex, MutexGuard};

use crate::{
    CATALOG_SCHEMA,
    catalog_entity::CatalogEntity,
    outbox::Wake,
    pool::{Pool, Work},
    pool_usage::PoolUsage,
    postgres, sqlite,
    sqlite::Use,
    statement::{Target, is_read, refused},
    trail::{Recorded, Recorder, Sent, Trail},
    tx::{Body, Tx, begin_error},
};

#[derive(Clone)]
enum Place {
    Postgres { pool: Pool<PgConnection>, pooled: bool },
    Sqlite(sqlite::File),
}

/// The shared database. One statement is one transaction; `begin` opens a longer one.
#[derive(Clone)]
pub struct CatalogDb(Arc<Place>, Arc<Wake>, Arc<Trail>);

impl CatalogDb {
    pub(crate) fn postgres(pool: Pool<PgConnection>, pooled: bool, trail: Arc<Trail>) -> Self {
        Self(Arc::new(Place::Postgres { pool, pooled }), Arc::default(), trail)
    }

    pub(crate) fn sqlite(file: sqlite::File, trail: Arc<Trail>) -> Self {
        Self(Arc::new(Place::Sqlite(file)), Arc::default(), trail)
    }

    /// Several statements that stand or fall together.
    pub async fn begin(&self) -> Result<CatalogTx, DbErr> {
        let tx = self.open(Use::Write).await?;
        Ok(self.around(tx))
    }

    /// How its connections are used.
    pub(crate) fn usage(&self) -> PoolUsage {
        match &*self.0 {
            Place::Postgres { pool, .. } => pool.usage(),
            Place::Sqlite(file) => file.usage(),
        }
    }

    /// The tables whose changes are told.
    pub(crate) fn trail(&self) -> &Arc<Trail> {
        &self.2
    }

    pub(crate) fn wake(&self) -> &Arc<Wake> {
        &self.1
    }

    fn around(&self, tx: Tx) -> CatalogTx {
        CatalogTx::around(tx, self.1.clone(), self.2.clone())
    }

    /// On the catalogue's file, a transaction for what is about its trail.
    pub(crate) async fn begin_in_file(&self, purpose: Use) -> Result<CatalogTx, DbErr> {
        Ok(self.around(self.open(purpose).await?))
    }

    /// Opens a transaction whose commit does not wait for the disk: for what nobody misses after a loss of
    /// power. After a kill it is there. Catalogue and cells are in one database, so what is written later
    /// never outlives it.
    pub async fn begin_without_fsync(&self) -> Result<CatalogTx, DbErr> {
        Ok(self.around(self.open(Use::Hint).await?))
    }

    /// All rows.
    pub fn find<E: CatalogEntity>(&self) -> Select<E> {
        E::find()
    }

    /// A new row, in a transaction of its own.
    pub async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbErr>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: CatalogEntity,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.insert(self).await
    }

    /// A change to many rows; add a filter.
    pub fn update_many<E: CatalogEntity>(&self) -> UpdateMany<E> {
        E::update_many()
    }

    /// Deletes many rows; add a filter.
    pub fn delete_many<E: CatalogEntity>(&self) -> DeleteMany<E> {
        E::delete_many()
    }

    async fn open(&self, purpose: Use) -> Result<Tx, DbErr> {
        match &*self.0 {
            Place::Postgres { pool, pooled } => {
                let opening = match purpose {
                    Use::Hint => "BEGIN; SET LOCAL synchronous_commit TO off",
                    _ => "BEGIN",
                };
                let lease = postgres::begin(pool, opening).await.map_err(begin_error)?;
                Ok(Tx::new(Body::Postgres(lease), Target::catalog(), !pooled))
            }
            Place::Sqlite(file) => file.begin(purpose).await.map_err(begin_error),
        }
    }

    /// For one query. PostgreSQL takes a query that is sent alone as a transaction of its own, so
    /// it needs no word before and after; behind a pooler its two messages could part company.
    async fn open_for_query(&self) -> Result<Tx, DbErr> {
        match &*self.0 {
            Place::Postgres { pool, pooled: false } => {
                let mut lease = pool.acquire().await.map_err(begin_error)?;
                lease.mark_dirty();
                Ok(Tx::single(Body::Postgres(lease), Target::catalog()))
            }
            _ => self.open(Use::Look).await,
        }
    }

    /// Runs one write, in a transaction of its own.
    async fn write(&self, statement: Statement) -> Result<Sent, DbErr> {
        let tx = self.begin().await?;
        // On the heap, so that reading does not carry what writing needs.
        let sent = Box::pin(tx.write(statement)).await?;
        Box::pin(tx.commit()).await?;
        Ok(sent)
    }

    /// Runs one query. A single query whose connection had died while idle is sent once more.
    async fn ask<T>(&self, statement: Statement, send: Sending<T>) -> Result<T, DbErr> {
        let mut tx = self.open_for_query().await?;
        let mut answer = send(&mut tx, statement.clone()).await;
        if let (Place::Postgres { pool, .. }, Err(error)) = (&*self.0, &answer)
            && tx.is_single()
            && is_lost(error)
        {
            drop(tx);
            pool.forget_idle();
            tx = self.open_for_query().await?;
            answer = send(&mut tx, statement).await;
        }
        let answer = answer?;
        tx.commit().await?;
        Ok(answer)
    }
}

/// How a statement is sent in a transaction.
type Sending<T> = for<'a> fn(&'a mut Tx, Statement) -> Work<'a, Result<T, DbErr>>;

/// Did the connection go, rather than the server answer with an error of the statement's?
fn is_lost(error: &DbErr) -> bool {
    match error {
        DbErr::Query(RuntimeErr::SqlxError(error)) | DbErr::Exec(RuntimeErr::SqlxError(error)) => {
            postgres::is_lost(error)
        }
        _ => false,
    }
}

#[async_trait]
impl ConnectionTrait for CatalogDb {
    fn get_database_backend(&self) -> DbBackend {
        match &*self.0 {
            Place::Postgres { .. } => DbBackend::Postgres,
            Place::Sqlite(_) => DbBackend::Sqlite,
        }
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if is_read(&statement.sql) {
            return self.ask(statement, |tx, statement| Box::pin(tx.execute(statement))).await;
        }
        Ok(self.write(statement).await?.result)
    }
    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused("text without parameters is not sent to the catalogue"))
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.ask(statement, |tx, statement| Box::pin(tx.query_one(statement))).await;
        }
        Ok(self.write(statement).await?.rows.into_iter().next())
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.ask(statement, |tx, statement| Box::pin(tx.query_all(statement))).await;
        }
        Ok(self.write(statement).await?.rows)
    }
}

/// An open transaction on the catalogue. Dropped without `commit` it is undone.
pub struct CatalogTx {
    backend: DbBackend,
    tx: Mutex<Tx>,
    wake: Arc<Wake>,
    recorder: Recorder,
    enqueued: AtomicBool,
}

impl CatalogTx {
    pub(crate) fn around(tx: Tx, wake: Arc<Wake>, trail: Arc<Trail>) -> Self {
        let (backend, recorder) = (tx.backend(), Recorder::new(CATALOG_SCHEMA, trail));
        Self { backend, tx: Mutex::new(tx), wake, recorder, enqueued: AtomicBool::new(false) }
    }

    /// Makes it last, with what it tells.
    pub async fn commit(self) -> Result<(), DbErr> {
        let mut tx = self.tx.into_inner();
        let last = self.recorder.last_writes(&mut tx).await?;
        tx.commit_after(last).await?;
        if self.enqueued.into_inner() {
            self.wake.queue();
        }
        Ok(())
    }

    /// The transaction, with what it tells written in it.
    pub(crate) async fn into_tx(self) -> Result<Tx, DbErr> {
        let mut tx = self.tx.into_inner();
        self.recorder.flush(&mut tx).await?;
        Ok(tx)
    }

    /// All rows.
    pub fn find<E: CatalogEntity>(&self) -> Select<E> {
        E::find()
    }

    /// A new row.
    pub async fn insert<A>(&self, row: A) -> Result<<A::Entity as EntityTrait>::Model, DbErr>
    where
        A: ActiveModelTrait + ActiveModelBehavior + Send,
        A::Entity: CatalogEntity,
        <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
    {
        row.insert(self).await
    }

    /// A change to many rows; add a filter.
    pub fn update_many<E: CatalogEntity>(&self) -> UpdateMany<E> {
        E::update_many()
    }

    /// Deletes many rows; add a filter.
    pub fn delete_many<E: CatalogEntity>(&self) -> DeleteMany<E> {
        E::delete_many()
    }

    pub(crate) async fn tx(&self) -> Result<MutexGuard<'_, Tx>, DbErr> {
        Ok(self.tx.lock().await)
    }

    /// A job was put into the queue: whoever works is told once this is kept.
    pub fn note_enqueued(&self) {
        self.enqueued.store(true, Ordering::Release);
    }

    /// Sends what is no reading.
    async fn write(&self, statement: Statement) -> Result<Sent, DbErr> {
        let mut tx = self.tx.lock().await;
        self.recorder.execute(&mut tx, statement).await
    }
}

impl Recorded for CatalogTx {
    fn recorder(&self) -> &Recorder {
        &self.recorder
    }
}

#[async_trait]
impl ConnectionTrait for CatalogTx {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        if is_read(&statement.sql) {
            return self.tx.lock().await.execute(statement).await;
        }
        Box::pin(self.write(statement)).await.map(|sent| sent.result)
    }
    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(refused("text without parameters is not sent to the catalogue"))
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.tx.lock().await.query_one(statement).await;
        }
        Box::pin(self.write(statement)).await.map(|sent| sent.rows.into_iter().next())
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        if is_read(&statement.sql) {
            return self.tx.lock().await.query_all(statement).await;
        }
        Box::pin(self.write(statement)).await.map(|sent| sent.rows)
    }
}
