//! A PostgreSQL of a test's own, which it may stop, kill and start again.

use std::{
    net::TcpListener,
    os::unix::fs::{PermissionsExt, chown},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use sqlx::{Connection, Executor, PgConnection};
use tempfile::TempDir;

use super::program::PATIENCE;

pub(super) struct OwnServer {
    dir: TempDir,
    bin: PathBuf,
    port: u16,
}

impl OwnServer {
    /// Makes and starts one. `None`, with a reason: there is no PostgreSQL on this machine.
    pub(super) fn start() -> Option<Self> {
        let Some(bin) = programs() else {
            eprintln!("skipped: no PostgreSQL in /usr/lib/postgresql");
            return None;
        };
        let dir = tempfile::Builder::new().prefix("groundwork-pg-").tempdir().unwrap();
        std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
        let data = dir.path().join("data");
        std::fs::create_dir(&data).unwrap();
        if let Some((user, group)) = server_user() {
            chown(&data, Some(user), Some(group)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { dir, bin, port };
        let path = data.display().to_string();
        server.run(
            "initdb",
            &["-D", &path, "-U", "owner", "--auth=trust", "--encoding=UTF8", "--no-sync"],
        );
        server.up();
        Some(server)
    }

    /// The owner's address of the database `postgres`.
    pub(super) fn url(&self) -> String {
        format!("postgres://owner:x@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it after an end of any kind.
    pub(super) fn up(&self) {
        let settings = format!(
            "-c port={} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
             -c max_connections=100 -c dynamic_shared_memory_type=mmap",
            self.port
        );
        let (log, start) = (self.data().join("log").display().to_string(), Instant::now());
        // After a kill the old backends must be gone before a new server starts.
        while !self.attempt("pg_ctl", &["start", "-w", "-s", "-l", &log, "-o", &settings]) {
            assert!(start.elapsed() < PATIENCE, "it does not start: see {log}");
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
    }

    /// Ends it as an operator does who wants it now.
    pub(super) fn down(&self) {
        self.run("pg_ctl", &["stop", "-w", "-s", "-m", "fast"]);
    }

    /// `kill -9` of the process that all others hang on.
    pub(super) fn kill(&self) {
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let pid = file.lines().next().unwrap().to_owned();
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
    }

    /// Ends every connection of others.
    pub(super) async fn terminate_backends(&self) {
        let mut connection = PgConnection::connect(&self.url()).await.unwrap();
        let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                   WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn run(&self, program: &str, args: &[&str]) {
        assert!(self.attempt(program, args), "{program} {args:?} failed");
    }

    fn attempt(&self, program: &str, args: &[&str]) -> bool {
        let mut command = match server_user() {
            Some(_) => {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(self.bin.join(program));
                command
            }
            None => Command::new(self.bin.join(program)),
        };
        command.args(args).env("PGDATA", self.data()).current_dir("/");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().unwrap().success()
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        self.attempt("pg_ctl", &["stop", "-s", "-m", "immediate"]);
    }
}

/// Those of the release that the tests are run on, else of the newest that Debian has here.
fn programs() -> Option<PathBuf> {
    if let Some(bin) = std::env::var_os("GROUNDWORK_TEST_PG_BIN") {
        return Some(bin.into());
    }
    let mut versions: Vec<_> = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten().collect();
    versions.sort_by_key(|entry| entry.file_name());
    Some(versions.last()?.path().join("bin"))
}

/// The server refuses to be root: then it is `postgres`. `None`: we are somebody else anyway.
fn server_user() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap();
    let line = users.lines().find(|line| line.starts_with("postgres:")).unwrap().to_owned();
    let field = |at: usize| line.split(':').nth(at).unwrap().parse().unwrap();
    Some((field(2), field(3)))
}
