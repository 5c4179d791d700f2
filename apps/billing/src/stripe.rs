//! Stripe: the one client, and what may come back.

use std::{
    fmt,
    hash::{DefaultHasher, Hash, Hasher},
    time::Duration,
};

use chrono::{DateTime, Utc};
use platform::{clock, ui::Currency};
use serde::Serialize;

use stripe_client_core::{RequestBuilder, StripeMethod};

use ::stripe::{
    Client, ClientBuilder, IdempotencyKey, RequestStrategy, StripeError, StripeRequest,
};

/// The version of the API that is spoken, and in which webhooks come.
pub const VERSION: &str = "2026-09-30.endive";
/// For so long one call may take.
const TIME: Duration = Duration::from_secs(10);
/// Waits before a call is made again that failed for a moment.
const AGAIN: [Duration; 2] = [Duration::from_millis(300), Duration::from_secs(1)];

/// A Stripe account, or a sandbox.
#[derive(Clone)]
pub struct Stripe {
    client: Client,
    /// Where it is, for messages.
    place: String,
    /// The key of a test mode.
    is_test: bool,
    /// It calculates taxes.
    has_tax: bool,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("place", &self.place).finish_non_exhaustive()
    }
}

/// Why Stripe did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It does not answer, or is busy: later it may.
    Away(String),
    /// It says no, and would say so again.
    Refused {
        /// Its word for why: `resource_missing`. May be empty.
        code: String,
        /// For the developer.
        message: String,
    },
}

impl Trouble {
    /// Its word where a price at Stripe is not what the plans say.
    pub const NOT_SYNCED: &str = "not_synced";

    /// There is no such object.
    pub fn is_missing(&self) -> bool {
        self.is("resource_missing")
    }

    /// It says no with this word.
    pub fn is(&self, word: &str) -> bool {
        matches!(self, Self::Refused { code, .. } if code == word)
    }
}

impl std::error::Error for Trouble {}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away(why) => write!(f, "Stripe does not answer: {why}"),
            Self::Refused { code, message } if code.is_empty() => {
                write!(f, "Stripe refused: {message}")
            }
            Self::Refused { code, message } => write!(f, "Stripe refused ({code}): {message}"),
        }
    }
}

impl Stripe {
    /// With a secret key, at Stripe or at another address that speaks as it does. Gives what is wrong with the
    /// settings.
    pub fn new(key: &str, base: Option<&str>) -> Result<Self, String> {
        let mut builder = ClientBuilder::new(key).timeout(TIME);
        if let Some(base) = base {
            let is_web = base.starts_with("http://") || base.starts_with("https://");
            if !is_web {
                return Err(format!("STRIPE_BASE_URL is a web address, not {base}"));
            }
            builder = builder.url(format!("{}/", base.trim_end_matches('/')));
        }
        let is_test = key.contains("_test_");
        if !is_test && base.is_some_and(|base| base.starts_with("http://")) {
            return Err("a live key is not sent over plain HTTP (STRIPE_BASE_URL)".to_owned());
        }
        let client = builder.build().map_err(|_| "STRIPE_SECRET_KEY cannot be used".to_owned())?;
        let place = base.unwrap_or("https://api.stripe.com").to_owned();
        Ok(Self { client, place, is_test, has_tax: false })
    }

    /// The same, which calculates taxes or does not.
    #[must_use]
    pub fn with_tax(self, has_tax: bool) -> Self {
        Self { has_tax, ..self }
    }

    /// Does it calculate taxes?
    pub fn has_tax(&self) -> bool {
        self.has_tax
    }

    /// Where it is.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// It is the sandbox that is a part of this program in development.
    pub fn is_own_sandbox(&self) -> bool {
        self.place.ends_with("/dev/stripe")
    }

    /// Gives a customer a card that always pays; in test mode alone. Gives its id.
    pub(crate) async fn test_card(&self, customer: &str, key: &str) -> Result<String, Trouble> {
        let card = self.change(&TestCard { customer: customer.to_owned() }, key).await?;
        Ok(card.id.to_string())
    }

    /// No real money moves.
    pub fn is_test(&self) -> bool {
        self.is_test
    }

    /// Asks for something that changes nothing; again, where it fails for a moment.
    pub async fn read<R>(&self, request: &R) -> Result<R::Output, Trouble>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, None).await
    }

    /// Asks for a change under a key of its own: made again, it is done once.
    pub async fn change<R>(&self, request: &R, key: &str) -> Result<R::Output, Trouble>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        self.send(request, Some(key)).await
    }

    /// Asks for something that may be done once and can be done anew: not again where the answer fails.
    pub async fn read_once<R>(&self, request: &R) -> Result<R::Output, Trouble>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let once = request.customize().request_strategy(RequestStrategy::Once);
        once.send(&self.client).await.map_err(|error| trouble(&error))
    }

    async fn send<R>(&self, request: &R, key: Option<&str>) -> Result<R::Output, Trouble>
    where
        R: StripeRequest,
        R::Output: miniserde::Deserialize,
    {
        let strategy = match key.map(IdempotencyKey::new) {
            None => RequestStrategy::Once,
            Some(Ok(key)) => RequestStrategy::Idempotent(key),
            Some(Err(error)) => return Err(Trouble::Away(error.to_string())),
        };
        let mut waits = AGAIN.into_iter();
        loop {
            let sent = request.customize().request_strategy(strategy.clone());
            let trouble = match sent.send(&self.client).await {
                Ok(answer) => return Ok(answer),
                // Whoever waits has waited long enough: a job or a person tries again, under the same key.
                Err(error @ StripeError::Timeout) => return Err(trouble(&error)),
                Err(error) => trouble(&error),
            };
            match (&trouble, waits.next()) {
                (Trouble::Away(_), Some(wait)) => tokio::time::sleep(wait).await,
                _ => return Err(trouble),
            }
        }
    }
}

fn trouble(error: &StripeError) -> Trouble {
    match error {
        // Busy, or its own fault.
        StripeError::Stripe(_, status @ (409 | 424 | 429 | 500..)) => {
            Trouble::Away(format!("status {status}"))
        }
        StripeError::Stripe(error, _) => Trouble::Refused {
            code: error.code.as_ref().map(ToString::to_string).unwrap_or_default(),
            message: error.message.clone().unwrap_or_default(),
        },
        StripeError::Timeout => Trouble::Away("it took too long".to_owned()),
        // An answer that broke off cannot be read either.
        StripeError::JSONDeserialize(why) | StripeError::ClientError(why) => {
            Trouble::Away(why.clone())
        }
        StripeError::ConfigError(why) => {
            Trouble::Refused { code: String::new(), message: why.clone() }
        }
    }
}

/// A moment as Stripe writes it: seconds, UTC.
pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

/// A currency as people write it: `USD`.
pub(crate) fn upper(currency: &stripe_types::Currency) -> String {
    currency.to_string().to_uppercase()
}

/// A currency as Stripe's types have it.
pub(crate) fn money(currency: Currency) -> stripe_types::Currency {
    let Ok(money) = currency.code().to_lowercase().parse();
    money
}

/// `POST /payment_methods/pm_card_visa/attach`: the crate that has it is worth nothing else here.
#[derive(Serialize)]
struct TestCard {
    customer: String,
}

impl StripeRequest for TestCard {
    type Output = stripe_shared::PaymentMethod;

    fn build(&self) -> RequestBuilder {
        let path = "/payment_methods/pm_card_visa/attach";
        RequestBuilder::new(StripeMethod::Post, path).form(self)
    }
}

/// The key of a change: what is to be done, in this hour. Stripe keeps an error of its own under a key for a day; whoever
/// asks again later reads first what there is.
pub(crate) fn keyed(deed: &str, parts: &[&str]) -> String {
    let hour = clock::now().timestamp() / 3_600;
    let mut hash = DefaultHasher::new();
    parts.hash(&mut hash);
    format!("{deed}-{:016x}-{hour}", hash.finish())
}
