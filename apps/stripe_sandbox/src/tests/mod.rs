//! The sandbox as a client sees it.

mod api;
mod disputes;
mod life;
mod more;
mod published;
mod times;

use serde_json::Value;

use crate::{Request, Sandbox};

/// A sandbox with something to sell: two monthly prices and a yearly one.
struct Shop {
    sandbox: Sandbox,
    small: String,
    large: String,
    yearly: String,
    customer: String,
}

const DAY: i64 = 86_400;

impl Shop {
    fn new() -> Self {
        let mut shop = Self {
            sandbox: Sandbox::new("http://shop.example/stripe"),
            small: String::new(),
            large: String::new(),
            yearly: String::new(),
            customer: String::new(),
        };
        let product = shop.ok("POST", "/products", "name=Team");
        let price = |amount: i64, interval: &str| {
            let form = format!(
                "product={}&currency=usd&unit_amount={amount}&recurring[interval]={interval}",
                id(&product)
            );
            id(&shop.ok("POST", "/prices", &form)).to_owned()
        };
        let (small, large, yearly) =
            (price(1_000, "month"), price(3_000, "month"), price(9_900, "year"));
        let customer = shop.ok("POST", "/customers", "email=ana@shop.example&name=Ana");
        shop.customer = id(&customer).to_owned();
        (shop.small, shop.large, shop.yearly) = (small, large, yearly);
        shop
    }

    fn call(&self, method: &str, path: &str, form: &str, key: Option<&str>) -> (u16, Value) {
        let is_query = method == "GET";
        let answer = self.sandbox.api(&Request {
            method: method.to_owned(),
            path: path.to_owned(),
            query: if is_query { form.to_owned() } else { String::new() },
            body: if is_query { String::new() } else { form.to_owned() },
            authorization: "Bearer sk_test_1".to_owned(),
            key: key.map(str::to_owned),
        });
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    /// A call that works.
    fn ok(&self, method: &str, path: &str, form: &str) -> Value {
        let (status, body) = self.call(method, path, form, None);
        assert_eq!(status, 200, "{method} {path} {form}: {body}");
        body
    }

    /// A call that does not: its status and its code.
    fn refused(&self, method: &str, path: &str, form: &str) -> (u16, String) {
        let (status, body) = self.call(method, path, form, None);
        assert_ne!(status, 200, "{method} {path} {form}: {body}");
        (status, body["error"]["code"].as_str().unwrap_or_default().to_owned())
    }

    /// A session of checkout for a price.
    fn checkout(&self, price: &str, more: &str) -> Value {
        let form = format!(
            "mode=subscription&customer={}&line_items[0][price]={price}&line_items[0][quantity]=1\
             &success_url=http://shop.example/back?s={{CHECKOUT_SESSION_ID}}{more}",
            self.customer
        );
        self.ok("POST", "/checkout/sessions", &form)
    }

    /// The pay page of a session, sent with this.
    fn pay(&self, session: &Value, form: &str) -> crate::Page {
        self.sandbox.page("POST", &format!("/pay/{}", id(session)), form)
    }

    /// A subscription that was bought with a card that pays.
    fn bought(&self, price: &str) -> Value {
        let session = self.checkout(price, "");
        let page = self.pay(&session, "card=4242424242424242");
        assert_eq!(page.status, 303, "{}", String::from_utf8_lossy(&page.body));
        let session = self.ok("GET", &format!("/checkout/sessions/{}", id(&session)), "");
        self.subscription(session["subscription"].as_str().unwrap())
    }

    fn subscription(&self, id: &str) -> Value {
        self.ok("GET", &format!("/subscriptions/{id}"), "expand[]=latest_invoice")
    }

    /// The kinds of all events, the oldest first.
    fn told(&self) -> Vec<String> {
        let events = self.sandbox.world().all("event");
        events.iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect()
    }
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}
