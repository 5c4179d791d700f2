//! The settings of billing: whose Stripe it is, or none.

use platform::{Environment, Reader};

use crate::stripe::Stripe;

/// Billing, as this installation has it.
#[derive(Debug)]
pub struct Billing {
    stripe: Option<Stripe>,
}

impl Billing {
    /// Reads `BILLING`, `STRIPE_SECRET_KEY` and `STRIPE_BASE_URL`. In development, without a key, it is the
    /// sandbox's.
    pub(crate) fn from_settings(env: &mut Reader) -> Self {
        let is_on = match env.text_or("BILLING", "on").as_str() {
            "on" => true,
            "off" => false,
            other => {
                env.problem(format!("BILLING is on or off, not {other}"));
                false
            }
        };
        let key = env.secret("STRIPE_SECRET_KEY");
        let base = env.text("STRIPE_BASE_URL");
        let sandbox = env.development_origin().map(|origin| format!("{origin}/dev/stripe"));
        let stripe = match (key, base, sandbox) {
            (Some(key), base, _) => Stripe::new(key.expose(), base.as_deref()),
            (None, Some(base), _) if env.environment() != Environment::Production => {
                Stripe::new(SANDBOX_KEY, Some(&base))
            }
            (None, Some(_), _) => Err("STRIPE_BASE_URL needs STRIPE_SECRET_KEY".to_owned()),
            (None, None, Some(sandbox)) => Stripe::new(SANDBOX_KEY, Some(&sandbox)),
            (None, None, None) => return Self { stripe: None },
        };
        match stripe {
            Ok(stripe) => Self { stripe: is_on.then_some(stripe) },
            Err(problem) => {
                env.problem(problem);
                Self { stripe: None }
            }
        }
    }

    /// Stripe; none: nothing is sold here.
    pub fn stripe(&self) -> Option<&Stripe> {
        self.stripe.as_ref()
    }
}

/// With which a sandbox is content.
const SANDBOX_KEY: &str = "sk_test_sandbox";
