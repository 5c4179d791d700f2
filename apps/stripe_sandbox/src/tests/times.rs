//! Customers with a time of their own, and subscriptions that change by a plan.

use serde_json::Value;

use super::{DAY, Shop, id};

fn taken(shop: &Shop) -> i64 {
    crate::ledger(&shop.sandbox.world())["usd"]["taken"].as_i64().unwrap_or_default()
}

/// A clock, a customer who lives by it, and their subscription.
fn lives_by(shop: &Shop, frozen: i64) -> (String, Value) {
    let clock = shop.ok("POST", "/test_helpers/test_clocks", &format!("frozen_time={frozen}"));
    let clock = id(&clock).to_owned();
    let customer = format!("email=bo@x.example&test_clock={clock}");
    let customer = shop.ok("POST", "/customers", &customer);
    let of = format!("customer={}", id(&customer));
    let card = shop.ok("POST", "/payment_methods/pm_card_visa/attach", &of);
    let form = format!("{of}&items[0][price]={}&default_payment_method={}", shop.small, id(&card));
    (clock, shop.ok("POST", "/subscriptions", &form))
}

#[test]
fn a_test_clock_turns_the_time_of_its_customers_alone() {
    let shop = Shop::new();
    let usual = shop.bought(&shop.small);
    let start = 1_767_225_600;
    let (clock, of) = lives_by(&shop, start);
    assert_eq!((&of["created"], &of["test_clock"]), (&start.into(), &clock.clone().into()));
    assert_eq!(taken(&shop), 2_000);
    let advance = |to: i64| {
        let path = format!("/test_helpers/test_clocks/{clock}/advance");
        shop.call("POST", &path, &format!("frozen_time={to}"), None)
    };
    assert_eq!(advance(start).0, 400, "not backwards");
    assert_eq!(advance(start + 70 * DAY).0, 400, "no further than two months");
    let told = advance(start + 40 * DAY);
    assert_eq!((told.0, &told.1["status"]), (200, &"advancing".into()));
    let known = shop.ok("GET", &format!("/test_helpers/test_clocks/{clock}"), "");
    assert_eq!(
        (&known["status"], &known["frozen_time"]),
        (&"ready".into(), &(start + 40 * DAY).into())
    );
    assert_eq!(taken(&shop), 3_000, "its customer has paid for a second month");
    let all = shop.ok("GET", "/invoices", &format!("subscription={}", id(&of)));
    assert_eq!(all["data"][0]["created"], start + 31 * DAY, "in February");
    assert_eq!(all["data"][0]["test_clock"], clock);
    let all = shop.ok("GET", "/invoices", &format!("subscription={}", id(&usual)));
    assert_eq!(all["data"].as_array().unwrap().len(), 1, "nobody else has");
    // And the sandbox's own clock does not move them.
    shop.sandbox.advance(31 * DAY);
    assert_eq!(taken(&shop), 4_000);
    // Three live by a clock, and go with it.
    for (n, status) in [(1, 200), (2, 200), (3, 400)] {
        let form = format!("email=c{n}@x.example&test_clock={clock}");
        assert_eq!(shop.call("POST", "/customers", &form, None).0, status, "{n}");
    }
    shop.ok("DELETE", &format!("/test_helpers/test_clocks/{clock}"), "");
    assert_eq!(shop.subscription(id(&of))["status"], "canceled");
    assert_eq!(shop.subscription(id(&usual))["status"], "active");
    assert_eq!(shop.refused("POST", "/customers", &format!("test_clock={clock}")).0, 400);
}

#[test]
fn a_schedule_makes_the_change_when_its_phase_begins() {
    let shop = Shop::new();
    let of = shop.bought(&shop.large);
    let form = format!("from_subscription={}", id(&of));
    let schedule = shop.ok("POST", "/subscription_schedules", &form);
    assert_eq!(shop.refused("POST", "/subscription_schedules", &form).0, 400, "one at a time");
    assert_eq!(shop.subscription(id(&of))["schedule"], schedule["id"]);
    let ends = format!("/subscriptions/{}", id(&of));
    assert_eq!(shop.refused("POST", &ends, "cancel_at_period_end=true").0, 400);
    let now = &schedule["phases"][0];
    let (start, end) = (now["start_date"].as_i64().unwrap(), now["end_date"].as_i64().unwrap());
    let path = format!("/subscription_schedules/{}", id(&schedule));
    let phases = |second: &str| {
        format!(
            "phases[0][items][0][price]={}&phases[0][start_date]={start}&phases[0][end_date]={end}\
             &phases[1][items][0][price]={second}&phases[1][items][0][quantity]=2\
             &phases[1][duration][interval]=month&phases[1][duration][interval_count]=2",
            shop.large
        )
    };
    for bad in [
        phases("price_0"),
        phases(&shop.small).replace(&format!("start_date]={start}"), "start_date]=5"),
        format!("{}&phases[1][colour]=red", phases(&shop.small)),
        format!("phases[0][items][0][price]={}&phases[0][end_date]=5", shop.large),
    ] {
        assert_eq!(shop.refused("POST", &path, &bad).0, 400, "{bad}");
    }
    shop.ok("POST", &path, &phases(&shop.small));
    let price = |of: &Value| of["items"]["data"][0]["price"]["id"].clone();
    assert_eq!(price(&shop.subscription(id(&of))), shop.large, "not yet");
    assert_eq!(taken(&shop), 3_000);
    shop.sandbox.advance(32 * DAY);
    let changed = shop.subscription(id(&of));
    assert_eq!(price(&changed), shop.small);
    assert_eq!(changed["items"]["data"][0]["current_period_start"], end);
    assert_eq!(changed["latest_invoice"]["lines"]["data"].as_array().unwrap().len(), 1);
    assert_eq!(taken(&shop), 3_000 + 2_000, "two of the small ones, and nothing half used");
    // Its last phase is over: the subscription goes on without it.
    shop.sandbox.advance(62 * DAY);
    let known = shop.ok("GET", &path, "");
    assert_eq!(
        (&known["status"], &known["released_subscription"]),
        (&"released".into(), &of["id"])
    );
    let after = shop.subscription(id(&of));
    assert_eq!((&after["status"], &after["schedule"]), (&"active".into(), &Value::Null));
    for kind in ["created", "updated", "released"] {
        let kind = format!("subscription_schedule.{kind}");
        assert!(shop.told().contains(&kind), "{kind}");
    }
}

#[test]
fn a_schedule_begins_a_subscription_later_and_ends_it() {
    let shop = Shop::new();
    let of = format!("customer={}", shop.customer);
    let card = shop.ok("POST", "/payment_methods/pm_card_visa/attach", &of);
    let usual = format!("invoice_settings[default_payment_method]={}", id(&card));
    shop.ok("POST", &format!("/customers/{}", shop.customer), &usual);
    let start = shop.sandbox.world().now() + 5 * DAY;
    let form = format!(
        "{of}&start_date={start}&end_behavior=cancel&phases[0][items][0][price]={}\
         &phases[0][duration][interval]=month&phases[1][items][0][price]={}",
        shop.small, shop.yearly
    );
    let schedule = shop.ok("POST", "/subscription_schedules", &form);
    assert_eq!(
        (&schedule["status"], &schedule["subscription"]),
        (&"not_started".into(), &Value::Null)
    );
    shop.sandbox.advance(4 * DAY);
    assert_eq!(taken(&shop), 0);
    shop.sandbox.advance(2 * DAY);
    let path = format!("/subscription_schedules/{}", id(&schedule));
    let known = shop.ok("GET", &path, "expand[]=subscription");
    assert_eq!(
        (&known["status"], &known["subscription"]["status"]),
        (&"active".into(), &"active".into())
    );
    assert_eq!(taken(&shop), 1_000);
    shop.sandbox.advance(31 * DAY);
    assert_eq!(taken(&shop), 1_000 + 9_900, "by the year from then on");
    shop.sandbox.advance(366 * DAY);
    assert_eq!(taken(&shop), 1_000 + 9_900);
    let known = shop.ok("GET", &path, "expand[]=subscription");
    assert_eq!(
        (&known["status"], &known["subscription"]["status"]),
        (&"completed".into(), &"canceled".into())
    );
    // One that has not begun is called off; one whose subscription ends is over with it.
    let later = form.replace(&start.to_string(), &(start + 900 * DAY).to_string());
    let off = shop.ok("POST", "/subscription_schedules", &later);
    let off = shop.ok("POST", &format!("/subscription_schedules/{}/cancel", id(&off)), "");
    assert_eq!(off["status"], "canceled");
    let of = shop.bought(&shop.small);
    let form = format!("from_subscription={}", id(&of));
    let schedule = shop.ok("POST", "/subscription_schedules", &form);
    shop.ok("DELETE", &format!("/subscriptions/{}", id(&of)), "");
    let path = format!("/subscription_schedules/{}", id(&schedule));
    assert_eq!(shop.ok("GET", &path, "")["status"], "canceled");
    assert_eq!(shop.refused("POST", &format!("{path}/release"), "").0, 400);
}
