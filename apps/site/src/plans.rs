//! The plans: the one place where whoever runs this writes what they offer and what it costs.
//!
//! Nothing is charged by a price that stands here. As shipped there is no billing, so the plans say
//! what there is today.

/// What stands above the plans, as title and sentence.
pub(crate) const HEAD: (&str, &str) = (
    "Nothing to pay for yet",
    "There is no billing, so every workspace gets all there is. Plans and prices are for whoever \
     runs this site to set.",
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
    /// Signs in, or goes to their account.
    LogIn,
    /// Starts a workspace, or goes to those they have.
    Start,
    /// Types this.
    Type(&'static str),
}

pub(crate) const PLANS: &[Plan] = &[
    Plan {
        name: "Person",
        badge: "",
        price: "Free",
        unit: "for everyone",
        summary: "For people who were invited.",
        step: Step::LogIn,
        includes: &[
            "One account for all workspaces",
            "A role in each, given by its admins",
            "A list of the devices you use",
            "Log out of one of them, or of all",
        ],
    },
    Plan {
        name: "Workspace",
        badge: "All there is",
        price: "Free",
        unit: "there is no billing yet",
        summary: "For a team that plans and ships together.",
        step: Step::Start,
        includes: &[
            "Projects with owners, dates and status",
            "Members, invitations and roles",
            "An address of its own",
            "Data of its own, kept apart by the database",
            "Nothing held back for another plan",
        ],
    },
    Plan {
        name: "Own server",
        badge: "",
        price: "Yours",
        unit: "to set",
        summary: "For whoever builds a product on it.",
        step: Step::Type("make run"),
        includes: &[
            "The whole source, under MIT or Apache-2.0",
            "SQLite to begin with, PostgreSQL to grow",
            "As many workspaces as your machines carry",
            "Name, colours and logo of your own",
            "Plans and prices of your own",
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
    ("Log in and see your devices", &[Yes, Yes, Yes]),
    ("Be a member of workspaces", &[Yes, Yes, Yes]),
    ("Workspaces to own", &[No, Text("As many as you start"), Text("As many as you like")]),
    ("Projects", &[Text("As your role allows"), Yes, Yes]),
    ("Invite people, give them roles", &[Text("As your role allows"), Yes, Yes]),
    ("Roles of your own making", &[No, Yes, Yes]),
    ("Where the data lies", &[No, Text("With whoever runs this site"), Text("With you")]),
    ("SQLite or PostgreSQL", &[No, Text("Chosen for you"), Text("You choose")]),
    ("Who sets plans and prices", &[No, Text("Whoever runs this site"), Text("You do")]),
];

/// A question and its answer.
pub(crate) const QUESTIONS: &[(&str, &str)] = &[
    (
        "What does a workspace cost?",
        "Nothing, for now: there is no billing, so nobody is asked for a card.",
    ),
    (
        "Who sets the plans and prices?",
        "Whoever runs the site. In the code they are one table, apps/site/src/plans.rs; this page \
         is drawn from it.",
    ),
    (
        "Can I belong to more than one workspace?",
        "Yes. You log in once and switch between them, with a role in each. What you see in one \
         never shows in another.",
    ),
    (
        "Where does a workspace keep its data?",
        "In a place that is its own: a SQLite file, or a schema and a role in PostgreSQL. The \
         database itself refuses whoever asks from outside.",
    ),
];
