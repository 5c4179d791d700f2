//! What a scrape of a site says after people used it.

use core_jobs::job_entity;
use core_testing::{Role, Stage, StoreKind, core_stores};
use platform::{App, Job, Run, TenantDb, give_up};
use serde::{Deserialize, Serialize};

use super::scrape::Scrape;

/// Fails for good.
#[derive(Serialize, Deserialize)]
struct Fail;

impl Job for Fail {
    const NAME: &'static str = "example.fail";
}

async fn fail(_: Fail, _: Run) -> platform::Result<()> {
    Err(give_up("on purpose"))
}

/// Succeeds, but not today.
#[derive(Serialize, Deserialize)]
struct Tomorrow;

impl Job for Tomorrow {
    const NAME: &'static str = "example.tomorrow";
}

async fn tomorrow(_: Tomorrow, _: Run) -> platform::Result<()> {
    Ok(())
}

pub(super) fn apps() -> Vec<App> {
    let mut apps = crate::world::apps();
    apps.push(App::new("example").job(fail).job(tomorrow));
    apps
}

async fn leave(db: TenantDb) -> platform::Result<()> {
    use platform::Later;
    Fail.later(&db).await?;
    let day = core_base::clock::now() + chrono::TimeDelta::days(1);
    Tomorrow.at(&db, day).await.map(drop)
}

pub(super) async fn on_each(test: impl AsyncFn(&Stage)) {
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres, StoreKind::Pooled]) {
        eprintln!("on {kind:?}:");
        let vars = [("METRICS_LISTEN", "127.0.0.1:0"), ("DATABASE_CONNECTIONS", "1")];
        let stage = Stage::with(kind, apps(), &vars).await;
        test(&stage).await;
        stage.close().await;
    }
}

fn requests(labels: &str) -> String {
    format!("groundwork_http_request_duration_seconds_count{{{labels}}}")
}

#[tokio::test]
async fn requests_are_counted_by_route_and_never_by_what_somebody_sent() {
    on_each(async |stage| {
        let acme = stage.tenant("acme-of-nobody").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let made = ana.post("/projects", &[("name", "Rocket")]).await;
        ana.get(made.location()).await;
        ana.get("/projects").await;
        ana.get("/projects").await;
        ana.get("/projects/secret-of-ana?word=hidden").await;
        ana.get("/no/such/page").await;
        ana.get("/healthz").await;
        let scrape = Scrape::of_stage(stage).await;
        for (labels, count) in [
            (r#"site="workspace",route="/projects",method="POST",status="3xx""#, 1.0),
            (r#"site="workspace",route="/projects/{id}",method="GET",status="2xx""#, 1.0),
            (r#"site="workspace",route="/projects/{id}",method="GET",status="4xx""#, 1.0),
            (r#"site="workspace",route="/projects",method="GET",status="2xx""#, 2.0),
            (r#"site="workspace",route="none",method="GET",status="4xx""#, 1.0),
            (r#"site="none",route="/healthz",method="GET",status="2xx""#, 1.0),
        ] {
            assert_eq!(scrape.number(&requests(labels)), Some(count), "{labels}\n{}", scrape.0);
        }
        for word in ["acme", "secret", "hidden", "such", "Rocket", &acme.tenant.id.to_string()] {
            assert!(!scrape.0.contains(word), "{word} in:\n{}", scrape.0);
        }
        let last =
            "le=\"+Inf\",site=\"workspace\",route=\"/projects\",method=\"GET\",status=\"2xx\"";
        let name = "groundwork_http_request_duration_seconds_bucket";
        assert_eq!(scrape.number(&format!("{name}{{{last}}}")), Some(2.0), "{}", scrape.0);
    })
    .await;
}

#[tokio::test]
async fn the_numbers_of_pools_cells_and_jobs_are_those_of_the_store() {
    on_each(async |stage| {
        for slug in ["acme", "globex"] {
            let workspace = stage.tenant(slug).await;
            stage.write_in(&workspace, leave).await;
        }
        if stage.kind == StoreKind::Sqlite {
            let before = Scrape::of_stage(stage).await;
            assert!(before.number("groundwork_outbox_oldest_seconds").unwrap() > 0.0);
        }
        stage.run_jobs().await;
        let scrape = Scrape::of_stage(stage).await;
        let number = |series: &str| {
            scrape.number(series).unwrap_or_else(|| panic!("no {series} in:\n{}", scrape.0))
        };
        assert_eq!(number("groundwork_store_up"), 1.0);
        assert_eq!(number(r#"groundwork_cell_tenants{cell="0"}"#), 2.0);
        assert!(number(r#"groundwork_cell_capacity{cell="0"}"#) >= 1000.0);
        assert_eq!(number(r#"groundwork_tenants{status="active"}"#), 2.0);
        assert_eq!(number("groundwork_tenants_quarantined"), 0.0);
        assert_eq!(number(r#"groundwork_jobs{name="example.fail",state="dead"}"#), 2.0);
        assert_eq!(number(r#"groundwork_jobs{name="example.tomorrow",state="waiting"}"#), 2.0);
        let attempts = "groundwork_job_attempts_total";
        assert_eq!(number(&format!(r#"{attempts}{{name="example.fail",outcome="dead"}}"#)), 2.0);
        assert_eq!(number("groundwork_jobs_oldest_ready_seconds"), 0.0);
        assert_eq!(number("groundwork_outbox_oldest_seconds"), 0.0);
        assert!(number("process_resident_memory_bytes") > 1e6);
        assert!(number("process_cpu_seconds_total") > 0.0);
        let open = |state| {
            number(&format!(r#"groundwork_pool_connections{{pool="cell0",state="{state}"}}"#))
        };
        assert!(open("idle") >= 1.0 && open("used") == 0.0, "{}", scrape.0);
        assert_eq!(number("groundwork_tenant_requests_open"), 0.0);
        assert_eq!(number("groundwork_tenant_requests_refused_total"), 0.0);
        let size = number(r#"groundwork_pool_size{pool="cell0"}"#);
        let busiest = number(r#"groundwork_pool_tenants_per_connection{pool="cell0"}"#);
        match stage.kind {
            StoreKind::Sqlite => assert_eq!((size, busiest), (6.0, 0.0)),
            _ => assert_eq!((size, busiest), (1.0, 2.0)),
        }
    })
    .await;
}

#[tokio::test]
async fn a_job_of_a_name_that_nobody_knows_gets_no_series_of_its_own() {
    on_each(async |stage| {
        use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
        let acme = stage.tenant("acme").await;
        stage.write_in(&acme, leave).await;
        stage.run_jobs().await;
        let name = job_entity::Column::Name;
        job_entity::Entity::update_many()
            .filter(name.eq("example.fail"))
            .col_expr(name, Expr::value("made up"))
            .exec(stage.store.catalog())
            .await
            .unwrap();
        let scrape = Scrape::of_stage(stage).await;
        assert_eq!(scrape.number(r#"groundwork_jobs{name="unknown",state="dead"}"#), Some(1.0));
        assert!(!scrape.0.contains("made up"));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_counted_where_nobody_reads_it() {
    let stage = Stage::on(StoreKind::Sqlite, apps()).await;
    assert!(stage.core.requests.is_none());
    stage.close().await;
}

#[tokio::test]
async fn while_the_store_is_away_a_scrape_says_so_and_the_rest_all_the_same() {
    use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
    for kind in core_stores(&[StoreKind::Postgres]) {
        let stage = Stage::on(kind, apps()).await;
        let owner = stage.home.owner.clone().unwrap();
        let mut owner = PgConnection::connect(owner.as_str()).await.unwrap();
        let login = "SELECT value || '_catalog' FROM catalog.meta WHERE name = 'installation'";
        let login: String = owner.fetch_one(login).await.unwrap().get(0);
        let away = format!(
            "ALTER ROLE {login} NOLOGIN;
             SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{login}'"
        );
        owner.execute(sqlx::raw_sql(AssertSqlSafe(away))).await.unwrap();
        let scrape = Scrape::of_stage(&stage).await;
        assert_eq!(scrape.number("groundwork_store_up"), Some(0.0), "{}", scrape.0);
        assert!(scrape.number("process_resident_memory_bytes").is_some());
        assert!(scrape.number(r#"groundwork_pool_size{pool="catalog"}"#).is_some());
        assert!(!scrape.0.contains("groundwork_cell_tenants"), "{}", scrape.0);

        let back = format!("ALTER ROLE {login} LOGIN");
        owner.execute(sqlx::raw_sql(AssertSqlSafe(back))).await.unwrap();
        let scrape = Scrape::of_stage(&stage).await;
        assert_eq!(scrape.number("groundwork_store_up"), Some(1.0), "{}", scrape.0);
        owner.close().await.unwrap();
        stage.close().await;
    }
}
