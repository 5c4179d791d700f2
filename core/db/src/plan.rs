//! How one tenant gets from the migrations it has to those it should have.

use sea_orm::DbBackend;

use crate::migration::{Migration, Script, Step, newer, stamp};

/// Where the script names the tenant's schema and role.
const SCHEMA: &str = "{schema}";
const ROLE: &str = "{role}";

/// One part of the way.
pub(crate) enum Part {
    /// SQL with `{schema}` and `{role}` to be filled in.
    Sql(String),
    /// A data step: its place among the migrations.
    Data(Migration),
}

/// The whole way, for all tenants that have the same migrations.
pub(crate) struct Plan {
    pub(crate) parts: Vec<Part>,
    /// The stamp at its end.
    pub(crate) stamp: String,
}

impl Plan {
    /// From the migrations named `have` to all of `list`. Where one is younger than all of the list,
    /// this program is older than the store: refused.
    pub(crate) fn new(
        backend: DbBackend,
        list: &[Migration],
        have: &[String],
        new_tenant: bool,
    ) -> anyhow::Result<Self> {
        let newer = newer(list, have);
        anyhow::ensure!(
            newer.is_empty(),
            "was migrated by a newer program: this one does not know {}. Start the newer one; if \
             an app was removed, add the migration that drops its table",
            newer.join(", ")
        );
        let missing: Vec<_> =
            list.iter().filter(|known| !have.iter().any(|name| *name == known.name)).collect();
        let mut parts = vec![];
        let mut script = Script::new(backend);
        let mut waiting = false;
        for migration in &missing {
            match migration.step {
                Step::Schema(_) => {
                    script.add(migration);
                    waiting = true;
                }
                Step::Data(_) if new_tenant => {}
                Step::Data(_) => {
                    if std::mem::take(&mut waiting) {
                        parts.push(Part::Sql(script.text(SCHEMA, ROLE)));
                        script = Script::new(backend);
                    }
                    parts.push(Part::Data(**migration));
                }
            }
        }
        for migration in &missing {
            script.sql(format!(
                "INSERT INTO \"_migrations\" (\"name\") VALUES ('{}')",
                migration.name.replace('\'', "")
            ));
        }
        let after = missing.iter().map(|migration| migration.name);
        let stamp = stamp(have.iter().map(String::as_str).chain(after));
        if !new_tenant {
            script.sql(format!("UPDATE \"_meta\" SET \"stamp\" = '{stamp}'"));
        }
        parts.push(Part::Sql(script.text(SCHEMA, ROLE)));
        Ok(Self { parts, stamp })
    }

    /// The whole way as one script, where no data step lies on it.
    pub(crate) fn as_one(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [Part::Sql(sql)] => Some(sql),
            _ => None,
        }
    }
}

/// `sql` for one tenant: schema and role come quoted.
pub(crate) fn fill(sql: &str, schema: &str, role: &str) -> String {
    sql.replace(SCHEMA, schema).replace(ROLE, role)
}
