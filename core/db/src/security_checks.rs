//! What a server or an operator left weaker than it could be, and what to do about it.

use core_base::Finding;
use sqlx::{Connection, Executor, PgConnection, Row};

use crate::store::{Place, Store};

impl Store {
    /// What weakens isolation, or is about to stop new workspaces.
    pub async fn weaknesses(&self) -> anyhow::Result<Vec<Finding>> {
        let mut found = self.stuck().await?;
        for cell in self.cells().await? {
            if cell.tenants * 5 >= u64::try_from(cell.capacity)? * 4 {
                let (id, tenants, capacity) = (cell.id, cell.tenants, cell.capacity);
                found.push(Finding::new(
                    "store.cell_full",
                    format!("cell {id} holds {tenants} of {capacity} workspaces"),
                    "run `groundwork cell add`",
                ));
            }
        }
        if let Place::Postgres { logins, .. } = &self.0.place {
            let mut owner = logins.owner.connect().await?;
            found.extend(ask(&mut owner, &ISOLATION).await?);
            owner.close().await?;
        }
        Ok(found)
    }

    /// What weakens a public site: how the server is set up. `connections`: at most so many from a
    /// process to a cell.
    pub async fn weaknesses_of_server(&self, connections: usize) -> anyhow::Result<Vec<Finding>> {
        let Place::Postgres { logins, .. } = &self.0.place else { return Ok(vec![]) };
        let mut owner = logins.owner.connect().await?;
        let mut found = ask(&mut owner, &SERVER).await?;
        found.extend(self.room_for(&mut owner, connections).await?);
        owner.close().await?;
        found.extend(self.clock_finding().await?);
        found.extend(self.pooler().await?);
        Ok(found)
    }

    async fn room_for(
        &self,
        owner: &mut PgConnection,
        connections: usize,
    ) -> anyhow::Result<Option<Finding>> {
        let sql = "SELECT current_setting('max_connections')::int \
                   - current_setting('superuser_reserved_connections')::int";
        let room: i32 = owner.fetch_one(sql).await?.try_get(0)?;
        let cells = self.cells().await?.len();
        // The catalogue's four and the owner's two.
        let wanted = cells * connections + 6;
        Ok((usize::try_from(room)? < wanted).then(|| {
            Finding::new(
                "server.connections",
                format!("one process may want {wanted} connections, the server gives {room}"),
                "raise max_connections, lower DATABASE_CONNECTIONS, or put PgBouncer between",
            )
        }))
    }

    /// A new connection that meets the server process of the one before came through a pooler.
    async fn pooler(&self) -> anyhow::Result<Option<Finding>> {
        let Place::Postgres { logins, installation, .. } = &self.0.place else { return Ok(None) };
        let login = logins.catalog(installation);
        if login.pooled {
            return Ok(None);
        }
        let mut seen = vec![];
        for _ in 0..2 {
            let mut connection = login.connect().await?;
            let row = connection.fetch_one("SELECT pg_backend_pid()").await?;
            seen.push(row.try_get::<i32, _>(0)?);
            connection.close().await?;
        }
        Ok((seen[0] == seen[1]).then(|| {
            Finding::new(
                "server.pooler",
                "DATABASE_URL leads to a pooler, and DATABASE_POOLED does not say so: statements \
                 kept by name meet the wrong server",
                "set DATABASE_POOLED=yes and DATABASE_OWNER_URL",
            )
        }))
    }
}

/// Name, question that answers `true` when something is weak, what it is, what to do.
type Question = (&'static str, &'static str, &'static str, &'static str);

async fn ask(owner: &mut PgConnection, questions: &[Question]) -> anyhow::Result<Vec<Finding>> {
    let mut found = vec![];
    for (id, question, text, hint) in questions {
        let row = owner.fetch_one(sqlx::raw_sql(*question)).await?;
        if row.try_get::<bool, _>(0)? {
            found.push(Finding::new(id, *text, *hint));
        }
    }
    Ok(found)
}

const ISOLATION: [Question; 8] = [
    (
        "server.settings",
        "SELECT EXISTS (SELECT 1 FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole \
           JOIN catalog.meta m ON m.name = 'installation' AND starts_with(r.rolname, m.value || '_'), \
           unnest(s.setconfig) AS setting WHERE setting NOT IN ('search_path=pg_catalog, pg_temp', \
             'plan_cache_mode=force_generic_plan', 'statement_timeout=5s', 'lock_timeout=2s', \
             'idle_in_transaction_session_timeout=15s', 'TimeZone=UTC', 'timezone=UTC'))",
        "a role of ours has a setting that we did not give it (ALTER ROLE … SET)",
        "see \\drds in psql; ALTER ROLE … RESET ALL, and run `groundwork migrate`",
    ),
    (
        "server.set_config",
        "SELECT has_function_privilege('public', 'pg_catalog.set_config(text, text, boolean)', 'EXECUTE')",
        "everybody may call set_config, a way out of a tenant's role",
        "as a superuser: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean) FROM PUBLIC",
    ),
    (
        "server.plpgsql",
        "SELECT has_language_privilege('public', 'plpgsql', 'USAGE')",
        "everybody may use PL/pgSQL, a way out of a tenant's role",
        "as a superuser: REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC",
    ),
    (
        "server.temporary",
        "SELECT has_database_privilege('public', current_database(), 'TEMPORARY')",
        "everybody may make temporary tables, which the next tenant on a connection reads",
        "as the database's owner: REVOKE TEMPORARY ON DATABASE … FROM PUBLIC",
    ),
    (
        "server.login",
        "SELECT EXISTS (SELECT 1 FROM catalog.cells c JOIN pg_roles r ON r.rolname = c.login \
         WHERE r.rolsuper OR r.rolinherit OR r.rolbypassrls OR r.rolcreatedb OR r.rolcreaterole)",
        "the login of a cell has rights of its own",
        "ALTER ROLE … NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE, and run `groundwork migrate`",
    ),
    (
        "server.role",
        "SELECT EXISTS (SELECT 1 FROM pg_roles r JOIN catalog.meta m ON m.name = 'installation' \
           AND starts_with(r.rolname, m.value || '_t_') \
         WHERE r.rolsuper OR r.rolcanlogin OR r.rolbypassrls OR r.rolcreatedb OR r.rolcreaterole \
           OR r.rolreplication \
           OR EXISTS (SELECT 1 FROM pg_auth_members a WHERE a.member = r.oid))",
        "the role of a workspace has rights of its own, or those of another role",
        "ALTER ROLE … NOSUPERUSER NOLOGIN NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION; REVOKE … FROM it",
    ),
    (
        "server.granted",
        "SELECT EXISTS (SELECT 1 FROM (SELECT relacl AS acl FROM pg_class \
           WHERE relnamespace = 'catalog'::regnamespace \
           UNION ALL SELECT attacl FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
           WHERE c.relnamespace = 'catalog'::regnamespace) given, aclexplode(given.acl) one \
         WHERE one.grantee = 0 OR EXISTS (SELECT 1 FROM pg_roles r JOIN catalog.meta m \
           ON m.name = 'installation' AND starts_with(r.rolname, m.value || '_t_') \
           WHERE r.oid = one.grantee))",
        "the role of a workspace, or everybody, was given a table of the catalogue",
        "REVOKE ALL ON ALL TABLES IN SCHEMA catalog FROM it: \\dp catalog.* in psql names it",
    ),
    (
        "server.public",
        "SELECT EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = 'public' \
           AND has_schema_privilege('public', oid, 'CREATE'))",
        "everybody may make things in the schema public: what the role of a workspace leaves there others may run",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ),
];

const SERVER: [Question; 5] = [
    (
        "server.functions",
        "SELECT EXISTS (SELECT 1 FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace \
         AND (proname ~ '^pg_(try_)?advisory_lock' OR proname ~ '^lo_' OR proname = 'pg_notify') \
         AND has_function_privilege('public', oid, 'EXECUTE'))",
        "everybody may take locks by number, make large objects and send notices: the role of a \
         workspace could hold up migrations, and the making and erasing of others",
        "as a superuser, once: let DATABASE_OWNER_URL be a superuser's for one `groundwork migrate`",
    ),
    (
        "server.version",
        "SELECT current_setting('server_version_num')::int < 150000",
        "PostgreSQL is older than 15",
        "upgrade the server",
    ),
    (
        "server.fsync",
        "SELECT current_setting('fsync') = 'off' OR current_setting('full_page_writes') = 'off'",
        "a loss of power destroys the database: fsync or full_page_writes is off",
        "switch both on in postgresql.conf",
    ),
    (
        "server.commits",
        "SELECT current_setting('synchronous_commit') = 'off'",
        "a crash loses what people were told is saved: synchronous_commit is off",
        "set synchronous_commit = on",
    ),
    (
        "server.locks",
        "SELECT current_setting('max_locks_per_transaction')::int < 128",
        "deleting and dumping workspaces needs many locks: max_locks_per_transaction is below 128",
        "set max_locks_per_transaction = 256 in postgresql.conf",
    ),
];
