//! What the owner of a database has to be allowed, as on a managed server, where nobody is a superuser.

use core_testing::{Home, StoreKind, core_stores};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use crate::faults::program::{command, groundwork, run};

#[tokio::test]
async fn an_owner_who_may_make_roles_is_enough_and_check_says_what_is_weaker() {
    for kind in core_stores(&[StoreKind::Postgres]) {
        let mut home = Home::new(kind, &[]).await.unwrap();
        // A role of the database's name goes when the database goes.
        let (name, mut url) = (home.database().unwrap().to_owned(), home.owner.clone().unwrap());
        let mut admin = PgConnection::connect(url.as_str()).await.unwrap();
        let sql = format!(
            "CREATE ROLE {name} LOGIN CREATEROLE PASSWORD 'groundwork';
             ALTER DATABASE {name} OWNER TO {name}"
        );
        admin.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        admin.close().await.unwrap();
        url.set_username(&name).unwrap();
        url.set_password(Some("groundwork")).unwrap();
        home.vars.retain(|(name, _)| name != "DATABASE_URL");
        let given = url.to_string();
        home.vars.push(("DATABASE_URL".into(), url.into()));

        run(groundwork(), &home, &["migrate"]);
        run(groundwork(), &home, &["seed", "--tenants=2", "--projects=1", "--members=2"]);
        // All of the life of a workspace, as somebody who is no superuser.
        let copy = home.config.data_dir.with_extension("archive").display().to_string();
        run(groundwork(), &home, &["cell", "add"]);
        run(groundwork(), &home, &["tenant", "export", "t0001", &copy]);
        run(groundwork(), &home, &["tenant", "import", &copy, "--replace", "t0001"]);
        // What people gave its role by hand, or made in its name, is not in the way.
        let mut admin = PgConnection::connect(home.owner.as_ref().unwrap().as_str()).await.unwrap();
        let sql = "SELECT rolname FROM pg_roles r JOIN catalog.tenants t
              ON r.rolname LIKE '%' || replace(t.id::text, '-', '') WHERE t.slug = 't0001'";
        let role: String = admin.fetch_one(sql).await.unwrap().get(0);
        // It is the owner's own: what others gave, only they can take back.
        let mut by_hand = PgConnection::connect(&given).await.unwrap();
        let sql = format!(
            "GRANT \"{role}\" TO CURRENT_USER; CREATE TABLE public.other (a int); GRANT USAGE, CREATE ON SCHEMA public TO \"{role}\";
             GRANT SELECT ON public.other TO \"{role}\";
             ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO \"{role}\";
             CREATE TABLE public.its (a int); ALTER TABLE public.its OWNER TO \"{role}\""
        );
        by_hand.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await.unwrap();
        by_hand.close().await.unwrap();
        run(groundwork(), &home, &["tenant", "delete", "t0001", "--confirm", "t0001"]);
        let left = sqlx::query("SELECT 1 FROM pg_roles WHERE rolname = $1").bind(&role);
        assert!(admin.fetch_optional(left).await.unwrap().is_none(), "{role} is still there");
        let its = admin.fetch_one("SELECT to_regclass('public.its') IS NULL").await.unwrap();
        assert!(its.get::<bool, _>(0) && admin.execute("TABLE public.other").await.is_ok());
        admin.close().await.unwrap();
        run(groundwork(), &home, &["tenant", "delete", "t0002", "--confirm", "t0002"]);
        let owner = "--owner=user1@t0001.example";
        run(groundwork(), &home, &["tenant", "create", "another", "--name=Another", owner]);
        run(groundwork(), &home, &["migrate"]);
        let checked = command(groundwork(), &home, &["check"]).output().unwrap();
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(said.contains("set_config") && said.contains("PL/pgSQL"), "{said}");
        assert!(said.ends_with("2 problems found\n"), "{said}");
        let checked = command(groundwork(), &home, &["check", "--deploy"]).output().unwrap();
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(said.contains("locks by number"), "{said}");
        home.close().await.unwrap();
    }
}
