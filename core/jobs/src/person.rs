//! The person whose request led to a job travels in its payload, under a name that no job has: queues and
//! outboxes of every release carry it as they are.

use std::borrow::Cow;

use core_base::UserId;

const KEY: &str = "{\"_by\":\"";
/// Before a payload that is no object.
const BARE: &str = "\"_\":";
/// A UUID in its usual form.
const LENGTH: usize = 36;

/// The payload with the person in it.
pub(crate) fn put_into(payload: String, by: Option<UserId>) -> String {
    match (by, payload.strip_prefix('{')) {
        (Some(by), Some("}")) => format!("{KEY}{by}\"}}"),
        (Some(by), Some(rest)) => format!("{KEY}{by}\",{rest}"),
        (Some(by), None) => format!("{KEY}{by}\",{BARE}{payload}}}"),
        (None, _) => payload,
    }
}

/// The person, and the payload as the job wrote it.
pub(crate) fn taken_from(payload: &str) -> (Option<UserId>, Cow<'_, str>) {
    let known = payload.strip_prefix(KEY).and_then(|rest| {
        let (id, rest) = rest.split_at_checked(LENGTH)?;
        let rest = rest.strip_prefix('"')?;
        let rest = rest.strip_prefix(',').unwrap_or(rest);
        let payload = match rest.strip_prefix(BARE) {
            Some(bare) => bare.strip_suffix('}')?.to_owned(),
            None => format!("{{{rest}"),
        };
        Some((id.parse().ok()?, Cow::Owned(payload)))
    });
    match known {
        Some((by, payload)) => (Some(by), payload),
        None => (None, Cow::Borrowed(payload)),
    }
}

#[cfg(test)]
mod tests {
    use core_base::UserId;

    use super::{put_into, taken_from};

    #[test]
    fn what_goes_in_comes_out() {
        let by = UserId::default();
        for payload in ["{}", "{\"a\":1}", "{\"_by\":\"x\"}", "[1]", "null", "\"text\""] {
            let sent = put_into(payload.to_owned(), Some(by));
            let (found, back) = taken_from(&sent);
            assert_eq!((found, &*back), (Some(by), payload));
            assert_eq!(put_into(payload.to_owned(), None), payload);
        }
        assert_eq!(taken_from("{\"_by\":\"short").0, None);
    }
}
