//! What every command begins with: the settings and the apps.

use std::sync::Arc;

use core_base::{
    Config,
    config::{Reader, Setting},
};
use core_db::{Migrations, Schema, Store};
use platform::{App, AppProblem, Registry};

/// The settings and the apps, as this process found them.
pub(crate) struct Program {
    pub(crate) config: Config,
    /// Every setting that was asked for, in that order.
    pub(crate) settings: Vec<Setting>,
    /// The apps, or what keeps them from working together.
    pub(crate) apps: Result<Arc<Registry>, Vec<AppProblem>>,
    /// Their tables.
    pub(crate) migrations: Migrations,
}

impl Program {
    /// Reads all settings. The error lists every problem with them.
    pub(crate) fn read(
        mut env: Reader,
        apps: Vec<App>,
        migrations: Migrations,
    ) -> anyhow::Result<Self> {
        let config = Config::of(&mut env);
        let apps = Registry::new(apps, &mut env).map(Arc::new);
        env.finish()?;
        Ok(Self { config, settings: env.settings(), apps, migrations })
    }

    /// The apps; the error lists every problem with them.
    pub(crate) fn registry(&self) -> anyhow::Result<&Arc<Registry>> {
        self.apps.as_ref().map_err(|problems| {
            let lines: Vec<_> = problems.iter().map(|problem| format!("\n  - {problem}")).collect();
            anyhow::anyhow!("the apps don't fit together:{}", lines.concat())
        })
    }

    /// The store as it is; a command never migrates on the side.
    pub(crate) async fn open(&self) -> anyhow::Result<Store> {
        Store::open(&self.config, self.registry()?.schema(self.migrations)).await
    }

    /// The store, where the apps have problems too: good for looking.
    pub(crate) async fn open_to_look(&self) -> anyhow::Result<Store> {
        let schema = match &self.apps {
            Ok(registry) => registry.schema(self.migrations),
            Err(_) => Schema {
                migrations: self.migrations,
                tables: vec![],
                audited: vec![],
                plans: Arc::default(),
            },
        };
        Store::open(&self.config, schema).await
    }

    /// Takes what a command left in the outboxes to the queue: on SQLite no other process would see it
    /// soon.
    pub(crate) async fn relay(&self, store: &Store) -> core_base::Result<()> {
        let jobs = self.registry()?.jobs(&self.config);
        core_jobs::Relay::new(store.clone(), jobs).run().await?;
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::{collections::BTreeSet, path::Path};

    use core_base::config::{Environment, Reader};

    use super::Program;

    #[test]
    fn every_setting_is_in_the_example_and_nothing_else() {
        let vars = [("SECRET_KEY", "0123456789abcdef0123456789abcdef"), ("ENVIRONMENT", "test")];
        let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let apps = crate::apps(Environment::Development);
        let program = Program::read(Reader::from_vars(vars), apps, migrations::ALL).unwrap();
        let asked: BTreeSet<_> = program.settings.into_iter().map(|one| one.name).collect();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let text = std::fs::read_to_string(root.join(".env.example")).unwrap();
        let named = text.lines().filter_map(|line| {
            let (name, _) = line.trim_start_matches('#').split_once('=')?;
            name.chars().all(|c| c.is_ascii_uppercase() || c == '_').then(|| name.to_owned())
        });
        assert_eq!(named.collect::<BTreeSet<_>>(), asked, "on the left: .env.example");
    }
}
