//! What people read at a limit, and where they see what they use.

use core_access::{Role, entitlements::Setting};
use core_db::TenantDb;
use sea_orm::{ConnectionTrait, Statement};

use super::set;
use crate::world::everywhere;

#[tokio::test]
async fn the_page_at_a_limit_says_what_it_is_and_keeps_what_was_typed() {
    everywhere(async |world| {
        let (stage, acme, ana) = (&world.stage, &world.acme, &world.ana);
        let lou = stage.member(acme, Role::Member).await;
        set(stage, acme, "projects", Setting::Count(1)).await;
        world.project("Falcon").await;
        let typed = [("name", "Heron"), ("summary", "Of the north"), ("due", "2031-05-06")];
        for (who, advice) in [
            (ana, "Contact us to have the limit raised."),
            (&lou, "Ask an owner of the workspace to have it raised."),
        ] {
            let page = who.get("/projects/new").await;
            let told = who.submit(&page.form("/projects"), &typed).await;
            assert_eq!(told.status, 422);
            assert!(told.has_text("Limit reached"), "{}", told.words());
            let text = "This workspace is limited to 1 project, and 1 is in use.";
            assert!(told.has_text(&format!("{text} {advice}")), "{}", told.words());
            for (field, value) in typed {
                assert_eq!(told.form("/projects").value(field), Some(value));
            }
        }
        // Others are not limited, and nothing but a new one is refused.
        assert_eq!(world.bo.post("/projects", &[("name", "Heron")]).await.status, 303);
        set(stage, acme, "projects", Setting::Default).await;
        assert_eq!(ana.post("/projects", &typed).await.status, 303);

        set(stage, acme, "members", Setting::Count(3)).await;
        let two = [("emails", "a@example.com\nb@example.com"), ("role", "viewer")];
        let page = ana.get("/settings/members/invite").await;
        let told = ana.submit(&page.form("/settings/members/invite"), &two).await;
        assert_eq!(told.status, 422);
        assert!(told.has_text("limited to 3 seats, and 2 are in use"), "{}", told.words());
        assert!(told.text.contains("a@example.com\nb@example.com"));
        world.invitation("a@example.com").await;
        // The same address again takes no second seat.
        let again = ana
            .post("/settings/members/invite", &[("emails", "a@example.com"), ("role", "viewer")]);
        assert_eq!(again.await.status, 303);
        let other = ana
            .post("/settings/members/invite", &[("emails", "c@example.com"), ("role", "viewer")]);
        assert!(other.await.has_text("limited to 3 seats, and 3 are in use"));
    })
    .await;
}

#[tokio::test]
async fn usage_is_shown_changes_are_told_and_nobody_sets_their_own() {
    everywhere(async |world| {
        let (stage, acme, ana) = (&world.stage, &world.acme, &world.ana);
        world.project("Falcon").await;
        let page = ana.get("/settings/general").await;
        assert!(page.has_text("Seats 1, no limit"), "{}", page.words());
        assert!(page.has_text("Projects 1, no limit"), "{}", page.words());
        set(stage, acme, "projects", Setting::Count(5)).await;
        set(stage, acme, "projects", Setting::Count(3)).await;
        let page = ana.get("/settings/general").await;
        assert!(page.has_text("Projects 1 of 3"), "{}", page.words());
        let log = ana.get("/settings/audit?kind=entitlements").await;
        assert!(log.has_text("Changed limit"), "{}", log.words());
        let backend = stage.store.backend();
        if backend == sea_orm::DbBackend::Postgres {
            for sql in [
                "UPDATE \"tenant\".\"entitlements\" SET \"value\" = 100",
                "DELETE FROM \"tenant\".\"entitlements\"",
                "INSERT INTO \"tenant\".\"entitlements\" VALUES ('members', 100)",
            ] {
                let write = |db: TenantDb| async move {
                    let statement = Statement::from_string(backend, sql.to_owned());
                    Ok(db.execute_raw(statement).await?)
                };
                let refused = stage.store.write_in(acme.tenant.clone(), write).await;
                let why = refused.unwrap_err().into_anyhow();
                assert!(format!("{why:#}").contains("permission denied"), "{sql}: {why:#}");
            }
        }
        let one = stage.registry.entitlements()[0];
        let refused = one.set(&stage.store, &acme.tenant, Setting::On, None).await;
        assert!(refused.map_err(core_base::Error::into_anyhow).unwrap().is_err());
    })
    .await;
}

/// What comes back counts like what is new.
#[tokio::test]
async fn nothing_is_brought_back_past_a_limit() {
    everywhere(async |world| {
        set(&world.stage, &world.acme, "projects", Setting::Count(1)).await;
        let gone = world.project("Gone").await;
        let list = world.ana.post(&format!("{gone}/delete"), &[]).await;
        let list = world.ana.follow(list).await;
        let undo = list.text.split("href=\"").find(|rest| rest.starts_with("/projects/undo/"));
        let undo = undo.and_then(|rest| rest.split('"').next()).unwrap().to_owned();
        world.project("Kept").await;
        let page = world.ana.follow(world.ana.post(&undo, &[]).await).await;
        let said = "Gone The workspace has as many as it may have.";
        assert!(page.has_text(said), "{}", page.words());
        assert_eq!(world.count_projects().await, 1);
        // Nor do rows of a file.
        let answer = world.ana.post("/projects/import", &[("rows", "Name\nFrom a file\n")]).await;
        let path = answer.location().to_owned();
        world.ana.post(&path, &[("action", "check"), ("column", "name")]).await;
        world.stage.run_jobs().await;
        let page = world.ana.get(&path).await;
        assert!(page.has_text("limited to 1 project"), "{}", page.words());
    })
    .await;
}
