//! Where the data of one test lives, and the settings that lead there.

use core_base::{Config, config::Reader};
use tempfile::TempDir;
use url::Url;

use crate::{StoreKind, database::Database, stores};

/// A directory, and on PostgreSQL a database, of one test's own.
pub struct Home {
    /// Settings that lead here.
    pub config: Config,
    /// These settings as variables, for starting the program itself.
    pub vars: Vec<(String, String)>,
    /// The owner's address of the database.
    pub owner: Option<Url>,
    database: Option<Database>,
    _dir: TempDir,
}

impl Home {
    /// An empty one; `vars` win over what it would set.
    pub async fn new(kind: StoreKind, vars: &[(&str, &str)]) -> anyhow::Result<Self> {
        let dir = tempfile::Builder::new().prefix("groundwork-test-").tempdir()?;
        let mut all = vec![
            ("ENVIRONMENT".to_owned(), "test".to_owned()),
            ("BASE_URL".into(), "http://localhost:8000".into()),
            ("DATA_DIR".into(), dir.path().join("data").display().to_string()),
            ("SECRET_KEY".into(), "only for tests: 0123456789abcdef0123456789abcdef".into()),
            ("RATE_LIMITS".into(), "off".into()),
            ("DATABASE_CONNECTIONS".into(), "4".into()),
        ];
        let (mut database, mut owner) = (None, None);
        if kind != StoreKind::Sqlite {
            let made = Database::create(&stores::server("TEST_DATABASE_URL")?).await?;
            let direct = made.at(&stores::server("TEST_DATABASE_URL")?);
            if kind == StoreKind::Pooled {
                let mut url = made.at(&stores::server("TEST_PGBOUNCER_URL")?);
                let (user, password) = made.make_login().await?;
                let set = url.set_username(&user).and(url.set_password(Some(&password)));
                set.map_err(|()| anyhow::anyhow!("TEST_PGBOUNCER_URL takes no user"))?;
                all.push(("DATABASE_URL".into(), url.into()));
                all.push(("DATABASE_OWNER_URL".into(), direct.to_string()));
                all.push(("DATABASE_POOLED".into(), "yes".into()));
            } else {
                all.push(("DATABASE_URL".into(), direct.to_string()));
            }
            (database, owner) = (Some(made), Some(direct));
        }
        for (name, value) in vars {
            all.retain(|(other, _)| other != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        let config = Config::read(Reader::from_vars(all.clone()))?;
        Ok(Self { config, vars: all, owner, database, _dir: dir })
    }

    /// Takes everything away. Without it the next run clears up.
    pub async fn close(self) -> anyhow::Result<()> {
        match self.database {
            Some(database) => database.remove().await,
            None => Ok(()),
        }
    }

    /// The name of the database; none on SQLite.
    pub fn database(&self) -> Option<&str> {
        self.database.as_ref().map(|database| database.name.as_str())
    }
}
