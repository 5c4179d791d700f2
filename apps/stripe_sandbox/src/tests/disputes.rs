//! Payments that a bank takes back.

use serde_json::Value;

use super::{DAY, Shop, id};

/// Bought with this card, and what its owner says of it.
fn disputed(shop: &Shop, card: &str) -> Value {
    let session = shop.checkout(&shop.small, "");
    assert_eq!(shop.pay(&session, &format!("card={card}")).status, 303);
    shop.ok("GET", "/disputes", "")["data"][0].clone()
}

fn sums(shop: &Shop) -> [i64; 3] {
    let ledger = crate::ledger(&shop.sandbox.world());
    ["taken", "refunded", "disputed"].map(|name| ledger["usd"][name].as_i64().unwrap())
}

#[test]
fn a_dispute_takes_the_money_until_it_is_won() {
    let shop = Shop::new();
    let dispute = disputed(&shop, "4000000000000259");
    assert_eq!(
        (&dispute["status"], &dispute["reason"], &dispute["amount"]),
        (&"needs_response".into(), &"fraudulent".into(), &1_000.into())
    );
    assert_eq!(sums(&shop), [1_000, 0, 1_000]);
    assert_eq!(dispute["balance_transactions"][0]["net"], -2_500, "and what the bank asks for it");
    let intent = dispute["payment_intent"].as_str().unwrap();
    let refund = format!("payment_intent={intent}");
    assert_eq!(shop.refused("POST", "/refunds", &refund), (400, "charge_disputed".to_owned()));
    let path = format!("/disputes/{}", id(&dispute));
    assert_eq!(shop.refused("POST", &path, "evidence[colour]=red").0, 400);
    let draft = shop.ok("POST", &path, "evidence[customer_name]=Ana&submit=false");
    assert_eq!(
        (&draft["status"], &draft["evidence_details"]["has_evidence"]),
        (&"needs_response".into(), &true.into())
    );
    let won = shop.ok("POST", &path, "evidence[uncategorized_text]=winning_evidence");
    assert_eq!((&won["status"], &won["evidence"]["customer_name"]), (&"won".into(), &"Ana".into()));
    assert_eq!(sums(&shop), [1_000, 0, 0]);
    assert_eq!(shop.refused("POST", &format!("{path}/close"), "").0, 400, "once");
    for kind in ["created", "updated", "closed", "funds_withdrawn", "funds_reinstated"] {
        let kind = format!("charge.dispute.{kind}");
        assert_eq!(shop.told().iter().filter(|told| **told == kind).count(), 1, "{kind}");
    }
    shop.ok("POST", "/refunds", &refund);
    let charge = shop.ok("GET", &format!("/charges/{}", dispute["charge"].as_str().unwrap()), "");
    assert_eq!((&charge["refunded"], &charge["disputed"]), (&true.into(), &true.into()));
}

#[test]
fn a_dispute_is_lost_by_silence_by_consent_and_by_bad_evidence() {
    for (card, form, reason) in [
        ("4000000000000259", None, "fraudulent"),
        ("4000000000002685", Some("/close"), "product_not_received"),
        ("4000000000000259", Some("?losing"), "fraudulent"),
    ] {
        let shop = Shop::new();
        let dispute = disputed(&shop, card);
        assert_eq!(dispute["reason"], reason);
        let path = format!("/disputes/{}", id(&dispute));
        match form {
            None => {
                shop.sandbox.advance(8 * DAY);
                assert_eq!(shop.ok("GET", &path, "")["status"], "needs_response");
                shop.sandbox.advance(2 * DAY);
            }
            Some("/close") => drop(shop.ok("POST", &format!("{path}/close"), "")),
            Some(_) => {
                shop.ok("POST", &path, "evidence[uncategorized_text]=losing_evidence");
            }
        }
        let known = shop.ok("GET", &path, "");
        assert_eq!(known["status"], "lost");
        assert_eq!(known["evidence_details"]["past_due"], form.is_none());
        assert_eq!(sums(&shop), [1_000, 0, 1_000]);
    }
}

#[test]
fn an_inquiry_takes_nothing_and_some_evidence_has_to_be_read() {
    let shop = Shop::new();
    let inquiry = disputed(&shop, "4000000000001976");
    assert_eq!(
        (&inquiry["status"], &inquiry["is_charge_refundable"]),
        (&"warning_needs_response".into(), &true.into())
    );
    assert_eq!(sums(&shop), [1_000, 0, 0]);
    let intent = inquiry["payment_intent"].as_str().unwrap();
    shop.ok("POST", "/refunds", &format!("payment_intent={intent}&amount=100"));
    shop.sandbox.advance(10 * DAY);
    let path = format!("/disputes/{}", id(&inquiry));
    assert_eq!(shop.ok("GET", &path, "")["status"], "warning_closed");
    let other = disputed(&shop, "4000000000000259");
    let path = format!("/disputes/{}", id(&other));
    let read = shop.ok("POST", &path, "evidence[uncategorized_text]=It+was+them");
    assert_eq!(read["status"], "under_review");
    shop.sandbox.advance(5 * DAY);
    assert_eq!(shop.ok("GET", &path, "")["status"], "under_review");
    // Its control page decides, and disputes what nobody has disputed.
    let press = |form: &str| shop.sandbox.page("POST", "/disputes", form).status;
    assert_eq!(press(&format!("id={}&deed=won", id(&other))), 303);
    assert_eq!(shop.ok("GET", &path, "")["status"], "won");
    let plain = shop.bought(&shop.large);
    let charge = shop.ok("GET", "/charges", &format!("customer={}", shop.customer));
    let charge = charge["data"][0].clone();
    assert_eq!(charge["amount"], plain["latest_invoice"]["amount_paid"]);
    let control = String::from_utf8(shop.sandbox.page("GET", "/", "").body).unwrap();
    assert!(control.contains("Dispute") && control.contains("$30.00"), "{control}");
    assert_eq!(press(&format!("id={}&deed=dispute", id(&charge))), 303);
    assert_eq!(shop.ok("GET", "/disputes", "")["data"][0]["charge"], charge["id"]);
}
