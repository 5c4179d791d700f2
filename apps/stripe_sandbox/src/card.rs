//! The cards that Stripe documents for tests, and what each of them does.

use serde_json::{Value, json};

use crate::{
    dispute::{FRAUD, NOTHING_CAME, QUESTION, Reason},
    error::{Fault, Outcome},
};

/// What a card does when it is charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Temper {
    /// It pays.
    Pays,
    /// It is refused when it is typed and when it is charged.
    Declines(&'static str, Option<&'static str>, &'static str),
    /// It can be kept, and is refused each time it is charged.
    DeclinesLater,
    /// Its bank asks who pays before the first payment.
    Asks,
    /// It pays, and its owner's bank takes that back, or asks about it.
    Disputes(Reason),
}

/// A card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Card {
    number: &'static str,
    token: &'static str,
    brand: &'static str,
    /// What it does.
    pub(crate) temper: Temper,
}

const fn card(
    number: &'static str,
    token: &'static str,
    brand: &'static str,
    temper: Temper,
) -> Card {
    Card { number, token, brand, temper }
}

use Temper::{Asks, Declines, DeclinesLater, Disputes, Pays};

const CARDS: [Card; 13] = [
    card("4242424242424242", "pm_card_visa", "visa", Pays),
    card("5555555555554444", "pm_card_mastercard", "mastercard", Pays),
    card("378282246310005", "pm_card_amex", "amex", Pays),
    card(
        "4000000000000002",
        "pm_card_chargeDeclined",
        "visa",
        Declines("card_declined", Some("generic_decline"), "Your card was declined."),
    ),
    card(
        "4000000000009995",
        "pm_card_chargeDeclinedInsufficientFunds",
        "visa",
        Declines("card_declined", Some("insufficient_funds"), "Your card has insufficient funds."),
    ),
    card(
        "4000000000000069",
        "pm_card_chargeDeclinedExpiredCard",
        "visa",
        Declines("expired_card", None, "Your card has expired."),
    ),
    card(
        "4000000000000127",
        "pm_card_chargeDeclinedIncorrectCvc",
        "visa",
        Declines("incorrect_cvc", None, "Your card's security code is incorrect."),
    ),
    card("4000000000000341", "pm_card_chargeCustomerFail", "visa", DeclinesLater),
    card("4000002500003155", "pm_card_authenticationRequiredOnSetup", "visa", Asks),
    card("4000000000003220", "pm_card_threeDSecure2Required", "visa", Asks),
    card("4000000000000259", "pm_card_createDispute", "visa", Disputes(FRAUD)),
    card(
        "4000000000002685",
        "pm_card_createDisputeProductNotReceived",
        "visa",
        Disputes(NOTHING_CAME),
    ),
    card("4000000000001976", "pm_card_createDisputeInquiry", "visa", Disputes(QUESTION)),
];

impl Card {
    /// The card with this number, as somebody typed it.
    pub fn of_number(typed: &str) -> Outcome<Self> {
        let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
        let known = CARDS.into_iter().find(|card| card.number == digits);
        known.ok_or_else(|| {
            let message =
                "Your card number is incorrect. Use a test card, such as 4242 4242 4242 4242.";
            Fault::card("incorrect_number", None, message)
        })
    }

    pub(crate) fn of_token(token: &str) -> Option<Self> {
        CARDS.into_iter().find(|card| card.token == token)
    }

    pub(crate) fn of_last4(last4: &str) -> Option<Self> {
        CARDS.into_iter().find(|card| card.last4() == last4)
    }

    fn last4(&self) -> &'static str {
        &self.number[self.number.len() - 4..]
    }

    /// Can it be kept at all?
    pub(crate) fn check(&self) -> Outcome<()> {
        match self.temper {
            Declines(code, decline, message) => Err(Fault::card(code, decline, message)),
            _ => Ok(()),
        }
    }

    /// Charges it; `is_there`: its owner sits before the page and has been asked by the bank.
    pub(crate) fn charge(&self, is_there: bool) -> Outcome<()> {
        match self.temper {
            Pays | Disputes(_) => Ok(()),
            Asks if is_there => Ok(()),
            Asks => Err(Fault::card(
                "authentication_required",
                Some("authentication_required"),
                "Your card was declined. This transaction requires authentication.",
            )),
            DeclinesLater => {
                let decline = Some("generic_decline");
                Err(Fault::card("card_declined", decline, "Your card was declined."))
            }
            Declines(code, decline, message) => Err(Fault::card(code, decline, message)),
        }
    }

    /// What its owner says of each payment afterwards.
    pub(crate) fn disputed_as(&self) -> Option<Reason> {
        match self.temper {
            Disputes(reason) => Some(reason),
            _ => None,
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "brand": self.brand, "checks": { "address_line1_check": null,
                "address_postal_code_check": null, "cvc_check": "pass" },
            "country": "US", "display_brand": self.brand, "exp_month": 12, "exp_year": 2040,
            "fingerprint": format!("fp{}", self.number), "funding": "credit", "generated_from": null,
            "last4": self.last4(), "networks": { "available": [self.brand], "preferred": null },
            "regulated_status": "unregulated", "three_d_secure_usage": { "supported": true },
            "wallet": null,
        })
    }
}
