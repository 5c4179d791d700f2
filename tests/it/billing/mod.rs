//! Billing against a Stripe sandbox, over HTTP.

mod client;
mod late;
mod life;
mod limits;
mod members;
mod once;
mod order;
pub mod shop;
mod sync;
mod trust;
mod webhook;

use billing::stripe::Stripe;
use stripe_sandbox::Sandbox;

/// A sandbox that is empty, and our client of it.
struct Shop {
    sandbox: Sandbox,
    stripe: Stripe,
}

impl Shop {
    async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = format!("http://{}", listener.local_addr().unwrap());
        let sandbox = Sandbox::new(&at);
        tokio::spawn(web::stripe_sandbox::serve(listener, sandbox.clone()));
        let stripe = Stripe::new("sk_test_1", Some(&at)).unwrap();
        Self { sandbox, stripe }
    }

    /// The objects of a kind that are active.
    fn active(&self, kind: &str) -> Vec<serde_json::Value> {
        let all = self.sandbox.world().all(kind).into_iter();
        all.filter(|one| one["active"] == true).collect()
    }

    /// How many calls changed something, or tried to.
    fn calls(&self) -> usize {
        self.sandbox.world().calls().len()
    }
}
