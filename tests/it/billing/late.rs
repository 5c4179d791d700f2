//! Who read Stripe earlier and writes later does not undo what was written meanwhile.

use std::sync::Arc;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use billing::{account, change, stripe::Stripe};
use stripe_sandbox::{Request, Sandbox};
use tokio::sync::Notify;

use super::shop::{Site, stores};

/// A sandbox whose first list of invoices is on its way for long.
#[derive(Clone)]
struct Slow {
    sandbox: Sandbox,
    /// It has been asked for, and read.
    read: Arc<Notify>,
    /// It may arrive.
    go: Arc<Notify>,
}

async fn answer(
    State(slow): State<Slow>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().strip_prefix("/v1/").unwrap_or_default();
    let body = String::from_utf8_lossy(&body).into_owned();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let response =
        slow.sandbox.api(&Request::of((method.as_str(), path, uri.query()), body, header));
    if path == "invoices" {
        slow.read.notify_one();
        slow.go.notified().await;
        // Only the first one waits.
        slow.go.notify_one();
    }
    let status = StatusCode::from_u16(response.status).unwrap();
    (status, [("content-type", "application/json")], response.body).into_response()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_older_than_what_was_written_does_not_count() {
    for kind in stores() {
        let site = Site::on(kind).await;
        site.buy("team", "month").await;
        let slow = Slow { sandbox: site.sandbox.clone(), read: Arc::default(), go: Arc::default() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let app = Router::new().fallback(answer).with_state(slow.clone());
        tokio::spawn(async move { axum::serve(listener, app).await });
        let (store, tenant) = (site.stage.store.clone(), site.acme.tenant.clone());
        let stripe = Stripe::new("sk_test_1", Some(&at)).unwrap();
        let late = tokio::spawn(async move {
            account::refresh(&store, &stripe, &tenant)
                .await
                .map(drop)
                .map_err(|why| why.to_string())
        });
        slow.read.notified().await;
        // It has read that the plan goes on. Meanwhile somebody ends it.
        let id = site.subscriptions()[0].0.clone();
        change::stop(
            &site.stripe(),
            &id,
            &change::Reason { word: String::new(), comment: String::new() },
        )
        .await
        .unwrap();
        assert!(site.refresh().await.is_ok_and(|now| now.ends_at.is_some()));
        slow.go.notify_one();
        late.await.unwrap().unwrap();
        assert!(site.account().await.ends_at.is_some(), "what was read earlier came later");
        site.stage.close().await;
    }
}
