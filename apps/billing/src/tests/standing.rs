//! Which subscription counts, whatever else is there.

use chrono::{DateTime, TimeDelta, Utc};

use crate::account::{Standing, choose};

fn one(id: &str, status: &str, has_card: bool, day: i64) -> Standing {
    let moment = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(day);
    Standing {
        id: id.to_owned(),
        status: status.to_owned(),
        plan: "team".to_owned(),
        item: String::new(),
        period: "month".to_owned(),
        currency: "USD".to_owned(),
        amount: 800,
        seats: 1,
        period_end: moment + TimeDelta::days(31),
        trial_end: None,
        ends_at: None,
        is_stopped_by_deletion: false,
        is_owed: false,
        has_card,
        created: moment,
        invoice: None,
    }
}

#[test]
fn the_first_that_is_paid_counts_and_every_other_that_could_be_charged_goes() {
    let all = [
        one("paid", "active", true, 3),
        one("paid later", "active", true, 4),
        one("bare trial", "trialing", false, 1),
        one("unpaid", "unpaid", true, 0),
        one("over", "canceled", true, 0),
        one("never begun", "incomplete_expired", false, 0),
    ];
    // In whatever order they come.
    for turn in 0..all.len() {
        let mut turned = all.to_vec();
        turned.rotate_left(turn);
        let choice = choose(turned);
        assert_eq!(choice.kept.map(|one| one.id).as_deref(), Some("paid"));
        let extra: Vec<_> = choice.extra.into_iter().map(|one| one.id).collect();
        assert_eq!(extra, ["paid later", "bare trial", "unpaid"]);
    }
    let choice = choose(vec![one("a", "trialing", false, 1), one("b", "past_due", true, 2)]);
    assert_eq!(choice.kept.map(|one| one.id).as_deref(), Some("b"));
    let same = choose(vec![one("z", "active", true, 1), one("y", "active", true, 1)]);
    assert_eq!(
        same.kept.map(|one| one.id).as_deref(),
        Some("y"),
        "of two at once, always the same"
    );
    let over = choose(vec![one("over", "canceled", true, 0)]);
    assert!(over.kept.is_none() && over.extra.is_empty() && over.owed.is_empty() && over.had_any);
    let owed = Standing { is_owed: true, ..one("over", "canceled", true, 0) };
    assert_eq!(choose(vec![owed]).owed.len(), 1, "what is owed is found after a kill");
    assert_eq!(choose(vec![]), Default::default());
}
