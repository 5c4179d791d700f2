//! The sweeps over the route table of the whole product: a new route is in them by itself, and one
//! with parameters turns them red until it has a sample here.

use core_access::entity::email_link::Purpose;
use core_testing::{
    Samples, assert_foreign_ids_do_not_exist, assert_owner_sees_every_get,
    assert_strangers_are_turned_away, assert_viewers_cannot_change,
};

use crate::billing::shop::invoice_of;
use crate::world::{
    World, asked_email, changed_email, connect, everywhere_selling, passkey, trusted,
};

/// Something real for each route that needs it, in acme.
async fn samples(world: &World) -> Samples {
    let invoice = invoice_of(&world.stage, &world.acme).await;
    let session = world.ana.session.unwrap();
    let letter = world.letter().await;
    let sign_up = world.link(Purpose::SignUp).await;
    let reset = world.link(Purpose::Reset).await;
    let nonce = "0".repeat(64);
    let connection = connect(&world.stage, world.ana.user, "ana@else.example").await;
    let log_in = world.link(Purpose::LogIn).await;
    let (account, asked) = (
        world.ana.account_origin(),
        asked_email(&world.stage, &world.ana, "ana@new.example").await,
    );
    let other = world.stage.person("Other").await;
    let undo = changed_email(&world.stage, &other, &other.email, "other@new.example").await;
    let trusted = trusted(&world.stage, world.ana.user, "Ana's laptop").await;
    let passkey = passkey(&world.stage, world.ana.user, "Ana's phone").await;
    let member = world.member().await;
    let role = world.role("Contractor").await;
    let (invitation, token) = world.invitation("new2@example.test").await;
    crate::samples::samples(&world.stage, &world.ana)
        .await
        .redirects("/settings")
        .redirects("/settings/billing/return")
        .redirects("/settings/billing/invoices/{id}")
        .redirects("/settings/billing/invoices/{id}/pdf")
        .path("/settings/billing/invoices/{id}", format!("/settings/billing/invoices/{invoice}"))
        .path("/settings/billing/invoices/{id}/pdf", {
            format!("/settings/billing/invoices/{invoice}/pdf")
        })
        .path("/settings/billing/plan/change", {
            "/settings/billing/plan/change?plan=business&interval=year"
        })
        .redirects("/pricing/start")
        .redirects("/workspaces/plan")
        .path("/workspaces/plan", "/workspaces/plan?workspace=acme")
        .path("/settings/members/{id}/role", format!("{member}/role"))
        .form("/settings/members/{id}/role", &[("role", "admin")])
        .path("/settings/members/{id}/remove", format!("{member}/remove"))
        .path("/settings/members/{id}/owner", format!("{member}/owner"))
        .form("/settings/members/{id}/owner", &[("email", "member2@example.test")])
        .path("/workspaces/{id}/keep", format!("/workspaces/{}/keep", world.acme.tenant.id))
        .for_all("/settings/leave")
        .form("/settings/members/invite", &[("emails", "x@example.test"), ("role", "viewer")])
        .path("/settings/members/invitations/{id}/resend", format!("{invitation}/resend"))
        .path("/settings/members/invitations/{id}/revoke", format!("{invitation}/revoke"))
        .path("/invitation", format!("/invitation?token={token}"))
        .path("/invitation/decline", format!("/invitation/decline?token={token}"))
        .redirects("/signup/invited")
        .path("/settings/roles/{id}", &role)
        .form("/settings/roles/{id}", &[("name", "Stolen"), ("version", "1")])
        .path("/settings/roles/{id}/delete", format!("{role}/delete"))
        .form("/settings/roles/new", &[("name", "Planted")])
        .redirects("/login")
        .redirects("/login/link/code")
        .path("/login/link/confirm", format!("/login/link/confirm?token={log_in}"))
        .path("/account/email/confirm", asked.trim_start_matches(account))
        .of_one("/account/email/confirm")
        .of_one("/account/not-me")
        .path("/account/email/undo", undo.trim_start_matches(account))
        .redirects("/login/mfa")
        .redirects("/signup")
        .path("/signup/confirm", format!("/signup/confirm?token={sign_up}"))
        .path("/reset", format!("/reset?token={reset}"))
        .redirects("/enter")
        .redirects("/redeem")
        .redirects("/cross")
        .path("/cross", format!("/cross?tenant=acme&nonce={nonce}"))
        .path("/account/sessions/{id}/end", format!("/account/sessions/{session}/end"))
        .path("/account/security/passkeys/{id}/remove", format!("{passkey}/remove"))
        .path("/account/security/passkeys/{id}", &passkey)
        .of_one("/account/security/passkeys/{id}")
        .form("/account/security/passkeys/{id}", &[("name", "Stolen")])
        .path("/account/sessions/trusted/{id}/end", format!("{trusted}/end"))
        .path("/account/connections/{id}/end", format!("{connection}/end"))
        .redirects("/account/connections/new")
        .redirects("/signup/connected")
        .path("/auth/{provider}/start", "/auth/github/start")
        .redirects("/auth/{provider}/start")
        .for_all("/auth/{provider}/start")
        .for_all("/auth/{provider}/callback")
        .path("/auth/{provider}/callback", "/auth/github/callback")
        .redirects("/auth/{provider}/callback")
        .for_all("/logout")
        .for_all("/theme")
        .path("/dev/mail/{id}", letter.clone())
        .for_all("/dev/mail/{id}")
        .path("/dev/mail/{id}/html", format!("{letter}/html"))
        .for_all("/dev/mail/{id}/html")
}

/// Three projects each from the app's own pages and from the admin's.
const SAMPLES: u64 = 6;

#[tokio::test]
async fn strangers_are_turned_away_from_every_route() {
    everywhere_selling(async |world| {
        let samples = samples(world).await;
        assert_strangers_are_turned_away(&world.stage, &world.acme, &samples).await;
        assert_eq!(world.count_projects().await, SAMPLES);
    })
    .await;
}

#[tokio::test]
async fn viewers_cannot_post_anything() {
    everywhere_selling(async |world| {
        let samples = samples(world).await;
        assert_viewers_cannot_change(&world.stage, &world.acme, &samples).await;
        assert_eq!(world.count_projects().await, SAMPLES);
    })
    .await;
}

#[tokio::test]
async fn what_belongs_to_others_does_not_exist() {
    everywhere_selling(async |world| {
        let samples = samples(world).await;
        assert_foreign_ids_do_not_exist(&world.stage, &world.acme, &samples).await;
        assert_eq!(world.count_projects().await, SAMPLES);
    })
    .await;
}

#[tokio::test]
async fn an_owner_sees_every_page() {
    everywhere_selling(async |world| {
        let samples = samples(world).await;
        assert_owner_sees_every_get(&world.stage, &world.acme, &samples).await;
    })
    .await;
}

#[tokio::test]
#[should_panic(expected = "GET /projects/{id} of projects has no sample")]
async fn a_route_without_a_sample_is_named() {
    let world = World::selling(core_testing::StoreKind::Sqlite).await;
    assert_owner_sees_every_get(&world.stage, &world.acme, &Samples::new()).await;
}
