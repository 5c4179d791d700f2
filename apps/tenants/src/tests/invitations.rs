//! Inviting: what the form takes, who may give which role, and what the list says.

use core_testing::{Actor, Role, for_each_store};

use super::{acme, apps, role};

const FORM: &str = "/settings/members/invite";

/// Invites an address; gives the path of the invitation.
pub(super) async fn pending(inviter: &Actor, email: &str) -> String {
    let made = inviter.post(FORM, &[("emails", email), ("role", "viewer")]).await;
    assert_eq!(made.status, 303, "{}", made.words());
    let page = inviter.get("/settings/members").await;
    let forms = page.forms();
    let resend = forms.iter().find(|form| form.path().ends_with("/resend")).unwrap();
    resend.path().trim_end_matches("/resend").to_owned()
}

#[tokio::test]
async fn what_is_wrong_is_said_at_its_field_and_what_was_typed_stays() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let bo = stage.member(&acme, Role::Member).await;
        let many = (0..21).map(|n| format!("p{n}@x.test")).collect::<Vec<_>>().join("\n");
        let there = bo.email.to_uppercase();
        let member = format!("{} is a member already", bo.email);
        let gone = platform::AnyRole::Custom(platform::RoleId::new()).to_string();
        for (emails, role, field, problem) in [
            ("", "viewer", "emails", "Enter at least one email address"),
            ("good@x.test\nsven@contractor", "viewer", "emails", "sven@contractor is not a full"),
            ("<b>@x.test", "viewer", "emails", "<b>@x.test is not a full address"),
            (&*many, "viewer", "emails", "at most 20"),
            (&*there, "viewer", "emails", &*member),
            ("a@x.test", "owner", "role", "Choose one of the roles"),
            ("a@x.test", "nonsense", "role", "Choose one of the roles"),
            ("a@x.test", &*gone, "role", "Choose one of the roles"),
        ] {
            let form = ana.get(FORM).await.form(FORM);
            let answer = ana.submit(&form, &[("emails", emails), ("role", role)]).await;
            assert_eq!(answer.status, 422, "{emails} {role}");
            assert!(answer.has_text(problem), "{problem}: {}", answer.words());
            assert!(answer.outline().contains("(invalid)"), "{field}");
            assert_eq!(answer.form(FORM).value("emails"), Some(emails));
        }
        stage.run_jobs().await;
        assert!(stage.mailbox().emails().is_empty());
        assert!(ana.get("/settings/members").await.has_text("2 members."));
    })
    .await;
}

#[tokio::test]
async fn several_are_invited_at_once_each_with_one_letter() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let emails = "Kim@x.test\r\n lou@x.test ,kim@x.test;\r\n\r\n";
        let sent = ana.post(FORM, &[("emails", emails), ("role", "member")]).await;
        let list = ana.follow(sent).await;
        assert!(list.has_text("2 invitations on the way"), "{}", list.words());
        assert!(list.has_text("1 member and 2 invited: 3 seats."), "{}", list.words());
        stage.run_jobs().await;
        for email in ["kim@x.test", "lou@x.test"] {
            let emails = stage.mailbox().to(email);
            assert_eq!(emails.len(), 1);
            assert!(emails[0].text.contains("Acme") && emails[0].text.contains(&ana.name));
        }
    })
    .await;
}

#[tokio::test]
async fn one_invites_to_what_one_holds_and_decides_about_no_more() {
    for_each_store(apps, async |stage| {
        let (acme, ana) = acme(stage).await;
        let keys = ["tenants.see_members", "tenants.manage_members"];
        let people = role(stage, &acme, &ana, "People", &keys).await;
        let only = role(stage, &acme, &ana, "Guests", &["tenants.see_members"]).await;
        let pat = stage.member_as(&acme, "People", people).await;
        let gus = stage.member_as(&acme, "Guest", only).await;
        // Those who may only look see neither the button nor the addresses.
        let path = pending(&ana, "kim@x.test").await;
        let list = gus.get("/settings/members").await;
        assert!(!list.has_text("Invite people") && !list.has_text("kim@x.test"));
        assert_eq!(gus.get(FORM).await.status, 403);
        assert!(pat.get(FORM).await.text.contains(&people.to_string()));
        assert!(!pat.get(FORM).await.text.contains("value=\"owner\""));

        // Dee may decide, but holds less than a viewer sees.
        let doers = role(stage, &acme, &ana, "Doers", &["tenants.manage_members"]).await;
        let dee = stage.member_as(&acme, "Doer", doers).await;
        let form = dee.get(FORM).await;
        assert!(!form.text.contains("value=\"viewer\"") && form.text.contains(&doers.to_string()));
        for email in ["new@x.test", "kim@x.test"] {
            let more = dee.post(FORM, &[("emails", email), ("role", "viewer")]).await;
            assert_eq!(more.status, 422);
            assert!(more.has_text("That role has permissions yours doesn't"), "{}", more.words());
        }
        // Nor does she make less of what somebody above her offered.
        let doers = doers.to_string();
        let less = dee.post(FORM, &[("emails", "kim@x.test"), ("role", &doers)]).await;
        assert_eq!(less.status, 422);
        for what in ["resend", "revoke"] {
            assert_eq!(dee.post(&format!("{path}/{what}"), &[]).await.status, 303);
        }
        stage.run_jobs().await;
        assert_eq!(stage.mailbox().to("kim@x.test").len(), 1, "only hers was sent");
        assert!(ana.get("/settings/members").await.has_text("kim@x.test"));
        assert!(stage.mailbox().to("new@x.test").is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_invitation_of_another_workspace_does_not_exist() {
    for_each_store(apps, async |stage| {
        let (_, ana) = acme(stage).await;
        let path = pending(&ana, "kim@x.test").await;
        let globex = stage.tenant("globex").await;
        let gus = stage.member(&globex, Role::Owner).await;
        assert_eq!(gus.get(&format!("{path}/revoke")).await.status, 404);
        for what in ["revoke", "resend"] {
            assert_eq!(gus.post(&format!("{path}/{what}"), &[]).await.status, 404);
        }
        assert!(ana.get("/settings/members").await.has_text("kim@x.test"));
        // Cancelled twice: the second time there is nothing.
        assert_eq!(ana.post(&format!("{path}/revoke"), &[]).await.status, 303);
        assert_eq!(ana.post(&format!("{path}/revoke"), &[]).await.status, 404);
        assert!(!ana.get("/settings/members").await.has_text("Pending invitations"));
    })
    .await;
}
