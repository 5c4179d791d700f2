//! What is there for developers is not there in production.

use core_base::{Config, config::Reader};
use core_testing::{Stage, StoreKind};
use platform::Registry;

use crate::world::apps;

fn routes(environment: &str) -> Vec<&'static str> {
    let vars = [
        ("ENVIRONMENT", environment),
        ("BASE_URL", "https://groundwork.example"),
        ("SECRET_KEY", "only to ask for the list of apps"),
        ("SMTP_URL", "smtp://127.0.0.1"),
    ];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let config = Config::read(Reader::from_vars(vars)).unwrap();
    let registry =
        Registry::new(web::apps(config.environment), &mut Reader::from_vars([])).ok().unwrap();
    registry.routes.iter().map(|route| route.path).collect()
}

#[test]
fn the_mailbox_does_not_exist_in_production() {
    for environment in ["development", "test"] {
        assert!(routes(environment).contains(&"/dev/mail.json"), "{environment}");
    }
    let dev: Vec<_> =
        routes("production").into_iter().filter(|path| path.starts_with("/dev")).collect();
    assert!(dev.is_empty(), "{dev:?}");
}

#[tokio::test]
async fn a_host_of_nobody_is_told_where_the_site_is_in_development_and_nowhere_else() {
    for (environment, told) in [("development", true), ("test", false)] {
        let vars = [("ENVIRONMENT", environment)];
        let stage = Stage::with(StoreKind::Sqlite, apps(), &vars).await;
        let answer = stage.visitor().get("http://127.0.0.1:8000/projects").await;
        assert_eq!(answer.status, 404);
        let origin = stage.config().account_origin();
        assert_eq!(answer.text.contains(&origin), told, "{}", answer.words());
        stage.close().await;
    }
}
