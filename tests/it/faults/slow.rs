//! A statement that takes for ever is cut off and answered by a clear page; meanwhile others are served.

use std::time::{Duration, Instant};

use core_base::TenantId;
use core_testing::{Role, Stage, StoreKind, core_stores};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};

use crate::world::apps;

/// The limit is five seconds; a page has a query or two before the slow one.
const CUT: std::ops::Range<Duration> = Duration::from_secs(4)..Duration::from_secs(9);
const QUICK: Duration = Duration::from_secs(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_statement_that_takes_for_ever_is_cut_off_while_others_are_served() {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]) {
        eprintln!("on {kind:?}:");
        let stage = Stage::on(kind, apps()).await;
        let (slow, other) = (stage.tenant("slow").await, stage.tenant("other").await);
        let (ana, bo) =
            (stage.member(&slow, Role::Owner).await, stage.member(&other, Role::Owner).await);
        for actor in [&ana, &bo] {
            assert_eq!(actor.post("/projects", &[("name", "Rocket")]).await.status, 303);
        }
        make_slow(&stage, slow.tenant.id).await;

        let start = Instant::now();
        let waiting = async {
            let answer = ana.get("/projects").await;
            (answer, start.elapsed())
        };
        let served = async {
            let (mut most, mut pages) = (Duration::ZERO, 0);
            while start.elapsed() < Duration::from_secs(4) {
                let began = Instant::now();
                assert_eq!(bo.get("/projects").await.status, 200);
                most = most.max(began.elapsed());
                pages += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            (most, pages)
        };
        let ((answer, took), (most, pages)) = tokio::join!(waiting, served);
        eprintln!("cut off after {took:.1?}; {pages} pages of another, the slowest in {most:.0?}");
        assert_eq!(answer.status, 503, "{}", answer.words());
        assert!(answer.has_text("That took too long"), "{}", answer.words());
        assert!(CUT.contains(&took), "{took:?}");
        // One server connection for everybody is what PgBouncer has here: there others wait in line.
        assert!(kind == StoreKind::Pooled || most < QUICK, "{most:?}");
        assert_eq!(ana.get("/settings/members").await.status, 200, "its other pages are there");
        stage.close().await;
    }
}

/// From now on whoever reads the projects of this tenant waits for ever.
async fn make_slow(stage: &Stage, tenant: TenantId) {
    let schema = tenant.schema();
    if let Some(owner) = &stage.home.owner {
        let sql = format!(
            "ALTER TABLE {schema}.projects RENAME TO all_projects;
             CREATE VIEW {schema}.projects AS SELECT * FROM {schema}.all_projects
                 WHERE (SELECT pg_sleep(60)::text) IS NOT NULL;
             GRANT SELECT ON {schema}.projects TO PUBLIC"
        );
        let mut connection = PgConnection::connect(owner.as_str()).await.unwrap();
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        return connection.close().await.unwrap();
    }
    let path = stage.config().data_dir.join("tenants").join(format!("{schema}.db"));
    let url = format!("sqlite://{}", path.display());
    let mut connection = SqliteConnection::connect(&url).await.unwrap();
    let sql = "ALTER TABLE projects RENAME TO all_projects;
               CREATE VIEW projects AS SELECT * FROM all_projects WHERE (
                   WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 1000000000000)
                   SELECT count(*) FROM c) > 0";
    connection.execute(sqlx::raw_sql(sql)).await.unwrap();
    connection.close().await.unwrap();
}
