//! The client: what is tried again, what is not, and what is said of it.

use billing::{
    plan::PLANS,
    stripe::{Stripe, Trouble},
    sync::compare,
};
use stripe_sandbox::Faults;

use super::Shop;

#[tokio::test(flavor = "multi_thread")]
async fn a_stripe_that_is_away_is_said_to_be_away() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let stripe = Stripe::new("sk_test_1", Some(&at)).unwrap();
    let trouble = compare(&stripe, PLANS).await.unwrap_err();
    assert!(matches!(&trouble, Trouble::Away(_)), "{trouble}");
    assert!(!trouble.to_string().contains("sk_test"), "no secret: {trouble}");
    assert!(!format!("{stripe:?}").contains("sk_test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_a_moment_is_asked_again_and_a_refusal_is_not() {
    let shop = Shop::open().await;
    let faults = |calls: &[u16]| Faults { calls: calls.to_vec(), ..Faults::default() };
    shop.sandbox.world().set_faults(faults(&[500, 429]));
    assert!(compare(&shop.stripe, PLANS).await.is_ok());
    shop.sandbox.world().set_faults(faults(&[503, 503, 503]));
    let away = compare(&shop.stripe, PLANS).await.unwrap_err();
    assert!(matches!(&away, Trouble::Away(why) if why.contains("503")), "{away}");
    shop.sandbox.world().set_faults(faults(&[400, 400]));
    let refused = compare(&shop.stripe, PLANS).await.unwrap_err();
    assert!(matches!(&refused, Trouble::Refused { .. }), "{refused}");
    // One of the two is left: it was not asked again.
    assert!(compare(&shop.stripe, PLANS).await.is_err());
    assert!(compare(&shop.stripe, PLANS).await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_refused() {
    let shop = Shop::open().await;
    let stripe = Stripe::new("rk_test_1", Some(shop.stripe.place())).unwrap();
    let trouble = compare(&stripe, PLANS).await.unwrap_err();
    assert_eq!(trouble.to_string(), "Stripe refused: Invalid API Key provided.");
    assert!(shop.stripe.is_test() && !Stripe::new("sk_live_1", None).unwrap().is_test());
    for bad in ["localhost", "ftp://x", ""] {
        assert!(Stripe::new("sk_test_1", Some(bad)).is_err(), "{bad}");
    }
    assert!(Stripe::new("sk_test\n1", None).is_err());
    assert!(Stripe::new("sk_live_1", Some("http://127.0.0.1:1")).is_err(), "in the open");
}
