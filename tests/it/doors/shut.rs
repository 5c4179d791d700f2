//! Workspaces that are shut: their members read why, and strangers not even that.

use core_db::Status;
use core_testing::{Actor, Answer};

use crate::world::{World, everywhere};

/// What strangers ask for, and what they read of it.
async fn seen(world: &World, visitor: &Actor) -> Vec<(u16, String, String)> {
    let origin = &world.acme.origin;
    let shape = |answer: Answer| {
        let to = answer.header("location").split("nonce=").next().unwrap_or_default().to_owned();
        (answer.status, to, answer.words().replace(answer.header("x-request-id"), ""))
    };
    let mut all = vec![];
    for path in ["/", "/projects", "/settings/members", "/enter", "/nothing", "/redeem?ticket=x"] {
        all.push(shape(visitor.get(&format!("{origin}{path}")).await));
    }
    all.push(shape(visitor.post_raw(&format!("{origin}/projects"), &[("name", "x")]).await));
    all
}

#[tokio::test]
async fn strangers_read_the_same_of_a_workspace_that_is_open_paused_or_being_deleted() {
    everywhere(async |world| {
        let (store, tenant) = (&world.stage.store, &world.acme.tenant);
        let cross = format!(
            "{}/cross?tenant={}&nonce={}",
            world.bo.account_origin(),
            tenant.slug,
            "0".repeat(64)
        );
        let (open, others) = (
            seen(world, &world.stage.visitor_at(&world.acme)).await,
            world.bo.get(&cross).await.status,
        );
        assert_eq!((open[0].0, others), (303, 403));
        let members =
            [(Status::Suspended, "is paused"), (Status::PendingDeletion, "is being deleted")];
        for (status, words) in members {
            store.set_status(tenant, status).await.map_err(core_base::Error::into_anyhow).unwrap();
            let shut = seen(world, &world.stage.visitor_at(&world.acme)).await;
            assert_eq!(shut, open, "{status:?}");
            assert_eq!(world.bo.get(&cross).await.status, 403, "of another workspace");
            // Whoever belongs there reads it, also when they come by way of the account site.
            assert!(world.ana.get("/projects").await.has_text(words), "{status:?}");
            let again = world.stage.visitor_at(&world.acme);
            let (account, cookie) = (world.ana.account_origin(), core_http::SESSION_COOKIE);
            again.set_cookie(account, cookie, &world.ana.cookie(account, cookie).unwrap());
            let page = again.go("/projects").await;
            assert!(page.has_text(words), "{}", page.words());
            assert_eq!(world.ana.post("/projects", &[("name", "x")]).await.status, 403);
        }
    })
    .await;
}
