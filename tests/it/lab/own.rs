//! An app owns all that is its own: a table of the catalogue, a setting, a service, a command.

use core_access::archives;
use core_base::config::Reader;
use core_db::{Migration, Script, Step};
use core_testing::{Role, Stage, StoreKind, core_stores, migrate_catalog_too};
use platform::{
    App, CommandLine, Extension, Registry, Result, Run,
    clap::{self, Parser},
};
use sea_orm::sea_query::ColumnDef;
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};

use super::{app, note};
use crate::archives::handmade::rewritten;

fn up(script: &mut Script) {
    let mut table = sea_orm::sea_query::Table::create().table("lab_notes").to_owned();
    table
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("tenant_id").uuid().not_null())
        .col(ColumnDef::new("user_id").uuid().null())
        .col(ColumnDef::new("text").string().not_null());
    script.create_table(&table);
}

/// Sorts after every migration of the product.
const NOTES: Migration = Migration { name: "m99991231_000001_lab_notes", step: Step::Schema(up) };

/// What says good day: made once, of a setting.
pub(super) struct Greeter {
    greeting: String,
    password: Option<core_base::Secret>,
}

impl Greeter {
    pub(super) fn read(env: &mut Reader) -> Self {
        let greeting = env.text_or("LAB_GREETING", "Hello");
        if greeting.len() > 20 {
            env.problem("LAB_GREETING is longer than anybody listens");
        }
        Self { greeting, password: env.secret("LAB_PASSWORD") }
    }

    pub(super) fn to(&self, name: &str) -> String {
        let mark = if self.password.is_some() { '!' } else { '.' };
        format!("{}, {name}{mark}", self.greeting)
    }
}

/// Greet from the command line, and leave a note about it.
#[derive(Parser)]
#[command(name = "greet")]
pub(super) struct Greet {
    /// Workspace address.
    #[arg(long)]
    tenant: String,
    /// Whom to greet.
    name: String,
}

pub(super) async fn greet(typed: Greet, line: CommandLine) -> Result<()> {
    let (tenant, greeter) = (line.tenant(&typed.tenant).await?, line.extension::<Greeter>()?);
    note::write(line.store.catalog(), (tenant.id, None), &greeter.to(&typed.name)).await
}

/// A job that uses the service too.
pub(super) async fn note_greeting(job: app::Greeting, run: Run) -> Result<()> {
    let Some(tenant) = run.tenant.clone() else { return Ok(()) };
    let text = run.extension::<Greeter>()?.to(&job.name);
    note::write(run.store.catalog(), (tenant.id, None), &text).await
}

async fn with_notes(vars: &[(&str, &str)], test: impl AsyncFn(&Stage)) {
    migrate_catalog_too(&[NOTES]);
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let mut apps = crate::world::apps();
        apps.push(app::app().owns_in_catalog::<note::Entity>());
        let stage = Stage::with(kind, apps, vars).await;
        test(&stage).await;
        stage.close().await;
    }
}

async fn command(stage: &Stage, words: &[&str]) -> Result<()> {
    let command = stage.registry.commands.iter().find(|one| one.name() == words[0]).unwrap();
    let typed = command.command.clone().try_get_matches_from(words).unwrap();
    let (store, config) = (stage.store.clone(), stage.config().clone());
    command.run(typed, CommandLine { store, config, registry: stage.registry.clone() }).await
}

#[tokio::test]
async fn a_setting_makes_a_service_that_pages_jobs_and_commands_use() {
    with_notes(&[("LAB_GREETING", "Good day"), ("LAB_PASSWORD", "hush")], async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Member).await;
        assert_eq!(ana.get("/lab/greeting").await.text, "Good day, you!");
        stage
            .write_in(&acme, |db| async move {
                use platform::Later;
                app::Greeting { name: "Jo".into() }.later(&db).await
            })
            .await;
        stage.run_jobs().await;
        command(stage, &["greet", "--tenant", "acme", "Kim"]).await.unwrap();
        let missing = command(stage, &["greet", "--tenant", "nowhere", "Kim"]).await;
        let missing = missing.unwrap_err().into_anyhow().to_string();
        assert_eq!(missing, "there is no workspace at nowhere");
        let notes = note::all(stage.store.catalog()).await;
        let texts: Vec<_> = notes.iter().map(|(_, text, _)| text.as_str()).collect();
        assert_eq!(texts, ["Good day, Jo!", "Good day, Kim!"]);
    })
    .await;
}

#[test]
fn settings_of_apps_are_listed_and_checked_with_the_others() {
    let vars = |list: &[(&str, &str)]| {
        Reader::from_vars(list.iter().map(|(name, value)| ((*name).into(), (*value).into())))
    };
    let mut env = vars(&[("LAB_PASSWORD", "hush"), ("LABGREETING", "Hey")]);
    let registry = Registry::new(vec![app::app()], &mut env);
    assert!(registry.is_ok());
    let settings = env.settings();
    let said: Vec<_> = settings
        .iter()
        .map(|one| (one.name.as_str(), one.app, one.is_set, one.is_secret))
        .collect();
    assert_eq!(said, [("LAB_GREETING", "lab", false, false), ("LAB_PASSWORD", "lab", true, true)]);
    assert_eq!(settings[0].default.as_deref(), Some("Hello"));
    assert_eq!(settings[1].value, None);
    let why = env.finish().unwrap_err().to_string();
    assert!(why.contains("LABGREETING is no setting: it is called LAB_GREETING"), "{why}");
    let mut env = vars(&[("LAB_GREETING", "Oh what a beautiful morning")]);
    assert!(Registry::new(vec![app::app()], &mut env).is_ok());
    assert!(env.finish().unwrap_err().to_string().contains("longer than anybody listens"));
}

#[test]
fn what_nobody_owns_and_what_is_not_said_is_found_at_start_up() {
    async fn page(_: platform::Public, _: Extension<Greeter>) -> Result {
        Err(platform::Error::NotFound)
    }
    let routes = platform::Routes::new().get("/greeting", page);
    let apps = vec![App::new("wrong").account(routes).owns_in_catalog::<wrong::Entity>()];
    let found = Registry::new(apps, &mut Reader::from_vars([])).err().unwrap_or_default();
    let found: Vec<_> = found.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[0], "`wrong_notes.user_id` can't be cleared: it is never null");
    assert_eq!(found[1], "`wrong_notes.tenant_id` is not in `ownership()`");
    assert_eq!(found[2], "`wrong_notes` is archived, and no column names the workspace");
    assert!(
        found[3].starts_with("GET /greeting takes `Extension<") && found[3].contains("Greeter")
    );
    let twice = vec![App::new("one").command(greet), App::new("two").command(greet)];
    let found = Registry::new(twice, &mut Reader::from_vars([])).err().unwrap_or_default();
    assert_eq!(found[0].text, "the command `greet` is there twice");
}

/// An entity whose description is wrong in every way.
mod wrong {
    use platform::{
        Audit,
        catalog::{CatalogEntity, OnErase, Ownership},
    };
    use sea_orm::entity::prelude::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(schema_name = "catalog", table_name = "wrong_notes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub tenant_id: Uuid,
        pub user_id: Uuid,
    }

    impl CatalogEntity for Entity {
        fn ownership() -> Ownership<Self> {
            Ownership::user(Column::UserId, OnErase::Clear).archived()
        }

        fn audit() -> Audit<Self> {
            Audit::none()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[tokio::test]
async fn rows_of_the_catalogue_end_with_whom_they_are_about() {
    with_notes(&[], async |stage| {
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let (ana, bo) = (stage.member(&acme, Role::Owner).await, stage.person("bo").await);
        let catalog = stage.store.catalog();
        note::write(catalog, (acme.tenant.id, Some(ana.user)), "a").await.unwrap();
        note::write(catalog, (globex.tenant.id, Some(bo.user)), "b").await.unwrap();
        let tx = catalog.begin().await.unwrap();
        stage.store.erase_user(&tx, bo.user, &bo.email).await.unwrap();
        tx.commit().await.unwrap();
        assert!(core_access::user_by_id(catalog, bo.user).await.unwrap().is_none());
        let expected = [
            (acme.tenant.id, "a".to_owned(), Some(ana.user)),
            (globex.tenant.id, "b".to_owned(), None),
        ];
        assert_eq!(note::all(catalog).await, expected);
        stage.store.delete_tenant(&acme.tenant).await.unwrap();
        assert_eq!(note::all(catalog).await, expected[1..]);
    })
    .await;
}

#[tokio::test]
async fn archives_carry_the_rows_of_the_catalogue_and_nobody_elses() {
    with_notes(&[], async |stage| {
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = stage.member(&acme, Role::Owner).await;
        let (store, catalog) = (&stage.store, stage.store.catalog());
        note::write(catalog, (acme.tenant.id, Some(ana.user)), "a").await.unwrap();
        note::write(catalog, (globex.tenant.id, None), "g").await.unwrap();
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("acme");
        archives::export(store, &acme.tenant, &path).await.unwrap();
        note::write(catalog, (acme.tenant.id, None), "later").await.unwrap();
        archives::restore(store, &acme.tenant, &path, &[]).await.unwrap();
        let expected = [
            (acme.tenant.id, "a".to_owned(), Some(ana.user)),
            (globex.tenant.id, "g".to_owned(), None),
        ];
        assert_eq!(note::all(catalog).await, expected);

        // Made to say something about another workspace, somebody else, or nothing at all.
        let (acme_id, globex_id) = (acme.tenant.id.to_string(), globex.tenant.id.to_string());
        let (ana_id, stranger) = (ana.user.to_string(), stage.person("bo").await.user.to_string());
        for (change, why) in [
            ((&acme_id, &globex_id), "names another workspace"),
            ((&ana_id, &stranger), "names somebody whom it does not bring"),
            ((&"\"a\"".to_owned(), &"\"\"".to_owned()), "says nothing"),
        ] {
            let forged = dir.path().join("forged");
            let (from, to) = (change.0.as_str(), change.1.as_str());
            let made = rewritten(&std::fs::read(&path).unwrap(), &|_, line| {
                if line.as_array().is_some_and(|row| row.last() == Some(&"a".into())) {
                    *line = serde_json::from_str(&line.to_string().replace(from, to)).unwrap();
                }
            });
            std::fs::write(&forged, made).unwrap();
            let refused = archives::restore(store, &acme.tenant, &forged, &[]).await;
            let said = format!("{:#}", refused.unwrap_err().into_anyhow());
            assert!(said.contains(why), "{why}: {said}");
            assert_eq!(note::all(catalog).await, expected);
        }
    })
    .await;
}

#[tokio::test]
async fn a_column_that_is_not_there_is_told() {
    with_notes(&[], async |stage| {
        let drift = stage.store.schema_drift(&[]).await.unwrap();
        assert_eq!(drift, core_db::Drift::default());
        match &stage.home.owner {
            Some(owner) => {
                let mut owner = PgConnection::connect(owner.as_str()).await.unwrap();
                owner.execute("ALTER TABLE catalog.lab_notes RENAME text TO words").await.unwrap();
                owner.close().await.unwrap();
            }
            None => {
                let file = stage.config().data_dir.join("catalog.db");
                let url = format!("sqlite://{}", file.display());
                let mut file = SqliteConnection::connect(&url).await.unwrap();
                file.execute("ALTER TABLE lab_notes RENAME text TO words").await.unwrap();
                file.close().await.unwrap();
            }
        }
        let drift = stage.store.schema_drift(&[]).await.unwrap();
        assert_eq!(drift.lacking, [(String::new(), "lab_notes.text".to_owned())]);
        assert_eq!(drift.unfilled, [(String::new(), "lab_notes.words".to_owned())]);
    })
    .await;
}
