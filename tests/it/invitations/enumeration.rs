//! Whoever invites learns nothing about who has an account.

use core_access::Role;
use core_testing::{Answer, for_each_store};

use super::invite;
use crate::world::apps;

/// All of an answer that is not made anew each time.
fn shape(answer: &Answer, email: &str) -> (u16, String, Vec<String>) {
    let names = answer.headers.keys().map(ToString::to_string).collect();
    (answer.status, answer.words().replace(email, "…"), names)
}

#[tokio::test]
async fn an_address_with_an_account_looks_like_any_other_to_the_inviter() {
    for_each_store(apps, async |stage| {
        let acme = stage.tenant("acme").await;
        let ana = stage.member(&acme, Role::Owner).await;
        let globex = stage.tenant("globex").await;
        let bo = stage.member(&globex, Role::Owner).await;
        let mut seen = vec![];
        for email in [bo.email.as_str(), "nobody@example.test"] {
            let page = ana.get("/settings/members/invite").await;
            let form = page.form("/settings/members/invite");
            let sent = ana.submit(&form, &[("emails", email), ("role", "viewer")]).await;
            let sent_shape = shape(&sent, email);
            let list = shape(&ana.follow(sent).await, email);
            // Again, while it waits; then taken back.
            invite(stage, &ana, email, "viewer").await;
            let forms = ana.get("/settings/members").await.forms();
            let resend = forms.iter().find(|form| form.path().ends_with("/resend")).unwrap();
            let resent = shape(&ana.submit(resend, &[]).await, email);
            let ask = ana.get(&resend.path().replace("/resend", "/revoke")).await;
            let action = resend.path().replace("/resend", "/revoke");
            let revoked = shape(&ana.submit(&ask.form(&action), &[]).await, email);
            seen.push((sent_shape, list, resent, shape(&ask, email), revoked));
        }
        assert_eq!(seen[0], seen[1]);
        assert!(seen[0].1.1.contains("… Sent just now"), "{}", seen[0].1.1);
    })
    .await;
}
