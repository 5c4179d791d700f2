//! Every route lets in who may, and nobody else.

use core_testing::{
    Role, Samples, assert_foreign_ids_do_not_exist, assert_owner_sees_every_get,
    assert_strangers_are_turned_away, assert_viewers_cannot_change, for_each_store,
};

use super::{acme, apps};

#[tokio::test]
async fn every_route_lets_in_who_may_and_nobody_else() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let invitation = super::invitations::pending(&ana, "kim@x.test").await;
        let path = |what: &str| format!("/settings/members/{}/{what}", bo.member_id());
        let samples = Samples::new()
            .redirects("/settings")
            .redirects("/enter")
            .redirects("/redeem")
            .redirects("/cross")
            .path("/settings/members/{id}/role", path("role"))
            .form("/settings/members/{id}/role", &[("role", "admin")])
            .path("/settings/members/{id}/remove", path("remove"))
            .path("/settings/members/{id}/owner", path("owner"))
            .form("/settings/members/{id}/owner", &[("email", &bo.email)])
            .form("/settings/members/invite", &[("emails", "x@y.test"), ("role", "viewer")])
            .path("/settings/members/invitations/{id}/resend", format!("{invitation}/resend"))
            .path("/settings/members/invitations/{id}/revoke", format!("{invitation}/revoke"))
            .path("/workspaces/{id}/keep", format!("/workspaces/{}/keep", acme.tenant.id))
            .for_all("/settings/leave")
            .for_all("/logout");
        assert_viewers_cannot_change(stage, &acme, &samples).await;
        assert_foreign_ids_do_not_exist(stage, &acme, &samples).await;
        assert_strangers_are_turned_away(stage, &acme, &samples).await;
        let _ = assert_owner_sees_every_get;
    })
    .await;
}
