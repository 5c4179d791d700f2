//! What error pages say: icon, tone, title, text. Each says what to do, and whether it was saved.

use crate::Tone;

pub(super) fn words(status: u16) -> (&'static str, Tone, &'static str, &'static str) {
    match status {
        401 => (
            "lock",
            Tone::Neutral,
            "Please log in",
            "You were logged out or your session expired. Log in to continue.",
        ),
        403 => (
            "lock",
            Tone::Neutral,
            "You don't have access to this page",
            "Your role doesn't include it. If you need access, ask an admin of this workspace.",
        ),
        404 => (
            "compass",
            Tone::Neutral,
            "Page not found",
            "It may have been moved or deleted, or the link may be wrong.",
        ),
        405 => (
            "ban",
            Tone::Neutral,
            "This address doesn't work that way",
            "Open the page again and use its buttons.",
        ),
        408 => (
            "hourglass",
            Tone::Warning,
            "That took too long",
            "Nothing was saved. Check your connection and try again.",
        ),
        409 => (
            "undo-2",
            Tone::Warning,
            "This has changed in the meantime",
            "Nothing was saved, because this was changed in the meantime. Open it again and \
             repeat your change.",
        ),
        413 => (
            "package",
            Tone::Warning,
            "That's too large",
            "Nothing was saved. Go back, shorten it and try again.",
        ),
        422 => (
            "triangle-alert",
            Tone::Warning,
            "Something in this form isn't right",
            "Nothing was saved. Open the form again and check each field.",
        ),
        429 => (
            "gauge",
            Tone::Warning,
            "Too many requests",
            "You've sent a lot of requests in a short time.",
        ),
        503 => (
            "hourglass",
            Tone::Warning,
            "Back in a moment",
            "We can't answer right now. Nothing was saved. Try again shortly.",
        ),
        507 => (
            "package",
            Tone::Error,
            "We're out of storage",
            "This change was not saved; everything saved before is safe. Keep what you typed and \
             try again later.",
        ),
        500.. => (
            "server-crash",
            Tone::Error,
            "Something went wrong on our side",
            "Nothing was saved. Try again in a moment. If it keeps happening, send us the code \
             below.",
        ),
        _ => (
            "circle-alert",
            Tone::Warning,
            "We couldn't process that",
            "Nothing was saved. Go back, reload the page and try again.",
        ),
    }
}
