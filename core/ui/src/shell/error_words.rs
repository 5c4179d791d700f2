//! What error pages say: icon, tone, title, text. Each says what to do, and whether it was saved.

use crate::Tone;

pub(super) fn words(status: u16) -> (&'static str, Tone, &'static str, &'static str) {
    match status {
        401 => (
            "lock",
            Tone::Neutral,
            "Please log in",
            "You were logged out, or your session ended. Log in to go on.",
        ),
        403 => (
            "lock",
            Tone::Neutral,
            "You cannot open this page",
            "Your role does not include it. Ask an admin of the workspace if you need it.",
        ),
        404 => (
            "compass",
            Tone::Neutral,
            "This page is not here",
            "It may have been moved or deleted, or the link may be wrong.",
        ),
        405 => (
            "ban",
            Tone::Neutral,
            "This address cannot do that",
            "It exists, but not for this kind of request. Open the page again and use its buttons.",
        ),
        408 => (
            "hourglass",
            Tone::Warning,
            "That took too long",
            "We stopped waiting, and nothing was saved. Check your connection and send it again.",
        ),
        409 => (
            "undo-2",
            Tone::Warning,
            "Somebody else was faster",
            "What you changed has changed in the meantime, so nothing was saved. Open it again and \
             repeat your change.",
        ),
        413 => (
            "package",
            Tone::Warning,
            "That is too large",
            "It is more than we accept at once, so nothing was saved. Send less, or in parts.",
        ),
        422 => (
            "triangle-alert",
            Tone::Warning,
            "We could not read that",
            "What was sent does not fit the form, so nothing was saved. Open the form again and \
             check each field.",
        ),
        429 => (
            "gauge",
            Tone::Warning,
            "Too many requests",
            "We paused this address for a moment to keep things fast for everyone.",
        ),
        503 => (
            "hourglass",
            Tone::Warning,
            "Back in a moment",
            "We are not ready to answer right now. Nothing was saved; try again shortly.",
        ),
        507 => (
            "package",
            Tone::Error,
            "There is no room left",
            "Our disk is full, so nothing was saved; what was saved before is safe. Keep what you typed (go \
             back to see it), and send it again once we have made room.",
        ),
        500.. => (
            "server-crash",
            Tone::Error,
            "Something broke on our side",
            "Nothing was saved by this request. The fault is in our log under the code below; try \
             again in a moment.",
        ),
        _ => (
            "circle-alert",
            Tone::Warning,
            "That request makes no sense to us",
            "Nothing was saved. Go back, load the page again and repeat what you did.",
        ),
    }
}
