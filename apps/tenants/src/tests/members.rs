//! The list, and changes of role.

use core_testing::{Actor, Answer, Role, for_each_store};
use platform::AnyRole;

use super::{acme, apps, is, role};

fn role_of(actor: &Actor) -> String {
    format!("/settings/members/{}/role", actor.member_id())
}

/// Those of `all` who are listed, in the order in which they are.
fn people<'a>(page: &Answer, all: &[&'a Actor]) -> Vec<&'a str> {
    let rows = page.text.split_once("<tbody>").map_or("", |(_, rows)| rows);
    let mut found: Vec<_> =
        all.iter().filter_map(|one| Some((rows.find(&one.email)?, *one))).collect();
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, one)| one.name.as_str()).collect()
}

#[tokio::test]
async fn people_are_listed_searched_and_narrowed_by_role() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let vic = stage.member(&acme, Role::Viewer).await;
        let contractor = role(stage, &acme, &ana, "Contractor", &[]).await;
        let cy = stage.member_as(&acme, "Contractor", contractor).await;
        let all = [&ana, &bo, &vic, &cy];
        let page = ana.get("/settings/members").await;
        assert!(page.has_text("4 members."));
        // Contractor…, Member…, Owner…, Viewer…: by name.
        assert_eq!(people(&page, &all), [&cy.name, &bo.name, &ana.name, &vic.name]);
        let page = ana.get("/settings/members?sort=-since").await;
        assert_eq!(people(&page, &all), [&cy.name, &vic.name, &bo.name, &ana.name]);

        let narrow = format!("/settings/members?role={contractor}");
        assert_eq!(people(&ana.get(&narrow).await, &all), [&cy.name]);
        let by_mail = format!("/settings/members?q={}", bo.email.to_uppercase());
        let page = ana.get(&by_mail).await;
        assert!(page.has_text("1 member found."));
        assert_eq!(people(&page, &all), [&bo.name]);
        assert!(ana.get("/settings/members?q=nobody").await.has_text("Nobody matches"));
        assert_eq!(people(&ana.get("/settings/members?role=nonsense").await, &all).len(), 4);

        // A viewer looks and finds nothing to press, but the way out.
        let page = vic.get("/settings/members").await;
        assert_eq!(people(&page, &all).len(), 4);
        let outline = page.outline();
        assert!(!outline.contains("/remove") && !outline.contains("/owner"), "{outline}");
        assert!(outline.contains("](/settings/leave)"));
        // Whose role does not include it doesn't even see the entry.
        assert_eq!(cy.get("/settings/members").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn an_admin_gives_what_they_hold_and_nothing_above() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let ada = stage.member(&acme, Role::Admin).await;
        let bo = stage.member(&acme, Role::Member).await;
        let page = ada.get("/settings/members").await;
        let form = page.form(&role_of(&bo));
        assert_eq!(form.value("role"), Some("member"));
        assert!(!page.text.contains(&role_of(&ana)), "the owner is above her");
        assert!(!page.text.contains("value=\"owner\" selected"));

        let changed = ada.submit(&form, &[("role", "viewer")]).await;
        assert_eq!(changed.location(), "/settings/members");
        assert!(ada.follow(changed).await.has_text("role changed to Viewer"));
        assert_eq!(is(stage, &acme, &bo).await, Some(Role::Viewer.into()));

        for (target, wanted) in [(&bo, "owner"), (&ana, "viewer"), (&bo, "nonsense"), (&bo, "")] {
            let before = is(stage, &acme, target).await;
            let answer = ada.post(&role_of(target), &[("role", wanted)]).await;
            assert!(ada.follow(answer).await.has_text("Nothing was changed"), "{wanted}");
            assert_eq!(is(stage, &acme, target).await, before, "{wanted}");
        }
        // Back to where she was in the list.
        let from = format!("{}?q=member&page=2", role_of(&bo));
        let answer = ada.post(&from, &[("role", "admin")]).await;
        assert_eq!(answer.location(), "/settings/members?q=member&page=2");
        // A role that is not there any more.
        let gone = AnyRole::Custom(platform::RoleId::new()).to_string();
        assert_eq!(ada.post(&role_of(&bo), &[("role", &gone)]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_role_of_the_workspaces_own_is_held_to_what_it_holds() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let keys = ["see_members", "manage_members", "manage"].map(|key| format!("tenants.{key}"));
        let keys: Vec<_> = keys.iter().map(String::as_str).chain(["gone.app"]).collect();
        let people = role(stage, &acme, &ana, "People", &keys).await;
        let guest = role(stage, &acme, &ana, "Guest", &[]).await;
        let pat = stage.member_as(&acme, "People", people).await;
        let gus = stage.member_as(&acme, "Guest", guest).await;
        assert!(pat.get("/settings/members").await.has_text("People"));
        let answer = pat.post(&role_of(&gus), &[("role", &people.to_string())]).await;
        assert!(pat.follow(answer).await.has_text("role changed to"));
        assert_eq!(is(stage, &acme, &gus).await, Some(people));
        assert_eq!(gus.get("/settings/members").await.status, 200);
        let ada = stage.member(&acme, Role::Admin).await;
        // An admin holds no more than that here: the two may decide about each other.
        let answer = pat.post(&role_of(&ada), &[("role", "viewer")]).await;
        assert!(pat.follow(answer).await.has_text("role changed to"));
        let answer = pat.post(&role_of(&ana), &[("role", "viewer")]).await;
        assert!(pat.follow(answer).await.has_text("permissions yours doesn't"));
    })
    .await;
}

#[tokio::test]
async fn ownership_is_handed_over_by_typing_the_new_owners_address() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let path = format!("/settings/members/{}/owner", bo.member_id());
        let page = ana.get(&path).await;
        for wrong in ["", "ana@example.test"] {
            let fields = [("email", wrong), ("stay", "yes")];
            let answer = ana.submit(&page.form(&path), &fields).await;
            assert_eq!(answer.status, 422, "{wrong}");
            assert!(answer.has_text("This doesn't match"));
            let form = answer.form(&path);
            assert_eq!((form.value("email"), form.value("stay")), (Some(wrong), Some("yes")));
        }
        assert_eq!(is(stage, &acme, &bo).await, Some(Role::Member.into()));

        let typed = bo.email.to_uppercase();
        let answer = ana.submit(&page.form(&path), &[("email", &typed)]).await;
        assert!(ana.follow(answer).await.has_text("is now an owner"));
        assert_eq!(is(stage, &acme, &bo).await, Some(Role::Owner.into()));
        assert_eq!(is(stage, &acme, &ana).await, Some(Role::Admin.into()));
        // Sent twice: she is no owner any more.
        let again = ana.post(&path, &[("email", &bo.email)]).await;
        assert!(ana.follow(again).await.has_text("Nothing was changed"));
        assert_eq!(ana.get(&path).await.status, 403);

        // He shares it, this time.
        let path = format!("/settings/members/{}/owner", ana.member_id());
        let fields = [("email", ana.email.as_str()), ("stay", "yes")];
        assert_eq!(bo.post(&path, &fields).await.status, 303);
        assert_eq!(is(stage, &acme, &ana).await, Some(Role::Owner.into()));
        assert_eq!(is(stage, &acme, &bo).await, Some(Role::Owner.into()));
    })
    .await;
}
