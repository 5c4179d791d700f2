//! What happens to people across all workspaces. Announced in the catalogue: listeners take `Run`.

use core_base::UserId;
use core_jobs::Event;
use serde::{Deserialize, Serialize};

/// Somebody made an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedUp {
    /// The person. Their name and address stand in the catalogue, and not in a queue.
    pub user: UserId,
}

impl Event for SignedUp {
    const NAME: &'static str = "accounts.signed_up";
}

/// Somebody logged in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedIn {
    /// The person.
    pub user: UserId,
    /// How: `password`, `sign_up`, …
    pub method: String,
    /// From which IP address.
    pub address: String,
}

impl Event for LoggedIn {
    const NAME: &'static str = "accounts.logged_in";
}
