//! The plans: the one place where whoever runs this writes what they offer and what it costs.
//!
//! What stands here as shipped is an example, and the page says so: nothing is charged by it. Write
//! your own plans, then set [`NOTE`] to nothing.

/// What stands above the plans, as title and sentence.
pub(crate) const HEAD: (&str, &str) = (
    "Simple pricing that grows with your team",
    "Start for free with everything you need. Upgrade when your team outgrows it, cancel any time.",
);

/// Marks the plans as the example they are, as title and text; empty: they are real.
pub(crate) const NOTE: (&str, &str) = (
    "Example prices",
    "These plans show what a pricing page looks like. Nothing is charged: every workspace includes \
     everything.",
);

/// A card of the page.
pub(crate) struct Plan {
    pub(crate) name: &'static str,
    /// Beside the name, on the plan that most should look at; empty: nothing.
    pub(crate) badge: &'static str,
    /// Large: `Free`, or a price.
    pub(crate) price: &'static str,
    /// What it is paid for: `per person a month`.
    pub(crate) unit: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) step: Step,
    pub(crate) includes: &'static [&'static str],
}

/// What somebody does who likes a plan.
#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// Starts a workspace, in these words, or goes to those they have.
    Start(&'static str),
}

pub(crate) const PLANS: &[Plan] = &[
    Plan {
        name: "Free",
        badge: "",
        price: "$0",
        unit: "forever",
        summary: "For small teams getting started.",
        step: Step::Start("Start for free"),
        includes: &[
            "Up to 5 members",
            "Up to 10 projects",
            "Owners, due dates and status",
            "Your own workspace address",
            "Community support",
        ],
    },
    Plan {
        name: "Team",
        badge: "Most popular",
        price: "$8",
        unit: "per member, per month",
        summary: "For teams that plan and ship together.",
        step: Step::Start("Start with Team"),
        includes: &[
            "Everything in Free",
            "Unlimited members and projects",
            "Custom roles and permissions",
            "Bulk changes and filters",
            "Email support within one business day",
        ],
    },
    Plan {
        name: "Business",
        badge: "",
        price: "$16",
        unit: "per member, per month",
        summary: "For companies with more to look after.",
        step: Step::Start("Start with Business"),
        includes: &[
            "Everything in Team",
            "Several workspaces on one bill",
            "Workspace export and restore",
            "99.9% uptime commitment",
            "Priority support",
        ],
    },
];

/// What a plan says to a feature.
pub(crate) enum Cell {
    Yes,
    No,
    Text(&'static str),
}

use Cell::{No, Text, Yes};

/// A feature, and a cell for each plan.
pub(crate) const COMPARISON: &[(&str, &[Cell])] = &[
    ("Members", &[Text("5"), Text("Unlimited"), Text("Unlimited")]),
    ("Projects", &[Text("10"), Text("Unlimited"), Text("Unlimited")]),
    ("Own workspace address", &[Yes, Yes, Yes]),
    ("Separate database schema", &[Yes, Yes, Yes]),
    ("Email invitations", &[Yes, Yes, Yes]),
    ("Built-in roles", &[Yes, Yes, Yes]),
    ("Custom roles", &[No, Yes, Yes]),
    ("Several workspaces on one bill", &[No, No, Yes]),
    ("Export and restore", &[No, No, Yes]),
    ("Support", &[Text("Community"), Text("Email"), Text("Priority")]),
];

/// A question and its answer.
pub(crate) const QUESTIONS: &[(&str, &str)] = &[
    (
        "Do I need a credit card to start?",
        "No. All you need is an email address, and the Free plan stays free.",
    ),
    (
        "Who counts as a member?",
        "Everyone who can open your workspace. Invitations nobody has accepted yet are not counted.",
    ),
    (
        "Can I belong to more than one workspace?",
        "Yes. You log in once and switch between them, with a different role in each. Nothing from \
         one workspace ever shows in another.",
    ),
    (
        "Where is our data kept?",
        "Each workspace has its own database file, or its own schema and role in PostgreSQL. The \
         database itself refuses access from any other workspace.",
    ),
    (
        "Can I change plans later?",
        "Yes, at any time. Your projects, members and roles stay as they are.",
    ),
];
