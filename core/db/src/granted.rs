//! Plans: what a workspace may have by the plan that it is on. What a plan costs is an app's affair; the words of it are
//! here for whoever shows them.

use std::collections::HashMap;

use crate::tenant_db::TenantDb;

/// What each plan grants, and how a workspace gets more. Nothing in it: there are no plans, and what apps declare by
/// default is what everybody has.
#[derive(Clone, Debug, Default)]
pub struct Plans {
    /// From the smallest to the largest; the first is that of every workspace without another.
    pub ladder: Vec<PlanOffer>,
    /// Where somebody chooses another one: a path on the workspace's site.
    pub path: &'static str,
    /// Where a visitor goes who likes one, on the account site: the plan's key is added.
    pub start: &'static str,
}

/// What one plan grants, and what is said of it.
#[derive(Clone, Debug, Default)]
pub struct PlanOffer {
    /// As it stands in `tenants.plan`.
    pub key: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it is for, in a sentence.
    pub summary: &'static str,
    /// Beside its name where plans are compared; empty: nothing.
    pub badge: &'static str,
    /// What it costs a member in each currency; none: it costs nothing.
    pub prices: Vec<PlanPrice>,
    /// Days for which it can be tried.
    pub trial_days: u32,
    /// What else is said of it, line by line.
    pub includes: &'static [&'static str],
    /// Can somebody change to it?
    pub is_offered: bool,
    /// By the key of a limit or feature: of a limit, how many, −1 for as many as one likes; of a feature, 1 or 0.
    pub grants: HashMap<&'static str, i64>,
}

/// What a plan costs in one currency, as people read it: `$8`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPrice {
    /// `USD`.
    pub currency: String,
    /// A member, for a month.
    pub month: String,
    /// A member, for a year.
    pub year: String,
}

impl PlanOffer {
    /// What it costs, for a sentence: `$8 per member a month`.
    pub fn price(&self) -> String {
        match self.prices.first() {
            Some(price) => format!("{} per member a month", price.month),
            None => "nothing".to_owned(),
        }
    }
}

impl Plans {
    /// The plan of this key; a key that is not on the ladder is the first one's.
    pub fn of(&self, key: &str) -> Option<&PlanOffer> {
        self.ladder.iter().find(|plan| plan.key == key).or_else(|| self.ladder.first())
    }

    /// Those that somebody can choose.
    pub fn offered(&self) -> impl Iterator<Item = &PlanOffer> {
        self.ladder.iter().filter(|plan| plan.is_offered)
    }

    /// The next plan with which there could be so many.
    pub fn with_room_for(&self, from: &str, key: &str, wanted: u64) -> Option<&PlanOffer> {
        let at = self.ladder.iter().position(|plan| plan.key == from).unwrap_or(0);
        let has_room = |plan: &&PlanOffer| match plan.grants.get(key) {
            Some(granted) => u64::try_from(*granted).map_or(true, |granted| wanted <= granted),
            None => false,
        };
        let above = self.ladder.iter().skip(at + 1);
        above.filter(|plan| plan.is_offered).find(has_room)
    }
}

impl TenantDb {
    /// What the workspace's plan grants of a limit or feature: how many, −1 for as many as it likes; none: the plan
    /// says nothing of it. A second old at most.
    pub fn granted(&self, key: &str) -> Option<i64> {
        let (plans, mine) = self.plan();
        plans.of(mine)?.grants.get(key).copied()
    }

    /// What people call the workspace's plan; none: it has none.
    pub fn plan_name(&self) -> Option<&'static str> {
        let (plans, mine) = self.plan();
        Some(plans.of(mine)?.name)
    }

    /// The next plan with which there could be so many, and where somebody chooses it.
    pub fn plan_with_room_for(&self, key: &str, wanted: u64) -> Option<(&PlanOffer, &'static str)> {
        let (plans, mine) = self.plan();
        Some((plans.with_room_for(mine, key, wanted)?, plans.path))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn plan(key: &'static str, projects: i64) -> PlanOffer {
        let grants = HashMap::from([("projects", projects)]);
        PlanOffer { key, grants, is_offered: true, ..PlanOffer::default() }
    }

    #[test]
    fn whoever_needs_room_is_shown_the_next_plan_that_has_it() {
        let given_up = PlanOffer { is_offered: false, ..plan("old", 9) };
        let ladder = vec![plan("free", 3), plan("small", 5), given_up, plan("large", -1)];
        let plans = Plans { ladder, ..Plans::default() };
        let next =
            |from, wanted| plans.with_room_for(from, "projects", wanted).map(|plan| plan.key);
        assert_eq!(next("free", 4), Some("small"));
        assert_eq!(next("free", 6), Some("large"));
        assert_eq!(next("small", 6), Some("large"));
        assert_eq!(next("large", 6), None, "nothing is above it");
        assert_eq!(next("", 4), Some("small"), "no plan is the first one");
        assert_eq!(plans.with_room_for("free", "seats", 4).map(|plan| plan.key), None);
        assert_eq!(plans.of("gone").unwrap().key, "free");
        assert!(Plans::default().of("free").is_none());
    }
}
