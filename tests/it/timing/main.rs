//! Does the time of an answer tell whether an address has an account? `make check-timing`.
//!
//! Each round asks of an address that is known, of two that are not, and of one that is not with a
//! delay on purpose, in random order. The two unknown ones must look alike and the delay must be
//! found, or the check says that it could see nothing: only then is what it says of the known one
//! worth something.
#![expect(clippy::unwrap_used, reason = "a check")]

mod probe;
mod statistic;

use core_testing::{Stage, StoreKind, core_stores};
use platform::App;

use probe::{PROBES, Probe};

#[tokio::main]
async fn main() -> std::process::ExitCode {
    // Those that are named on the command line; all of them, where none is.
    let named: Vec<_> = std::env::args().collect();
    let wanted: Vec<_> =
        PROBES.into_iter().filter(|form| named.iter().any(|one| one == form)).collect();
    println!("differences of the quickest answers, z of those, z of the answers in the middle");
    let mut failed = false;
    println!(
        "{:9} {:9} {:>6} {:>9} {:>21} {:>21} {:>21}  verdict",
        "store",
        "form",
        "rounds",
        "median",
        "known - unknown",
        "unknown - unknown",
        "delayed - unknown"
    );
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        let stage = Stage::on(kind, apps()).await;
        let places = probe::Places::on(&stage).await;
        for form in PROBES.into_iter().filter(|form| wanted.is_empty() || wanted.contains(form)) {
            let mut probe = Probe::new(form);
            let verdict = probe.run(&stage, &places).await;
            println!("{:9} {}  {verdict}", format!("{kind:?}"), probe.line());
            failed |= !verdict.is_good();
        }
        stage.close().await;
    }
    std::process::ExitCode::from(u8::from(failed))
}

/// All apps of the product.
fn apps() -> Vec<App> {
    web::apps(core_base::config::Environment::Test)
}
