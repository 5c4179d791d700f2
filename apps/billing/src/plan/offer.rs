//! What is on offer: the one place where whoever runs this writes plans and prices. Amounts are minor units:
//! cents, and yen.

use platform::ui::Currency;

use super::{Grant, Plan, Price};

/// The plans, from the smallest to the largest. After a change: `groundwork billing sync`.
pub const PLANS: &[Plan] = &[
    Plan {
        key: "free",
        name: "Free",
        summary: "For small teams getting started.",
        prices: &[],
        trial_days: 0,
        grants: &[("members", Grant::UpTo(5)), ("projects", Grant::UpTo(10))],
        includes: &[
            "Your own workspace address",
            "Owners, due dates and status",
            "Community support",
        ],
        badge: "",
        is_offered: true,
    },
    Plan {
        key: "team",
        name: "Team",
        summary: "For teams that plan and ship together.",
        prices: &[
            Price { currency: Currency::USD, month: 800, year: 8_000 },
            Price { currency: Currency::EUR, month: 800, year: 8_000 },
        ],
        trial_days: 14,
        grants: &[("members", Grant::Unlimited), ("projects", Grant::Unlimited)],
        includes: &[
            "Everything in Free",
            "Custom roles and permissions",
            "Email support within one business day",
        ],
        badge: "Most popular",
        is_offered: true,
    },
    Plan {
        key: "business",
        name: "Business",
        summary: "For companies with more to look after.",
        prices: &[
            Price { currency: Currency::USD, month: 1_600, year: 16_000 },
            Price { currency: Currency::EUR, month: 1_600, year: 16_000 },
        ],
        trial_days: 14,
        grants: &[("members", Grant::Unlimited), ("projects", Grant::Unlimited)],
        includes: &[
            "Everything in Team",
            "Two-step verification for everyone",
            "Help within four hours",
        ],
        badge: "",
        is_offered: true,
    },
];
