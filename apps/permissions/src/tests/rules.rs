//! Nobody gives a role what they don't hold, and nobody touches one that holds more.

use core_testing::{Role, for_each_store};

use super::{acme, apps, held, member_as, named, role, tick};

#[tokio::test]
async fn a_role_is_made_and_changed_only_within_what_one_holds() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let ada = stage.member(&acme, Role::Admin).await;
        let seller = role(stage, &acme, &ana, "Seller", &["things.sell"]).await;
        let helper = role(stage, &acme, &ana, "Helper", &["things.look"]).await;

        // She holds neither selling nor a role that does.
        let page = ada.get("/settings/roles").await;
        assert!(!page.text.contains(&format!("{}:", seller.id)), "nothing to tick there");
        assert!(page.text.contains(&format!("{}:things.look", helper.id)));
        assert!(!page.text.contains(&format!("{}:things.sell", helper.id)));
        assert!(!page.form("/settings/roles/new").fields.is_empty());

        let answer = tick(&ada, &helper, &["things.look", "things.sell"]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.has_text("permissions yours doesn't"));
        assert_eq!(tick(&ada, &seller, &["things.look"]).await.status, 422);
        for copy in [seller.id.to_string(), "owner".to_owned()] {
            let fields = [("name", "Mine"), ("copy", copy.as_str())];
            assert_eq!(ada.post("/settings/roles/new", &fields).await.status, 422, "{copy}");
        }
        let path = format!("/settings/roles/{}", seller.id);
        let version = seller.version.to_string();
        let fields = [("name", "Mine"), ("version", version.as_str())];
        assert_eq!(ada.post(&path, &fields).await.status, 422);
        assert_eq!(ada.post(&format!("{path}/delete"), &[]).await.status, 422);
        // Nor does a role that goes leave its people with more than she holds.
        member_as(stage, &acme, &helper).await;
        let path = format!("/settings/roles/{}/delete", helper.id);
        for more in [seller.id.to_string(), "owner".to_owned()] {
            assert_eq!(ada.post(&path, &[("instead", &more)]).await.status, 422, "{more}");
        }
        assert_eq!(named(stage, &acme, "Seller").await, seller);
        assert_eq!(named(stage, &acme, "Helper").await, helper);
        assert_eq!(tick(&ada, &helper, &[]).await.status, 303);
        assert!(held(&named(stage, &acme, "Helper").await).is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_manages_roles_by_a_role_can_give_it_away_but_not_add_to_it() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let keeper = role(stage, &acme, &ana, "Keeper", &["permissions.manage"]).await;
        let kim = member_as(stage, &acme, &keeper).await;
        assert_eq!(tick(&kim, &keeper, &["permissions.manage", "things.look"]).await.status, 422);
        assert_eq!(tick(&kim, &keeper, &[]).await.status, 303);
        assert_eq!(kim.get("/settings/roles").await.status, 403);
        assert_eq!(kim.post("/settings/roles/new", &[("name", "X")]).await.status, 403);
    })
    .await;
}
