//! The admin: each resource under its own permissions too, and nothing of it for who may not open it.

use core_testing::{Actor, Role};
use platform::{AnyRole, RoleId};

use crate::world::{World, everywhere};

/// Somebody whose role holds these and no more.
async fn with(world: &World, name: &str, permissions: &[&str]) -> Actor {
    let made = world.ana.post("/settings/roles/new", &[("name", name), ("copy", "")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let all = |db| async move { core_access::custom_roles(&db).await };
    let roles = world.stage.write_in(&world.acme, all).await;
    let role = roles.into_iter().find(|role| role.name == name).unwrap();
    let (id, version): (RoleId, _) = (role.id, format!("{}:{}", role.id, role.version));
    let held: Vec<_> = permissions.iter().map(|key| format!("{id}:{key}")).collect();
    let held = held.iter().map(|held| ("grant", &**held));
    let sent: Vec<_> = [("version", &*version)].into_iter().chain(held).collect();
    let saved = world.ana.post("/settings/roles", &sent).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    world.stage.member_as(&world.acme, name, AnyRole::Custom(id)).await
}

#[tokio::test]
async fn a_resource_in_the_admin_needs_both_permissions() {
    everywhere(async |world| {
        let project = world.project("Depot").await;
        let id = project.rsplit('/').next().unwrap();
        let (list, row) = ("/admin/projects", format!("/admin/projects/{id}"));
        let places = ["/admin", list, &*row, "/admin/projects/new", "/admin/members"];
        for (who, wanted) in [
            (world.stage.member(&world.acme, Role::Admin).await, [200, 200, 200, 200, 200]),
            // They see projects, and not here.
            (world.stage.member(&world.acme, Role::Member).await, [403, 403, 403, 403, 403]),
            (with(world, "Opens it", &["admin.use"]).await, [200, 403, 403, 403, 403]),
            (
                with(world, "Looks", &["admin.use", "projects.view"]).await,
                [200, 200, 200, 403, 403],
            ),
            (
                with(world, "Works", &["admin.use", "projects.view", "projects.manage"]).await,
                [200, 200, 200, 200, 403],
            ),
            (
                with(world, "Outside", &["projects.view", "projects.manage"]).await,
                [403, 403, 403, 403, 403],
            ),
        ] {
            let mut got = [0; 5];
            for (got, path) in got.iter_mut().zip(places) {
                *got = who.get(path).await.status;
            }
            assert_eq!(got, wanted, "{}", who.name);
            let sent = [("name", &*format!("By {}", who.name))];
            let may = if wanted[3] == 200 { 303 } else { 403 };
            assert_eq!(who.post(list, &sent).await.status, may, "{} makes one", who.name);
            let delete = format!("{row}/delete");
            assert!(may == 303 || who.post(&delete, &[]).await.status == 403, "{}", who.name);
        }
        // What is refused says what is missing.
        let opens = world.stage.member(&world.acme, Role::Member).await;
        let refused = opens.get("/admin/projects").await;
        assert!(refused.has_text("Open the admin"), "{}", refused.words());
    })
    .await;
}

#[tokio::test]
async fn its_first_page_counts_what_the_reader_sees_and_says_what_changed() {
    everywhere(async |world| {
        let project = world.project("Depot").await;
        world.project("Harbour").await;
        world.ana.post(&format!("{project}/delete"), &[]).await;
        let page = world.ana.get("/admin").await;
        assert!(page.has_text("Projects 1"), "{}", page.words());
        assert!(page.has_text("Members 1") && page.has_text("Invitations 0"), "{}", page.words());
        assert!(page.has_text("Depot Deleted project"), "{}", page.words());
        assert!(page.has_text("Harbour Created project"), "{}", page.words());
        assert!(!page.text.contains(&format!("/admin{project}\"")), "it is gone");
        let looks = with(world, "Looks", &["admin.use", "tenants.see_members"]).await;
        let page = looks.get("/admin").await;
        assert!(page.has_text("Members 2"), "{}", page.words());
        for hidden in ["Projects", "Harbour", "Invitations"] {
            assert!(!page.has_text(hidden), "{hidden}: {}", page.words());
        }
    })
    .await;
}

/// Members have rules of their own: here they are read, found and exported.
#[tokio::test]
async fn what_has_rules_of_its_own_is_only_read() {
    everywhere(async |world| {
        world.stage.member(&world.acme, Role::Member).await;
        let page = world.ana.get("/admin/members?q=example").await;
        assert!(page.status == 200 && page.has_text("2 members found"), "{}", page.words());
        assert!(page.has_text("Owner") && page.has_text("Member"), "{}", page.words());
        for nothing in ["New member", "Select all", "Edit"] {
            assert!(!page.text.contains(nothing), "{nothing}: {}", page.words());
        }
        let row = format!("/admin/members/{}", world.ana.member_id());
        let page = world.ana.get(&row).await;
        assert!(page.has_text(&world.ana.email), "{}", page.words());
        assert!(page.text.contains("href=\"/settings/members\""), "{}", page.words());
        let file = world.ana.get("/admin/members/export?export-as=csv&export-field=email").await;
        assert!(file.text.contains(&world.ana.email), "{}", file.text);
        for path in ["/admin/members", &*row, &format!("{row}/delete"), "/admin/members/bulk"] {
            let answer = world.ana.post(path, &[("name", "Eve"), ("action", "delete")]).await;
            assert!([404, 405].contains(&answer.status), "{path}: {}", answer.status);
        }
    })
    .await;
}
