//! `billing`: what an operator does.

use platform::{
    CommandLine, Result,
    catalog::CatalogDb,
    clap::{self, Parser, Subcommand},
    process::Vault,
    say,
};

use crate::{
    account::Failure,
    endpoint, event,
    plan::{PLANS, problems},
    settings::Billing,
    stripe::Stripe,
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
    /// Make plans, prices and the webhook known to Stripe. Can be run as often as you like: what is there stays, and a
    /// price that changed is replaced, so that those who pay the old one keep it.
    Sync {
        /// Only show what would be done.
        #[arg(long)]
        dry_run: bool,
    },
    /// Deal with an event once more: the workspace it is about is read anew from Stripe.
    Replay {
        /// Its id at Stripe: `evt_…`
        event: String,
    },
}

pub(crate) async fn run(command: Command, line: CommandLine) -> Result<()> {
    let billing = line.extension::<Billing>()?;
    let Some(stripe) = billing.stripe() else {
        return Err(anyhow::anyhow!(
            "billing is off: set STRIPE_SECRET_KEY, and leave BILLING out or at `on`"
        )
        .into());
    };
    match command.verb {
        Verb::Sync { dry_run } => sync(&line, &billing, stripe, dry_run).await,
        Verb::Replay { event } => match event::replay(&line.store, &billing, &event).await? {
            Some(outcome) => {
                say!("{event}: {outcome}");
                Ok(())
            }
            None => Err(anyhow::anyhow!("Stripe told of no event {event} here").into()),
        },
    }
}

async fn sync(line: &CommandLine, billing: &Billing, stripe: &Stripe, dry_run: bool) -> Result<()> {
    let wrong = problems(PLANS);
    if !wrong.is_empty() {
        return Err(
            anyhow::anyhow!("the plans cannot be sold:\n  - {}", wrong.join("\n  - ")).into()
        );
    }
    let mode = if stripe.is_test() { "test mode" } else { "live" };
    say!("{} ({mode})", stripe.place());
    let catalog = line.store.catalog();
    let vault = Vault::new(catalog.clone(), &line.config.master_keys);
    let shop = Shop { catalog, vault: &vault, billing, origin: &line.config.account_origin() };
    let mut steps = 0;
    let mut tell = |words: String| {
        steps += 1;
        say!("  {words}");
    };
    let done = shop.make_known(stripe, dry_run, &mut tell).await;
    done.map_err(|failure| {
        let error = anyhow::anyhow!("{failure}");
        match stripe.is_own_sandbox() {
            true => error.context("the sandbox is a part of `groundwork serve`: start that first"),
            false if dry_run => error,
            false => error.context("what stands above this line is done; run it again"),
        }
    })?;
    match steps {
        0 => say!("Stripe is already up to date."),
        _ if dry_run => say!("Nothing was changed (--dry-run)."),
        _ => {}
    }
    Ok(())
}

/// Who makes something known to Stripe.
pub(crate) struct Shop<'a> {
    pub(crate) catalog: &'a CatalogDb,
    pub(crate) vault: &'a Vault,
    pub(crate) billing: &'a Billing,
    /// Of the account site, where the webhook is.
    pub(crate) origin: &'a str,
}

impl Shop<'_> {
    /// Does what differs, each step told before it is done.
    pub(crate) async fn make_known(
        &self,
        stripe: &Stripe,
        dry_run: bool,
        tell: &mut (dyn FnMut(String) + Send),
    ) -> Result<(), Failure> {
        for step in sync::compare(stripe, PLANS).await? {
            tell(step.words());
            if !dry_run {
                sync::apply(stripe, &step).await?;
            }
        }
        let url = format!("{}{}", self.origin, endpoint::PATH);
        let is_told = !self.billing.secrets().is_empty();
        let step = endpoint::sync::compare(self.catalog, stripe, &url, is_told).await?;
        if let Some(step) = step {
            tell(step.words());
            if !dry_run {
                endpoint::sync::apply((self.catalog, self.vault), stripe, &url, &step).await?;
            }
        }
        Ok(())
    }
}
