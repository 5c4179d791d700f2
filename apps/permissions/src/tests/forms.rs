//! Creating, renaming, duplicating and deleting a role.

use core_testing::for_each_store;
use platform::{AnyRole, Role, workspaces::find_member};

use super::{acme, apps, held, member_as, named, role};

#[tokio::test]
async fn a_role_is_created_duplicated_renamed_and_deleted() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let page = ana.get("/settings/roles").await;
        let form = page.form("/settings/roles/new");
        assert_eq!(form.value("copy"), Some("viewer"));
        let made = ana.submit(&form, &[("name", " Contractor ")]).await;
        assert!(ana.follow(made).await.has_text("Contractor created"));
        let contractor = named(stage, &acme, "Contractor").await;
        assert_eq!(held(&contractor), ["things.look"], "as a viewer");

        let page = ana.get(&format!("/settings/roles/new?copy={}", contractor.id)).await;
        let form = page.form("/settings/roles/new");
        assert_eq!(form.value("name"), Some("Copy of Contractor"));
        assert_eq!(ana.submit(&form, &[]).await.status, 303);
        assert_eq!(held(&named(stage, &acme, "Copy of Contractor").await), ["things.look"]);

        let path = format!("/settings/roles/{}", contractor.id);
        let page = ana.get(&path).await;
        let saved = ana.submit(&page.form(&path), &[("name", "Freelancer")]).await;
        assert!(ana.follow(saved).await.has_text("Freelancer"));
        // The same form again: somebody has changed it since.
        let again = ana.submit(&page.form(&path), &[("name", "Helper")]).await;
        assert_eq!(again.status, 409);
        assert!(again.has_text("renamed this role to Freelancer"));
        assert_eq!(ana.submit(&again.form(&path), &[]).await.status, 303);

        let path = format!("{path}/delete");
        let page = ana.get(&path).await;
        assert!(page.has_text("Nobody has this role"));
        let gone = ana.submit(&page.form(&path), &[]).await;
        assert!(ana.follow(gone).await.has_text("Helper deleted"));
        assert_eq!(ana.get(&path).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_role_in_use_goes_only_when_its_people_get_another() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let contractor = role(stage, &acme, &ana, "Contractor", &["things.sell"]).await;
        let cy = member_as(stage, &acme, &contractor).await;
        let path = format!("/settings/roles/{}/delete", contractor.id);
        let page = ana.get(&path).await;
        assert!(page.has_text("One person has this role"));
        let gone = AnyRole::Custom(platform::RoleId::new()).to_string();
        for (wrong, status) in [("", 422), ("nonsense", 422), (&*gone, 404)] {
            let answer = ana.submit(&page.form(&path), &[("instead", wrong)]).await;
            assert_eq!(answer.status, status, "{wrong}");
        }
        // Itself is no other one.
        let own = contractor.id.to_string();
        assert_eq!(ana.post(&path, &[("instead", &own)]).await.status, 422);
        assert_eq!(cy.post("/things", &[]).await.status, 303, "nothing has changed yet");

        let done = ana.submit(&page.form(&path), &[("instead", "viewer")]).await;
        assert_eq!(done.location(), "/settings/roles");
        assert_eq!(cy.post("/things", &[]).await.status, 403);
        assert_eq!(cy.get("/things").await.status, 200);
        let user = cy.user;
        let find = |db| async move { find_member(&db, user).await };
        let member = stage.write_in(&acme, find).await.unwrap();
        assert_eq!(member.role, Role::Viewer.into());
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_said_and_what_was_typed_is_kept() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let contractor = role(stage, &acme, &ana, "Contractor", &[]).await;
        let other = role(stage, &acme, &ana, "Other", &[]).await;
        let long = "x".repeat(41);
        let (path, version) = (format!("/settings/roles/{}", other.id), other.version.to_string());
        for (name, problem) in [
            (" ", "Give the role a name"),
            (&*long, "at most 40 characters"),
            ("contractor", "Another role has this name"),
            ("OWNER", "Another role has this name"),
        ] {
            let fields = [("name", name), ("copy", ""), ("version", version.as_str())];
            for to in ["/settings/roles/new", &path] {
                let answer = ana.post(to, &fields).await;
                assert_eq!(answer.status, 422, "{name} at {to}");
                assert!(answer.has_text(problem), "{problem}");
                assert_eq!(answer.form(to).value("name"), Some(name));
            }
        }
        assert_eq!(named(stage, &acme, "Other").await, other);
        // A name of its own in other letters is no other role's.
        let fields = [("name", "OTHER"), ("version", version.as_str())];
        assert_eq!(ana.post(&path, &fields).await.status, 303);

        let gone = ana.post("/settings/roles/new", &[("name", "New"), ("copy", "nonsense")]).await;
        assert_eq!(gone.status, 422);
        assert!(gone.has_text("no longer exists"));
        // Renamed after it was deleted: what was typed can become a new one.
        let path = format!("/settings/roles/{}", contractor.id);
        assert_eq!(ana.post(&format!("{path}/delete"), &[]).await.status, 303);
        let answer = ana.post(&path, &[("name", "Freelancer"), ("version", "1")]).await;
        assert_eq!(answer.status, 404);
        assert_eq!(answer.form("/settings/roles/new").value("name"), Some("Freelancer"));
    })
    .await;
}

#[tokio::test]
async fn sent_twice_a_role_is_made_once() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let fields = [("name", "Contractor"), ("copy", "")];
        assert_eq!(ana.post("/settings/roles/new", &fields).await.status, 303);
        assert_eq!(ana.post("/settings/roles/new", &fields).await.status, 422);
    })
    .await;
}
