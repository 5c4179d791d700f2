//! How many emails others can have sent to somebody: counted for the reader, over all workspaces.

use core_base::{Verdict, normalise_email};
use core_db::CatalogTx;
use serde::{Deserialize, Serialize};

use crate::{LimitExceeded, RateLimit, RateLimiter};

/// One email of a kind to a reader in three minutes.
const PAUSE: RateLimit = RateLimit::new("email_pause", 1, 180);
const DAY: i64 = 24 * 3600;

/// An email that somebody other than its reader can cause.
#[derive(Clone, Copy, Debug)]
pub struct EmailKind {
    name: &'static str,
    a_day: i32,
}

impl EmailKind {
    /// At most one in three minutes and `a_day` in a day reach a reader, whoever asks for them.
    pub const fn new(name: &'static str, a_day: i32) -> Self {
        Self { name, a_day }
    }
}

/// Shows to whoever sends an email that it was counted. Without one it is counted when it is sent.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct EmailPermit {
    counted: bool,
}

impl EmailPermit {
    /// Was it counted?
    pub fn is_counted(&self) -> bool {
        self.counted
    }
}

impl RateLimiter {
    /// Counts an email to `address`, as a part of the change that causes it. `about` tells apart what
    /// may follow at once, such as news of two workspaces; mostly it is empty.
    pub async fn may_email(
        &self,
        tx: &CatalogTx,
        kind: EmailKind,
        address: &str,
        about: &str,
    ) -> Verdict<EmailPermit, LimitExceeded> {
        let reader = format!("{}:{}", kind.name, mailbox_of(address));
        let day = RateLimit::new("email_day", kind.a_day, DAY);
        if let Err(spent) = self.allow_in(tx, PAUSE, &format!("{reader}:{about}"), 1).await? {
            return Ok(Err(spent));
        }
        let allowed = self.allow_in(tx, day, &reader, 1).await?;
        Ok(allowed.map(|()| EmailPermit { counted: true }))
    }
}

/// Where mail to an address ends up: what stands behind a plus is the same mailbox to most servers,
/// and to Google the dots are nothing. Only for counting.
fn mailbox_of(address: &str) -> String {
    let address = normalise_email(address).unwrap_or_else(|| address.trim().to_lowercase());
    let Some((local, domain)) = address.rsplit_once('@') else { return address };
    let local = local.split('+').next().unwrap_or(local);
    match domain {
        "gmail.com" | "googlemail.com" => format!("{}@gmail.com", local.replace('.', "")),
        _ => format!("{local}@{domain}"),
    }
}

#[cfg(test)]
mod tests {
    use super::mailbox_of;

    #[test]
    fn many_ways_to_write_a_mailbox_are_one_reader() {
        for (typed, same) in [
            (" Ada@Acme.Example ", "ada@acme.example"),
            ("ada+1@acme.example", "ada@acme.example"),
            ("ada@B\u{fc}cher.example", "ada@xn--bcher-kva.example"),
            ("a.d.a+x@googlemail.com", "ada@gmail.com"),
            ("a.da@acme.example", "a.da@acme.example"),
        ] {
            assert_eq!(mailbox_of(typed), same, "{typed}");
        }
    }
}
