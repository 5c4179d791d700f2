//! What is used is counted and paid; what was too much is taken back.

use serde_json::json;

use super::{DAY, Shop, id};

/// A price of 3 cents for each request that is counted.
fn metered(shop: &Shop) -> (String, String) {
    let meter = "display_name=Requests&event_name=requests&default_aggregation[formula]=sum";
    let meter = id(&shop.ok("POST", "/billing/meters", meter)).to_owned();
    let product = id(&shop.ok("POST", "/products", "name=Requests")).to_owned();
    let price = format!(
        "product={product}&currency=usd&unit_amount=3&recurring[interval]=month\
         &recurring[usage_type]=metered&recurring[meter]={meter}"
    );
    (meter, id(&shop.ok("POST", "/prices", &price)).to_owned())
}

fn used(shop: &Shop, many: i64, identifier: &str) -> String {
    let (customer, event) = (&shop.customer, "event_name=requests");
    format!(
        "{event}&payload[stripe_customer_id]={customer}&payload[value]={many}&identifier={identifier}"
    )
}

#[test]
fn what_is_used_is_paid_at_the_end_of_its_period_and_counted_once() {
    let shop = Shop::new();
    let (meter, price) = metered(&shop);
    let card = shop.ok(
        "POST",
        "/payment_methods/pm_card_visa/attach",
        &format!("customer={}", shop.customer),
    );
    let of = format!(
        "customer={}&items[0][price]={}&items[1][price]={price}&default_payment_method={}",
        shop.customer,
        shop.small,
        id(&card)
    );
    let of = shop.ok("POST", "/subscriptions", &of);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000, "nothing was used yet");
    assert!(of["items"]["data"][1]["quantity"].is_null());
    shop.ok("POST", "/billing/meter_events", &used(&shop, 100, "one"));
    let again = shop.refused("POST", "/billing/meter_events", &used(&shop, 100, "one"));
    assert_eq!(again.0, 400, "counted once");
    shop.sandbox.advance(3 * DAY);
    shop.ok("POST", "/billing/meter_events", &used(&shop, 50, "two"));
    for bad in [
        "event_name=none&payload[stripe_customer_id]=x",
        &used(&shop, -1, "three"),
        &format!("{}&timestamp=1", used(&shop, 1, "four")),
    ] {
        assert_eq!(shop.refused("POST", "/billing/meter_events", bad).0, 400, "{bad}");
    }
    let now = shop.sandbox.world().now();
    let range =
        format!("customer={}&start_time={}&end_time={}", shop.customer, now - 9 * DAY, now + 60);
    let sum = shop.ok("GET", &format!("/billing/meters/{meter}/event_summaries"), &range);
    assert_eq!(sum["data"][0]["aggregated_value"], 150);
    shop.sandbox.advance(30 * DAY);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000 + 1_000 + 150 * 3);
    // The last of it is paid when the subscription ends.
    shop.ok("POST", "/billing/meter_events", &used(&shop, 10, "five"));
    shop.ok("POST", &format!("/subscriptions/{}", id(&of)), "cancel_at_period_end=true");
    shop.sandbox.advance(31 * DAY);
    assert_eq!(shop.subscription(id(&of))["status"], "canceled");
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 2_000 + 160 * 3);
}

#[test]
fn an_invoice_that_was_too_much_is_taken_back_once() {
    let shop = Shop::new();
    let of = shop.bought(&shop.large);
    let invoice = id(&of["latest_invoice"]).to_owned();
    let note = |more: &str| format!("invoice={invoice}&{more}");
    for bad in
        ["amount=3001&refund_amount=3001", "amount=100", "amount=100&refund_amount=99", "amount=0"]
    {
        assert_eq!(shop.refused("POST", "/credit_notes", &note(bad)).0, 400, "{bad}");
    }
    let shown = shop.ok("GET", "/credit_notes/preview", &note("amount=500&credit_amount=500"));
    assert_eq!(shown["amount"], 500);
    assert_eq!(shop.sandbox.world().all("credit_note").len(), 0);
    let made =
        shop.ok("POST", "/credit_notes", &note("amount=1000&refund_amount=600&credit_amount=400"));
    assert_eq!(made["refunds"][0]["amount_refunded"], 600);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["refunded"], 600);
    let customer = shop.ok("GET", &format!("/customers/{}", shop.customer), "");
    assert_eq!(customer["balance"], -400, "it pays what comes");
    let known = shop.ok("GET", &format!("/invoices/{invoice}"), "");
    assert_eq!(known["post_payment_credit_notes_amount"], 1_000);
    assert_eq!(
        shop.refused("POST", "/credit_notes", &note("amount=2001&refund_amount=2001")).0,
        400
    );
    shop.sandbox.advance(31 * DAY);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 3_000 + 2_600);
    let all = shop.ok("GET", "/credit_notes", &format!("invoice={invoice}"));
    assert_eq!(all["data"].as_array().unwrap().len(), 1);
    assert_eq!(
        all["data"][0]["number"],
        json!(format!("{}-CN-01", known["number"].as_str().unwrap()))
    );
}

/// Amounts by hand: what a change in the middle of a month costs, with and without a coupon.
#[test]
fn a_change_costs_what_is_left_of_the_month() {
    for (coupon, first, credit) in
        [("", 3_000, -2_000), ("&discounts[0][coupon]=half", 1_500, -1_000)]
    {
        let shop = Shop::new();
        shop.ok("POST", "/coupons", "id=half&percent_off=50&duration=forever");
        let card = shop.ok(
            "POST",
            "/payment_methods/pm_card_visa/attach",
            &format!("customer={}", shop.customer),
        );
        let of = format!(
            "customer={}&items[0][price]={}&default_payment_method={}{coupon}",
            shop.customer,
            shop.large,
            id(&card)
        );
        let of = shop.ok("POST", "/subscriptions", &of);
        assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], first);
        let item = &of["items"]["data"][0];
        let start = item["current_period_start"].as_i64().unwrap();
        let end = item["current_period_end"].as_i64().unwrap();
        // A third of the month is over.
        let third = (end - start) / 3;
        shop.sandbox.advance(third);
        let change = format!(
            "items[0][id]={}&items[0][price]={}&proration_behavior=always_invoice\
            &proration_date={}&expand[]=latest_invoice",
            id(item),
            shop.small,
            start + third
        );
        let changed = shop.ok("POST", &format!("/subscriptions/{}", id(&of)), &change);
        let lines = changed["latest_invoice"]["lines"]["data"].as_array().unwrap().clone();
        let amounts: Vec<i64> = lines.iter().map(|line| line["amount"].as_i64().unwrap()).collect();
        assert_eq!(
            amounts,
            [credit, 667],
            "two thirds of what was paid, and of what is to be paid"
        );
        let off = if coupon.is_empty() { 0 } else { 334 };
        assert_eq!(changed["latest_invoice"]["total"], credit + 667 - off);
        assert_eq!(changed["latest_invoice"]["amount_due"], 0);
        let customer = shop.ok("GET", &format!("/customers/{}", shop.customer), "");
        assert_eq!(customer["balance"], credit + 667 - off, "what is left pays what comes");
    }
}

#[test]
fn a_coupon_for_one_invoice_is_used_by_the_first_that_costs_something() {
    let shop = Shop::new();
    shop.ok("POST", "/coupons", "id=once&percent_off=50&duration=once");
    let of = shop.bought(&shop.small);
    shop.ok("POST", &format!("/subscriptions/{}", id(&of)), "discounts[0][coupon]=once");
    shop.sandbox.advance(70 * DAY);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000 + 500 + 1_000);
}

#[test]
fn what_was_voided_gives_the_balance_back() {
    let shop = Shop::new();
    let of = shop.bought(&shop.large);
    let down = format!(
        "items[0][id]={}&items[0][price]={}&proration_behavior=always_invoice",
        id(&of["items"]["data"][0]),
        shop.small
    );
    shop.ok("POST", &format!("/subscriptions/{}", id(&of)), &down);
    let balance =
        || shop.ok("GET", &format!("/customers/{}", shop.customer), "")["balance"].as_i64();
    assert_eq!(balance(), Some(-2_000));
    let pause = "pause_collection[behavior]=void";
    shop.ok("POST", &format!("/subscriptions/{}", id(&of)), pause);
    shop.sandbox.advance(32 * DAY);
    assert_eq!(balance(), Some(-2_000), "nothing is collected, nothing is lost");
    assert_eq!(shop.subscription(id(&of))["status"], "active");
}

#[test]
fn a_change_that_cannot_be_paid_is_owed() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    let bad = shop.ok(
        "POST",
        "/payment_methods/pm_card_chargeCustomerFail/attach",
        &format!("customer={}", shop.customer),
    );
    let form = format!(
        "items[0][id]={}&items[0][price]={}&proration_behavior=always_invoice\
        &default_payment_method={}",
        id(&of["items"]["data"][0]),
        shop.large,
        id(&bad)
    );
    let owed = shop.ok("POST", &format!("/subscriptions/{}", id(&of)), &form);
    assert_eq!(owed["status"], "past_due");
    let detached = format!("/payment_methods/{}/detach", id(&bad));
    shop.ok("POST", &detached, "");
    let other = shop.ok("POST", "/customers", "email=b@x.example");
    let own = id(&shop.ok(
        "POST",
        "/payment_methods/pm_card_visa/attach",
        &format!("customer={}", id(&other)),
    ))
    .to_owned();
    let theirs = format!("default_payment_method={own}");
    assert_eq!(shop.refused("POST", &format!("/subscriptions/{}", id(&of)), &theirs).0, 400);
    let taken = shop.refused(
        "POST",
        &format!("/payment_methods/{own}/attach"),
        &format!("customer={}", shop.customer),
    );
    assert_eq!(taken, (400, "payment_method_unexpected_state".to_owned()));
}
