//! The widget that tells people from programs, on the forms that anybody may send.

use platform::{
    Result,
    request::{Client, Response},
};

use super::problem::Problem;
use crate::abuse::{AbuseFilter, NotShown};

/// What is wrong with the answer of whoever sent a form; none: they are no program, as far as can be told.
pub(super) async fn problem(
    abuse: &AbuseFilter,
    client: Client,
    (action, answer): (&'static str, &str),
) -> Result<Option<Problem>> {
    Ok(match abuse.is_person(client, action, answer).await? {
        Ok(()) => None,
        Err(NotShown::Wrong) => Some(Problem::new(
            "We couldn't tell that you're a person",
            "Finish the check in the form, then send it again.",
        )),
        Err(NotShown::Away) => Some(Problem::new(
            "We couldn't check that you're a person",
            "This is our fault. Try again in a minute.",
        )),
    })
}

/// A page that shows the widget may load it.
pub(super) fn shown(abuse: &AbuseFilter, page: Result<Response>) -> Result<Response> {
    page.map(|page| abuse.let_in(page))
}
