//! The log: lines for people in development, JSON for machines in production, both on stderr.

use std::io::IsTerminal;

use core_base::Config;
use tracing_subscriber::EnvFilter;

/// PostgreSQL's own notices tell of nothing that went wrong: a connection that was given up in the middle is
/// rolled back whatever state it is in, and the server remarks where there was nothing to roll back.
///
/// Stripe's client warns of each answer that is no success, a 404 that was asked for too: whoever asks says what went
/// wrong.
const USUAL: &str =
    "info,sqlx=warn,sqlx::postgres::notice=error,sea_orm=warn,hyper=warn,stripe=error";

/// `RUST_LOG` decides how much; without it, our own lines at `info`.
pub(crate) fn start(config: &Config) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(USUAL));
    // Where nobody reads the log any more, a line is lost; complaining about that would be a panic.
    let log = tracing_subscriber::fmt().log_internal_errors(false);
    let log = log.with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    } else {
        log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init();
    }
}
