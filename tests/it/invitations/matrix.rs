//! Who with which link becomes a member, in every combination, against a model of three lines.

use core_access::Role;
use core_testing::{Actor, Stage, Workspace, for_each_store};

use super::{accept, expire, invite, is, row, token};
use crate::world::apps;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// Signed in with the invited address.
    Right,
    /// Signed in with another.
    Wrong,
    /// Nobody: an address that was typed and never proven has no session.
    Unproven,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Link {
    Good,
    Used,
    Expired,
    Revoked,
    Declined,
    Replaced,
    OtherWorkspace,
    OtherInvitation,
    Mangled,
    InviterDemoted,
    InviterRemoved,
}

const WHO: [Who; 3] = [Who::Right, Who::Wrong, Who::Unproven];
const LINKS: [Link; 11] = [
    Link::Good,
    Link::Used,
    Link::Expired,
    Link::Revoked,
    Link::Declined,
    Link::Replaced,
    Link::OtherWorkspace,
    Link::OtherInvitation,
    Link::Mangled,
    Link::InviterDemoted,
    Link::InviterRemoved,
];

/// The model.
fn joins(who: Who, link: Link) -> bool {
    who == Who::Right && link == Link::Good
}

/// Links about which nothing is said, not even what became of them.
fn is_silent(link: Link) -> bool {
    !matches!(link, Link::Good | Link::Expired | Link::InviterDemoted | Link::InviterRemoved)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_invited_address_with_the_last_link_in_time_joins() {
    for_each_store(apps, async |stage| {
        let (acme, globex) = (stage.tenant("acme").await, stage.tenant("globex").await);
        let ana = stage.member(&acme, Role::Owner).await;
        let gus = stage.member(&globex, Role::Owner).await;
        let mut words = std::collections::BTreeSet::new();
        for who in WHO {
            for link in LINKS {
                let case = format!("{who:?} {link:?}");
                let kim = stage.person("Kim").await;
                let token = prepare(stage, (&acme, &ana), (&globex, &gus), &kim, link).await;
                let visitor = stage.visitor();
                let eve = stage.person("Eve").await;
                let actor = match who {
                    Who::Right => &kim,
                    Who::Wrong => &eve,
                    Who::Unproven => &visitor,
                };
                let url = format!("{}/invitation?token={token}", actor.account_origin());
                let page = actor.get(&url).await;
                assert_eq!(page.status == 200, link == Link::Good, "{case}: {}", page.words());
                if is_silent(link) && who == Who::Unproven {
                    words.insert(page.words());
                }
                let answer = accept(actor, &token).await;
                assert!(matches!(answer.status, 303 | 404), "{case}: {}", answer.status);
                for at in [&acme, &globex] {
                    let joined = is(stage, at, kim.user).await.is_some();
                    let good = joins(who, link) && at.origin == acme.origin;
                    assert_eq!(joined, good, "{case} at {}", at.origin);
                    assert_eq!(is(stage, at, eve.user).await, None, "{case}");
                }
            }
        }
        assert_eq!(words.len(), 1, "the same words for every wrong link: {words:#?}");
    })
    .await;
}

/// Invites Kim and brings the link into the state; gives the token.
async fn prepare(
    stage: &Stage,
    (acme, ana): (&Workspace, &Actor),
    (globex, gus): (&Workspace, &Actor),
    kim: &Actor,
    link: Link,
) -> String {
    let ada = stage.member(acme, Role::Admin).await;
    let mailed = invite(stage, &ada, &kim.email, "admin").await;
    let good = token(&mailed).to_owned();
    let id = row(stage, acme, &kim.email).await.id;
    let member = format!("/settings/members/{}", ada.member_id());
    let origin = ada.account_origin().to_owned();
    match link {
        Link::Good => {}
        Link::Used => {
            // By Kim, who was removed afterwards.
            accept(kim, &good).await;
            let joined = |db| async move { core_access::find_member(&db, kim.user).await };
            let there = stage.write_in(acme, joined).await.unwrap();
            let path = format!("/settings/members/{}/remove", there.id);
            assert_eq!(ana.post(&path, &[]).await.status, 303);
        }
        Link::Expired => expire(stage, acme, &kim.email).await,
        Link::Revoked => {
            let path = format!("/settings/members/invitations/{id}/revoke");
            assert_eq!(ana.post(&path, &[]).await.status, 303);
        }
        Link::Declined => {
            let url = format!("{origin}/invitation/decline");
            assert_eq!(kim.post(&url, &[("token", &good)]).await.status, 303);
        }
        Link::Replaced => {
            let path = format!("/settings/members/invitations/{id}/resend");
            assert_eq!(ana.post(&path, &[]).await.status, 303);
        }
        Link::OtherWorkspace => {
            // The same secret at another workspace, which has an invitation for Kim too.
            invite(stage, gus, &kim.email, "admin").await;
            let theirs = row(stage, globex, &kim.email).await.id.simple().to_string();
            let tenant = globex.tenant.id.0.simple();
            return format!("{tenant}{theirs}{}", &good[64..]);
        }
        Link::OtherInvitation => {
            let other = stage.person("Other").await;
            invite(stage, ana, &other.email, "admin").await;
            let theirs = row(stage, acme, &other.email).await.id.simple().to_string();
            return format!("{}{theirs}{}", &good[..32], &good[64..]);
        }
        Link::Mangled => {
            let last = if good.ends_with('0') { '1' } else { '0' };
            return format!("{}{last}", &good[..127]);
        }
        Link::InviterDemoted => {
            let path = format!("{member}/role");
            assert_eq!(ana.post(&path, &[("role", "member")]).await.status, 303);
        }
        Link::InviterRemoved => {
            assert_eq!(ana.post(&format!("{member}/remove"), &[]).await.status, 303);
        }
    }
    good
}

#[tokio::test]
async fn malformed_links_are_over_like_all_others_whoever_is_meant() {
    for_each_store(apps, async |stage| {
        let kim = stage.person("Kim").await;
        let browser = stage.visitor();
        let mut words = std::collections::BTreeSet::new();
        for bad in ["", "x", &"0".repeat(128), &"ä".repeat(64), &"g".repeat(128), "%00", &kim.email]
        {
            let page = browser.get(&format!("/invitation?token={bad}")).await;
            assert_eq!(page.status, 404, "{bad}");
            words.insert(page.words());
            let step = browser.get(&format!("/signup/invited?token={bad}")).await;
            assert_eq!(step.status, 303, "{bad}");
            let fields = [("token", bad), ("name", "X"), ("password", super::PASSWORD)];
            assert_eq!(browser.post("/signup/invited", &fields).await.status, 303, "{bad}");
            assert_eq!(browser.post("/invitation/decline", &fields).await.status, 404, "{bad}");
        }
        assert_eq!(words.len(), 1);
    })
    .await;
}
