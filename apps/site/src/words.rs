//! What the page of prices says beside the plans: the one place where whoever runs this writes it.

/// What stands above the plans, as title and sentence.
pub(crate) const HEAD: (&str, &str) = (
    "Simple pricing that grows with your team",
    "Start for free with everything you need. Upgrade when your team outgrows it, cancel any time.",
);

/// A question and its answer.
pub(crate) const QUESTIONS: &[(&str, &str)] = &[
    (
        "Do I need a credit card to start?",
        "No. All you need is an email address, and the Free plan stays free. A trial needs no card \
         either: it ends by itself.",
    ),
    (
        "Who counts as a member?",
        "Everyone who can open your workspace. Anyone who joins is added to your next invoice for the \
         rest of the period, and anyone who leaves is taken off.",
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
        "Yes, at any time. You see what it costs before you confirm, and what you paid already is taken \
         off. Your projects, members and roles stay as they are.",
    ),
    (
        "What happens when we cancel?",
        "You keep your plan until the time you paid for is over. Then the workspace is on the Free \
         plan. Nothing is deleted.",
    ),
];
