//! Starting programs on a test's own store, and ending them the hard way.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use core_testing::Home;
use sqlx::{Connection, PgConnection, Row};

pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// The product itself, built if need be: cargo builds no program of another package for a test.
/// As part of the whole workspace, so that what the tests were built from is used again. Measurements
/// name a release in `GROUNDWORK_BIN`.
pub(crate) fn groundwork() -> PathBuf {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT
        .get_or_init(|| std::env::var_os("GROUNDWORK_BIN").map_or_else(build, PathBuf::from))
        .clone()
}

fn build() -> PathBuf {
    // Beside the folder `deps`, where this test itself lies.
    let test = std::env::current_exe().unwrap();
    let path = test.ancestors().nth(2).unwrap().join("groundwork");
    let mut command = Command::new(env!("CARGO"));
    // What cargo says of this test to itself: some packages are built anew where it differs.
    for (name, _) in std::env::vars() {
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            command.env_remove(name);
        }
    }
    command.args(["build", "--quiet", "--locked", "--workspace", "--bin", "groundwork"]);
    // With what the tests work on, also where the product is without it.
    command.args(["--features", "web/example"]);
    let target = path.ancestors().nth(2).unwrap();
    let built =
        command.current_dir(env!("CARGO_MANIFEST_DIR")).env("CARGO_TARGET_DIR", target).status();
    let good = built.unwrap().success() && path.exists();
    assert!(good, "{} cannot be built: was a file saved meanwhile?", path.display());
    path
}

/// The migration of later releases.
pub(super) fn fleet() -> PathBuf {
    env!("CARGO_BIN_EXE_fleet").into()
}

/// The worker whose jobs leave marks.
pub(super) fn work() -> PathBuf {
    env!("CARGO_BIN_EXE_work").into()
}

pub(crate) fn command(program: PathBuf, home: &Home, args: &[&str]) -> Command {
    let mut command = Command::new(program);
    // An own directory: a `.env` of the developer's must not be read.
    command.args(args).env_clear().envs(home.vars.iter().cloned());
    command.current_dir(home.config.data_dir.parent().unwrap());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Runs to the end; fails the test if that is not a good one. Gives the time it took.
pub(crate) fn run(program: PathBuf, home: &Home, args: &[&str]) -> Duration {
    let start = Instant::now();
    let output = command(program, home, args).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{args:?}: {said}");
    start.elapsed()
}

/// Starts it, waits a while, and kills it. True if it had still been at work.
pub(super) fn kill_after(program: PathBuf, home: &Home, args: &[&str], wait: Duration) -> bool {
    let mut child =
        command(program, home, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while start.elapsed() < wait {
        std::thread::sleep(wait.saturating_sub(start.elapsed()).min(Duration::from_millis(1)));
    }
    let was_at_work = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    was_at_work
}

/// Until the server has noticed: it ends what the dead had begun as soon as it sees they are gone.
pub(super) async fn wait_for_the_dead(home: &Home) {
    let Some(owner) = &home.owner else { return };
    let mut connection = PgConnection::connect(owner.as_str()).await.unwrap();
    let start = Instant::now();
    loop {
        let sql = "SELECT count(*) FROM pg_stat_activity
                   WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let left: i64 = sqlx::query(sql).fetch_one(&mut connection).await.unwrap().get(0);
        if left == 0 {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{left} connections of the dead are still there");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    connection.close().await.unwrap();
}
