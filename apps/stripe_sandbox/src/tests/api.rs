//! The manners of the API: keys, errors, pages, what is sent twice, webhooks, and what a restart keeps.

use super::{DAY, Shop, id};
use crate::{Faults, Request, Sandbox};

#[test]
fn a_key_is_asked_for() {
    let shop = Shop::new();
    let ask = |authorization: &str| {
        let (method, path) = ("GET".to_owned(), "/customers".to_owned());
        let authorization = authorization.to_owned();
        shop.sandbox.api(&Request { method, path, authorization, ..Request::default() }).status
    };
    assert_eq!(["", "Bearer pk_test_1", "Bearer sk_live_1"].map(ask), [401; 3]);
    // `sk_test_1:` as Basic.
    assert_eq!(["Bearer sk_test_1", "Basic c2tfdGVzdF8xOg=="].map(ask), [200; 2]);
}

#[test]
fn what_there_is_not_and_what_nobody_knows_is_refused() {
    let shop = Shop::new();
    for (method, path, form, refused) in [
        ("GET", "/customers/cus_0", "", (404, "resource_missing")),
        ("GET", "/nothing", "", (404, "")),
        ("POST", "/customers", "emial=a", (400, "parameter_unknown")),
        ("POST", "/customers", "invoice_settings[x]=1", (400, "parameter_unknown")),
        ("POST", "/prices", "product=prod_0&currency=usd&unit_amount=1", (400, "resource_missing")),
        ("POST", "/prices", "currency=usd", (400, "parameter_missing")),
        ("POST", "/checkout/sessions", "mode=payment&success_url=http://x", (400, "")),
        ("POST", "/subscriptions", "customer=cus_0", (400, "resource_missing")),
        ("GET", "/customers", "limit=0", (400, "")),
        ("GET", "/customers", "limit=101", (400, "")),
        ("PATCH", "/customers", "", (404, "")),
        ("GET", "/customers", "expand[]=data.nothing", (400, "")),
        ("POST", "/customers", "metadata=x&invoice_settings=y", (400, "")),
        ("GET", "/subscriptions", "price=x", (400, "parameter_unknown")),
    ] {
        let (status, code) = shop.refused(method, path, form);
        assert_eq!((status, &*code), refused, "{method} {path} {form}");
    }
}

#[test]
fn a_key_is_good_for_one_deed() {
    let shop = Shop::new();
    let before = shop.sandbox.world().all("customer").len();
    let first = shop.call("POST", "/customers", "email=a@x.example", Some("k1"));
    let again = shop.call("POST", "/customers", "email=a@x.example", Some("k1"));
    assert_eq!(first, again);
    let other = shop.call("POST", "/customers", "email=b@x.example", Some("k1"));
    assert_eq!((other.0, &other.1["error"]["type"]), (400, &"idempotency_error".into()));
    assert_eq!(shop.sandbox.world().all("customer").len(), before + 1);
    let calls: Vec<bool> =
        shop.sandbox.world().calls().iter().rev().take(3).map(|one| one.is_again).collect();
    assert_eq!(calls, [false, true, false]);
    // Parameters that are wrong are no deed: the key is free.
    assert_eq!(shop.call("POST", "/customers", "x=1", Some("k2")).0, 400);
    assert_eq!(shop.call("POST", "/customers", "email=c@x.example", Some("k2")).0, 200);
    // An error of the server's own is remembered, for a day.
    shop.sandbox.world().set_faults(Faults { calls: vec![500], ..Faults::default() });
    let send = || shop.call("POST", "/customers", "email=d@x.example", Some("k3")).0;
    assert_eq!([send(), send()], [500, 500]);
    shop.sandbox.advance(DAY + 1);
    assert_eq!(send(), 200);
}

#[test]
fn what_fails_on_purpose_fails_before_the_deed_or_after_it() {
    let shop = Shop::new();
    let many = || shop.sandbox.world().all("customer").len();
    let before = many();
    shop.sandbox.world().set_faults(Faults { calls: vec![429, 503, 0], ..Faults::default() });
    let send = || shop.call("POST", "/customers", "email=a@x.example", Some("k")).0;
    assert_eq!([send(), send()], [429, 503]);
    assert_eq!(many(), before);
    assert_eq!(send(), 0, "the deed is done and nobody heard of it");
    assert_eq!(many(), before + 1);
    assert_eq!(send(), 200, "whoever asks again with the key is told");
    assert_eq!(many(), before + 1);
}

#[test]
fn lists_have_pages_and_filters() {
    let shop = Shop::new();
    for n in 0..25 {
        shop.ok("POST", "/customers", &format!("email=c{n}@x.example"));
    }
    let mut seen = vec![];
    let mut after = String::new();
    loop {
        let page = shop.ok("GET", "/customers", &format!("limit=10{after}"));
        let data = page["data"].as_array().unwrap().clone();
        seen.extend(data.iter().map(|one| id(one).to_owned()));
        after = format!("&starting_after={}", seen.last().unwrap());
        if page["has_more"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 26);
    let before = shop.ok("GET", "/customers", &format!("limit=5&ending_before={}", seen[10]));
    let before: Vec<_> = before["data"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(before, seen[5..10].iter().map(String::as_str).collect::<Vec<_>>());
    let one = shop.ok("GET", "/customers", "email=c7@x.example");
    assert_eq!(one["data"].as_array().unwrap().len(), 1);
}

#[test]
fn events_are_sent_signed_once_twice_or_never() {
    let shop = Shop::new();
    let form = "url=http://x.example/hook&enabled_events[]=customer.created";
    let endpoint = shop.ok("POST", "/webhook_endpoints", form);
    let secret = endpoint["secret"].as_str().unwrap();
    let read = shop.ok("GET", &format!("/webhook_endpoints/{}", id(&endpoint)), "");
    assert!(read.get("secret").is_none(), "it is told once");
    let make = |email: &str| shop.ok("POST", "/customers", &format!("email={email}"));
    make("a@x.example");
    shop.ok("POST", "/products", "name=Not+wanted");
    let due = shop.sandbox.due();
    let [one] = &due[..] else { panic!("{due:?}") };
    let at = one.signature.split(['=', ',']).nth(1).unwrap().parse().unwrap();
    assert_eq!(one.signature, crate::signature(secret, &one.body, at));
    assert!(one.body.contains("a@x.example") && one.url == "http://x.example/hook");
    assert_eq!(shop.sandbox.due().len(), 0, "it is under way");
    shop.sandbox.delivered(one.id, Some(500));
    assert!(shop.sandbox.world().deliveries()[0].due_at.is_some(), "tried again");
    shop.sandbox.delivered(one.id, Some(200));
    assert!(shop.sandbox.world().deliveries()[0].is_done());
    shop.sandbox.world().set_faults(Faults { copies: 2, is_backwards: true, ..Faults::default() });
    make("b@x.example");
    make("c@x.example");
    let bodies: Vec<_> =
        shop.sandbox.due().into_iter().map(|one| one.body.contains("c@x.example")).collect();
    assert_eq!(bodies, [true, true, false, false]);
    shop.sandbox.world().set_faults(Faults { is_lost: true, ..Faults::default() });
    make("d@x.example");
    assert_eq!(shop.sandbox.due().len(), 0);
    shop.sandbox.world().set_faults(Faults { is_held: true, ..Faults::default() });
    make("e@x.example");
    assert_eq!(shop.sandbox.due().len(), 0);
    shop.sandbox.world().let_go();
    assert_eq!(shop.sandbox.due().len(), 1);
}

#[test]
fn a_restart_forgets_nothing() {
    let file = std::env::temp_dir().join(format!("sandbox-{}.json", uuid::Uuid::new_v4()));
    let open = || Sandbox::kept("http://x.example", file.clone()).unwrap();
    let form = Request {
        method: "POST".to_owned(),
        path: "/customers".to_owned(),
        body: "email=a@x.example".to_owned(),
        authorization: "Bearer sk_test_1".to_owned(),
        key: Some("k".to_owned()),
        ..Request::default()
    };
    let first = open();
    let body = first.api(&form).body;
    first.advance(DAY / 2);
    let second = open();
    assert_eq!(second.api(&form).body, body, "the answer under its key too");
    assert_eq!(second.world().all("customer").len(), 1);
    assert_eq!(second.world().ahead(), DAY / 2);
    std::fs::write(&file, "{").unwrap();
    assert!(Sandbox::kept("http://x.example", file.clone()).is_err());
    std::fs::remove_file(file).unwrap();
}

/// What is refused leaves nothing behind.
#[test]
fn a_refusal_changes_nothing() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    shop.ok("POST", "/coupons", "id=half&percent_off=50&max_redemptions=1");
    let code = "promotion[type]=coupon&promotion[coupon]=half&code=HALF";
    shop.ok("POST", "/promotion_codes", code);
    let snapshot = || {
        let world = shop.sandbox.world();
        let kinds = ["customer", "subscription", "invoice", "discount", "event", "coupon", "price"];
        kinds.map(|kind| serde_json::to_string(&world.all(kind)).unwrap())
    };
    let session = shop.checkout(&shop.small, "&allow_promotion_codes=true");
    let before = snapshot();
    for card in ["4000000000000341", "4000000000000002", "1"] {
        let form = format!("card={card}&code=HALF");
        assert_eq!(shop.pay(&session, &form).status, 402);
    }
    let item = id(&of["items"]["data"][0]);
    let path = format!("/subscriptions/{}", id(&of));
    for form in [
        "discounts[0][coupon]=half&nothing=1".to_owned(),
        format!("items[0][id]={item}&items[0][deleted]=true"),
        format!("items[0][id]={item}&items[0][quantity]=-3"),
        format!(
            "items[0][id]={item}&items[0][price]={}&payment_behavior=pending_if_incomplete",
            shop.large
        ),
        "trial_end=4000000000".to_owned(),
    ] {
        assert_eq!(shop.refused("POST", &path, &form).0, 400, "{form}");
    }
    let product = shop.sandbox.world().all("product")[0]["id"].as_str().unwrap().to_owned();
    for more in [
        "unit_amount=100000000",
        "unit_amount=-1",
        "unit_amount=1&tax_behavior=foo",
        "unit_amount=1&recurring[interval]=month&recurring[interval_count]=5000000000",
    ] {
        let price = format!("product={product}&currency=usd&lookup_key=a&{more}");
        shop.refused("POST", "/prices", &price);
    }
    let preview = format!("subscription={}&discounts[0][coupon]=half", id(&of));
    shop.ok("POST", "/invoices/create_preview", &preview);
    assert_eq!(snapshot(), before);
    assert_eq!(shop.pay(&session, "card=4242424242424242&code=HALF").status, 303, "still good");
}

#[test]
fn a_page_of_another_site_presses_no_button() {
    let sandbox = Sandbox::new("http://localhost:8000/dev/stripe");
    let own = Some("http://localhost:8000");
    assert!(sandbox.is_own(own, Some("same-origin")) && sandbox.is_own(None, None));
    assert!(
        !sandbox.is_own(own, Some("cross-site"))
            && !sandbox.is_own(Some("https://evil.example"), None)
    );
    assert!(!sandbox.is_own(Some("null"), Some("cross-site")));
    assert!(sandbox.is_host(Some("localhost:8000")) && !sandbox.is_host(Some("evil.example:8000")));
    assert!(!sandbox.is_host(None));
}
