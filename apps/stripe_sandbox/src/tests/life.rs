//! Subscriptions from their beginning to their end.

use serde_json::Value;

use super::{DAY, Shop, id};

fn item(subscription: &Value) -> &Value {
    &subscription["items"]["data"][0]
}

#[test]
fn whoever_pays_has_a_subscription_whose_dates_stand_on_its_items() {
    let shop = Shop::new();
    let session = shop.checkout(&shop.small, "");
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&"open".into(), &"unpaid".into())
    );
    let shown = shop.sandbox.page("GET", &format!("/pay/{}", id(&session)), "");
    let text = String::from_utf8(shown.body).unwrap();
    assert!(text.contains("1 × Team (at $10.00 / month)") && text.contains("due today"), "{text}");
    let page = shop.pay(&session, "card=4242+4242+4242+4242");
    let back = format!("http://shop.example/back?s={}", id(&session));
    assert_eq!((page.status, page.location), (303, Some(back.clone())));
    // Pressed twice: one subscription.
    assert_eq!(shop.pay(&session, "card=4242424242424242").location, Some(back));
    assert_eq!(shop.sandbox.world().all("subscription").len(), 1);
    let session = shop.ok("GET", &format!("/checkout/sessions/{}", id(&session)), "");
    assert_eq!(
        (&session["status"], &session["payment_status"]),
        (&"complete".into(), &"paid".into())
    );
    let of = shop.subscription(session["subscription"].as_str().unwrap());
    assert_eq!(of["status"], "active");
    assert!(of.get("current_period_end").is_none(), "it stands on the items alone");
    let month = item(&of)["current_period_end"].as_i64().unwrap() - of["created"].as_i64().unwrap();
    assert!((28 * DAY..=31 * DAY).contains(&month), "{month}");
    let invoice = &of["latest_invoice"];
    assert_eq!((&invoice["status"], &invoice["amount_paid"]), (&"paid".into(), &1_000.into()));
    assert_eq!(invoice["parent"]["subscription_details"]["subscription"], of["id"]);
    let paid = shop.ok("GET", &format!("/invoices/{}", id(invoice)), "expand[]=payments");
    let payment = &paid["payments"]["data"][0]["payment"]["payment_intent"];
    assert!(payment.as_str().unwrap().starts_with("pi_"));
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000);
    for kind in ["invoice.paid", "customer.subscription.created", "checkout.session.completed"] {
        assert!(shop.told().iter().any(|told| told == kind), "{kind}: {:?}", shop.told());
    }
}

#[test]
fn periods_follow_each_other_and_each_is_paid() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    let first = item(&of)["current_period_end"].as_i64().unwrap();
    shop.sandbox.advance(95 * DAY);
    let of = shop.subscription(id(&of));
    let start = item(&of)["current_period_start"].as_i64().unwrap();
    assert!(start > first && of["status"] == "active");
    let all = shop.ok("GET", "/invoices", &format!("subscription={}", id(&of)));
    assert_eq!(all["data"].as_array().unwrap().len(), 4);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 4_000);
    let numbers: std::collections::BTreeSet<_> =
        all["data"].as_array().unwrap().iter().map(|one| one["number"].to_string()).collect();
    assert_eq!(numbers.len(), 4, "each invoice has a number of its own");
}

#[test]
fn a_trial_without_a_card_ends_with_nothing_to_pay() {
    let shop = Shop::new();
    let more = "&subscription_data[trial_period_days]=14&payment_method_collection=if_required\
                &subscription_data[trial_settings][end_behavior][missing_payment_method]=cancel";
    let session = shop.checkout(&shop.small, more);
    assert_eq!(shop.pay(&session, "").status, 303);
    let session = shop.ok("GET", &format!("/checkout/sessions/{}", id(&session)), "");
    assert_eq!(session["payment_status"], "no_payment_required");
    let of = shop.subscription(session["subscription"].as_str().unwrap());
    assert_eq!(of["status"], "trialing");
    assert_eq!(of["latest_invoice"]["total"], 0);
    shop.sandbox.advance(12 * DAY);
    assert!(shop.told().contains(&"customer.subscription.trial_will_end".to_owned()));
    assert_eq!(shop.subscription(id(&of))["status"], "trialing");
    shop.sandbox.advance(3 * DAY);
    let of = shop.subscription(id(&of));
    assert_eq!(of["status"], "canceled");
    assert_eq!(of["ended_at"], of["trial_end"], "at its end, not when somebody looked");
    assert_eq!(shop.sandbox.world().all("payment_intent").len(), 0);
    let open = shop.ok("GET", "/invoices", &format!("customer={}&status=open", shop.customer));
    assert_eq!(open["data"], serde_json::json!([]));
}

#[test]
fn a_trial_with_a_card_goes_on_paid() {
    let shop = Shop::new();
    let session = shop.checkout(&shop.small, "&subscription_data[trial_period_days]=14");
    assert_eq!(shop.pay(&session, "").status, 402, "a card is asked for");
    assert_eq!(shop.pay(&session, "card=5555555555554444").status, 303);
    shop.sandbox.advance(15 * DAY);
    let of = shop.sandbox.world().all("subscription").pop().unwrap();
    assert_eq!(of["status"], "active");
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000);
}

#[test]
fn cards_are_refused_and_banks_ask() {
    let shop = Shop::new();
    let session = shop.checkout(&shop.small, "");
    for (card, said) in [
        ("4000000000000002", "declined"),
        ("4000000000009995", "insufficient funds"),
        ("4000000000000069", "expired"),
        ("1234", "incorrect"),
        ("", "incorrect"),
        ("4000000000000341", "declined"),
    ] {
        let page = shop.pay(&session, &format!("card={card}"));
        let text = String::from_utf8(page.body).unwrap();
        assert!(page.status == 402 && text.contains(said), "{card}: {} {text}", page.status);
        assert!(text.contains(&format!("value=\"{card}\"")), "what was typed stays");
    }
    assert_eq!(shop.sandbox.world().all("subscription").len(), 0, "nothing began");
    let asked = shop.pay(&session, "card=4000000000003220");
    assert!(String::from_utf8(asked.body).unwrap().contains("Your bank wants to know"));
    let no = shop.pay(&session, "card=4000000000003220&bank=no");
    assert_eq!(no.status, 402);
    assert_eq!(shop.pay(&session, "card=4000000000003220&bank=yes").status, 303);
    assert_eq!(shop.sandbox.world().all("subscription").len(), 1);
}

#[test]
fn what_cannot_be_charged_is_tried_again_and_ends() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    let portal =
        shop.ok("POST", "/billing_portal/sessions", &format!("customer={}", shop.customer));
    let path = format!("/portal/{}", id(&portal));
    let page = shop.sandbox.page("POST", &path, "deed=card&card=4000000000000341");
    assert_eq!(page.status, 303, "{}", String::from_utf8_lossy(&page.body));
    shop.sandbox.advance(32 * DAY);
    assert_eq!(shop.subscription(id(&of))["status"], "past_due");
    // Another card pays what is open, and it goes on.
    let page = shop.sandbox.page("POST", &path, "deed=card&card=4242424242424242");
    assert_eq!(page.status, 303);
    let open = shop.subscription(id(&of))["latest_invoice"].clone();
    let form = format!("deed=pay&of={}", id(&open));
    assert_eq!(shop.sandbox.page("POST", &path, &form).status, 303);
    assert_eq!(shop.subscription(id(&of))["status"], "active");
    // And with the bad one once more, to the end.
    shop.sandbox.page("POST", &path, "deed=card&card=4000000000000341");
    shop.sandbox.advance(45 * DAY);
    let of = shop.subscription(id(&of));
    assert_eq!(of["status"], "canceled");
    assert_eq!(of["cancellation_details"]["reason"], "payment_failed");
    assert_eq!(of["latest_invoice"]["attempt_count"], 4);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 2_000);
}

#[test]
fn a_preview_is_what_is_charged() {
    for (days, quantity) in [(0, 1), (3, 2), (10, 5), (27, 1)] {
        for target in ["large", "yearly", "quantity"] {
            if target == "quantity" && quantity == 1 {
                continue;
            }
            let shop = Shop::new();
            let of = shop.bought(&shop.small);
            shop.sandbox.advance(days * DAY);
            let price = match target {
                "large" => &shop.large,
                "yearly" => &shop.yearly,
                _ => &shop.small,
            };
            let change =
                format!("[id]={}&PRE[price]={price}&PRE[quantity]={quantity}", id(item(&of)));
            let now = shop.sandbox.world().now();
            let sent = |pre: &str| change.replace("PRE", pre);
            let preview = shop.ok(
                "POST",
                "/invoices/create_preview",
                &format!(
                    "subscription={}&subscription_details[items][0]{}\
                 &subscription_details[proration_behavior]=always_invoice\
                 &subscription_details[proration_date]={now}",
                    id(&of),
                    sent("subscription_details[items][0]")
                ),
            );
            let changed = shop.ok(
                "POST",
                &format!("/subscriptions/{}", id(&of)),
                &format!(
                    "items[0]{}&proration_behavior=always_invoice&proration_date={now}\
                 &expand[]=latest_invoice",
                    sent("items[0]")
                ),
            );
            let invoice = &changed["latest_invoice"];
            let same = ["subtotal", "total", "amount_due", "currency", "ending_balance"];
            for name in same {
                assert_eq!(preview[name], invoice[name], "{target} after {days} days: {name}");
            }
            assert_eq!(item(&changed)["price"]["id"], **price);
            assert_eq!(item(&changed)["quantity"], quantity);
        }
    }
}

#[test]
fn what_was_paid_too_much_pays_what_comes() {
    let shop = Shop::new();
    let of = shop.bought(&shop.large);
    let form = format!("items[0][id]={}&items[0][price]={}", id(item(&of)), shop.small);
    shop.ok("POST", &format!("/subscriptions/{}", id(&of)), &form);
    let before = crate::ledger(&shop.sandbox.world())["usd"]["taken"].as_i64().unwrap();
    assert_eq!(before, 3_000);
    shop.sandbox.advance(125 * DAY);
    let after = crate::ledger(&shop.sandbox.world())["usd"]["taken"].as_i64().unwrap();
    // 20.00 of credit pay two months of 10.00.
    assert_eq!(after - before, 4 * 1_000 - 2_000);
}

#[test]
fn it_ends_with_its_period_unless_somebody_thinks_better_of_it() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    let path = format!("/subscriptions/{}", id(&of));
    let why = "cancel_at_period_end=true&cancellation_details[feedback]=too_expensive";
    let ending = shop.ok("POST", &path, why);
    assert_eq!(ending["cancel_at"], item(&ending)["current_period_end"]);
    assert_eq!(ending["cancellation_details"]["feedback"], "too_expensive");
    let back = shop.ok("POST", &path, "cancel_at_period_end=false");
    assert!(back["cancel_at"].is_null());
    shop.ok("POST", &path, "cancel_at_period_end=true");
    shop.sandbox.advance(32 * DAY);
    assert_eq!(shop.subscription(id(&of))["status"], "canceled");
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 1_000);
    assert_eq!(shop.refused("POST", &path, "cancel_at_period_end=false").0, 400);
}

#[test]
fn a_code_takes_its_part_off_for_as_long_as_it_says() {
    let shop = Shop::new();
    shop.ok("POST", "/coupons", "id=half&percent_off=50&duration=repeating&duration_in_months=2");
    let code = "promotion[type]=coupon&promotion[coupon]=half&code=AUTUMN&max_redemptions=1";
    shop.ok("POST", "/promotion_codes", code);
    let session = shop.checkout(&shop.small, "&allow_promotion_codes=true");
    let page = shop.pay(&session, "card=4242424242424242&code=SPRING");
    assert!(String::from_utf8(page.body).unwrap().contains("This code is invalid"));
    assert_eq!(shop.pay(&session, "card=4242424242424242&code=autumn").status, 303);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 500);
    shop.sandbox.advance(95 * DAY);
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["taken"], 500 + 500 + 1_000 + 1_000);
    let session = shop.checkout(&shop.small, "&allow_promotion_codes=true");
    assert_eq!(shop.pay(&session, "card=4242424242424242&code=AUTUMN").status, 402, "used up");
}

#[test]
fn money_goes_back_once() {
    let shop = Shop::new();
    let of = shop.bought(&shop.large);
    let paid = format!("/invoices/{}", id(&of["latest_invoice"]));
    let paid = shop.ok("GET", &paid, "expand[]=payments");
    let intent =
        paid["payments"]["data"][0]["payment"]["payment_intent"].as_str().unwrap().to_owned();
    shop.ok("POST", "/refunds", &format!("payment_intent={intent}&amount=1000"));
    let more = format!("payment_intent={intent}&amount=2001");
    assert_eq!(shop.refused("POST", "/refunds", &more).0, 400);
    shop.ok("POST", "/refunds", &format!("payment_intent={intent}&reason=duplicate"));
    let again = shop.refused("POST", "/refunds", &format!("payment_intent={intent}"));
    assert_eq!(again, (400, "charge_already_refunded".to_owned()));
    assert_eq!(crate::ledger(&shop.sandbox.world())["usd"]["refunded"], 3_000);
}

#[test]
fn a_customer_who_goes_takes_their_subscriptions_along() {
    let shop = Shop::new();
    let of = shop.bought(&shop.small);
    shop.ok("DELETE", &format!("/customers/{}", shop.customer), "");
    assert_eq!(shop.subscription(id(&of))["status"], "canceled");
    let portal =
        shop.refused("POST", "/billing_portal/sessions", &format!("customer={}", shop.customer));
    assert_eq!(portal, (400, "resource_missing".to_owned()));
}
