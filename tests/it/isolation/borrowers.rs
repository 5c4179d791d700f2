//! What one transaction leaves behind must not meet the next borrower of its connection.

use std::time::{Duration, Instant};

use core_db::{Mode, TenantDb};
use core_testing::StoreKind;
use sqlx::{Connection, PgConnection, Row};

use super::{
    TwoTenants, count, everywhere,
    login::{login_name, role},
    on_postgres,
    sql::{database_error, insertion, send, send_alone},
};
use crate::random::Random;

async fn begin(two: &TwoTenants) -> TenantDb {
    two.stage.store.tenant_db(two.acme.tenant.clone(), Mode::Write).await.unwrap()
}

/// The next borrower works for globex and commits; acme must have gained nothing by it.
async fn assert_next_borrower_is_clean(two: &TwoTenants) {
    if two.stage.kind != StoreKind::Sqlite {
        let sql = "SELECT current_user || '/' || session_user || '/' || current_setting('search_path') \
                   || '/' || current_setting('transaction_read_only')";
        let db = two.stage.store.tenant_db(two.globex.tenant.clone(), Mode::Write).await.unwrap();
        let found: String = super::sql::first(&send(&db, sql).await.unwrap());
        db.finish(true).await.unwrap();
        let (own, login) = (role(&two.stage, &two.globex).await, login_name(&two.stage).await);
        assert_eq!(found, format!("{own}/{login}/pg_catalog, pg_temp/off"));
        assert_nothing_is_open(two, &login).await;
    }
    send_alone(
        &two.stage,
        &two.globex,
        Mode::Write,
        "UPDATE \"tenant\".\"members\" SET \"name\" = 'Bo'",
    )
    .await
    .unwrap();
    assert_eq!(count(&two.stage, &two.acme).await, 1, "what was never committed is there");
    assert_eq!(count(&two.stage, &two.globex).await, 1);
}

/// As the server sees it: no connection of the cell's login is inside a transaction.
async fn assert_nothing_is_open(two: &TwoTenants, login: &str) {
    let owner = two.stage.home.owner.clone().unwrap();
    let mut connection = PgConnection::connect(owner.as_str()).await.unwrap();
    let sql = "SELECT count(*) FROM pg_stat_activity
               WHERE datname = current_database() AND usename = $1 AND xact_start IS NOT NULL";
    let query = sqlx::query(sql).bind(login);
    let open: i64 = query.fetch_one(&mut connection).await.unwrap().get(0);
    assert_eq!(open, 0, "a transaction is still open");
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_dropped_transaction_leaves_nothing() {
    everywhere(async |two| {
        let db = begin(two).await;
        send(&db, &insertion("Dropped")).await.unwrap();
        drop(db);
        assert_next_borrower_is_clean(two).await;
    })
    .await;
}

#[tokio::test]
async fn a_panic_leaves_nothing() {
    everywhere(async |two| {
        let db = begin(two).await;
        let panicked = tokio::spawn(async move {
            send(&db, &insertion("Panicked")).await.unwrap();
            panic!("on purpose: a handler fails in the middle");
        });
        assert!(panicked.await.unwrap_err().is_panic());
        assert_next_borrower_is_clean(two).await;
    })
    .await;
}

#[tokio::test]
async fn a_request_given_up_in_the_middle_of_a_query_leaves_nothing() {
    everywhere(async |two| {
        let db = begin(two).await;
        send(&db, &insertion("Given up")).await.unwrap();
        let slow = match two.stage.kind {
            StoreKind::Sqlite => {
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) \
                 SELECT count(*) FROM n"
            }
            _ => "SELECT pg_sleep(1)",
        };
        let given_up = tokio::time::timeout(Duration::from_millis(50), send(&db, slow)).await;
        assert!(given_up.is_err());
        drop(db);
        assert_next_borrower_is_clean(two).await;
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_ended_and_leaves_nothing() {
    on_postgres(async |two| {
        let db = begin(two).await;
        send(&db, &insertion("Slow")).await.unwrap();
        let error = send(&db, "SELECT pg_sleep(20)").await.unwrap_err();
        let (code, _) = database_error(&error).unwrap();
        assert_eq!(code.as_deref(), Some("57014"));
        assert!(db.finish(true).await.is_err());
        assert_next_borrower_is_clean(two).await;
    })
    .await;
}

// Two threads: one is in the middle of `begin` while the other gives it up, to the microsecond.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_cancellations_inside_begin_leave_nothing() {
    everywhere(async |two| {
        let mut random = Random::new();
        let usual = usual_time(two).await;
        let (mut cancelled, mut finished) = (0, 0);
        while cancelled < 200 {
            assert!(finished < 2000, "the cancellations come too late: {cancelled}");
            let round = cancelled + finished;
            let db = begin(two).await;
            let sql = insertion(&format!("Cancelled {round}"));
            let patience = random.while_below(usual);
            let task = tokio::spawn(async move { send(&db, &sql).await.map(drop) });
            let start = Instant::now();
            while start.elapsed() < patience {
                std::hint::spin_loop();
            }
            task.abort();
            match task.await {
                Ok(done) => {
                    done.unwrap();
                    finished += 1;
                }
                Err(error) => {
                    assert!(error.is_cancelled());
                    cancelled += 1;
                }
            }
            // Straight on, as the next request would.
            if round % 10 == 0 {
                assert_next_borrower_is_clean(two).await;
            } else {
                let sql = "SELECT count(*) FROM \"tenant\".\"members\"";
                let kept = send_alone(&two.stage, &two.globex, Mode::Write, sql).await;
                assert_eq!(super::sql::first::<i64>(&kept.unwrap()), 1);
            }
        }
        eprintln!("{cancelled} cancelled, {finished} not");
        assert_next_borrower_is_clean(two).await;
    })
    .await;
}

/// How long beginning and one insertion take, undisturbed: the middle of several.
async fn usual_time(two: &TwoTenants) -> Duration {
    let mut times = vec![];
    for _ in 0..15 {
        let start = Instant::now();
        let db = begin(two).await;
        send(&db, &insertion("Undone")).await.unwrap();
        times.push(start.elapsed());
        db.finish(false).await.unwrap();
    }
    times.sort();
    times[times.len() / 2]
}
