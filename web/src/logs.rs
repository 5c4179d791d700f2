//! The log: lines for people in development, JSON for machines in production, both on stderr.

use std::io::IsTerminal;

use core_base::Config;
use tracing_subscriber::EnvFilter;

/// `RUST_LOG` decides how much; without it, our own lines at `info`.
pub(crate) fn start(config: &Config) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm=warn,hyper=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if config.log_json {
        log.json().flatten_event(true).with_current_span(false).with_span_list(false).init();
    } else {
        log.with_target(false).with_ansi(std::io::stderr().is_terminal()).init();
    }
}
