//! What the owner of a database has to be allowed, as on a managed server, where nobody is a superuser.

use core_testing::{Home, StoreKind, core_stores};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

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
        home.vars.push(("DATABASE_URL".into(), url.into()));

        run(groundwork(), &home, &["migrate"]);
        run(groundwork(), &home, &["seed", "--tenants=2", "--projects=1", "--members=2"]);
        // All of the life of a workspace, as somebody who is no superuser.
        let copy = home.config.data_dir.with_extension("archive").display().to_string();
        run(groundwork(), &home, &["cell", "add"]);
        run(groundwork(), &home, &["tenant", "export", "t0001", &copy]);
        run(groundwork(), &home, &["tenant", "import", &copy, "--replace", "t0001"]);
        run(groundwork(), &home, &["tenant", "delete", "t0001", "--confirm", "t0001"]);
        run(groundwork(), &home, &["tenant", "delete", "t0002", "--confirm", "t0002"]);
        let owner = "--owner=user1@t0001.example";
        run(groundwork(), &home, &["tenant", "create", "another", "--name=Another", owner]);
        run(groundwork(), &home, &["migrate"]);
        let checked = command(groundwork(), &home, &["check"]).output().unwrap();
        let said = String::from_utf8(checked.stdout).unwrap();
        assert!(said.contains("set_config") && said.contains("PL/pgSQL"), "{said}");
        assert!(said.ends_with("2 found\n"), "{said}");
        home.close().await.unwrap();
    }
}
