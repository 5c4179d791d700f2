//! `billing`: what an operator does.

use platform::{
    CommandLine, Result,
    clap::{self, Parser, Subcommand},
    say,
};

use crate::{
    plan::{PLANS, problems},
    settings::Billing,
    sync,
};

/// Manage what is sold.
#[derive(Parser)]
#[command(name = "billing")]
pub(crate) struct Command {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Make plans and prices known to Stripe. Can be run as often as you like: what is there stays,
    /// and a price that changed is replaced, so that those who pay the old one keep it.
    Sync {
        /// Only show what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

pub(crate) async fn run(command: Command, line: CommandLine) -> Result<()> {
    let Verb::Sync { dry_run } = command.verb;
    let billing = line.extension::<Billing>()?;
    let Some(stripe) = billing.stripe() else {
        return Err(anyhow::anyhow!(
            "billing is off: set STRIPE_SECRET_KEY, and leave BILLING out or at `on`"
        )
        .into());
    };
    let wrong = problems(PLANS);
    if !wrong.is_empty() {
        return Err(
            anyhow::anyhow!("the plans cannot be sold:\n  - {}", wrong.join("\n  - ")).into()
        );
    }
    let mode = if stripe.is_test() { "test mode" } else { "live" };
    say!("{} ({mode})", stripe.place());
    let steps = sync::compare(stripe, PLANS).await.map_err(|trouble| {
        let error = anyhow::Error::from(trouble);
        match stripe.place().ends_with("/dev/stripe") {
            true => error.context("the sandbox is a part of `groundwork serve`: start that first"),
            false => error,
        }
    })?;
    if steps.is_empty() {
        say!("Stripe is already up to date.");
        return Ok(());
    }
    for step in &steps {
        say!("  {}", step.words());
        if dry_run {
            continue;
        }
        sync::apply(stripe, step).await.map_err(|trouble| {
            anyhow::Error::from(trouble)
                .context("what stands above this line is done; run it again")
        })?;
    }
    if dry_run {
        say!("Nothing was changed (--dry-run).");
    }
    Ok(())
}
