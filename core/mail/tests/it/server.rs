//! A mail server of somebody else's making, run for one test.

use std::{
    path::Path,
    process::{Command as Blocking, Stdio},
    time::Duration,
};

use core_base::{Config, config::Reader};
use core_mail::{Branding, Email, Line, Mailbox, Mailer, Message};
use serde_json::Value;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

pub const LINK: &str = "https://groundwork.example/confirm/0123456789abcdef?next=%2Facme&b=c";

/// A running server.
pub struct Server {
    pub port: u16,
    lines: Lines<BufReader<ChildStdout>>,
    _child: Child,
}

impl Server {
    /// None where nothing is installed to run it; in CI that is a failure.
    pub async fn start(args: &[&str]) -> Option<Self> {
        let Some(python) = std::env::var_os("TEST_SMTP_PYTHON") else {
            assert!(std::env::var_os("CI").is_none(), "TEST_SMTP_PYTHON is not set");
            eprintln!("skipped: TEST_SMTP_PYTHON is not set (infra/ci/services.sh install, env)");
            return None;
        };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/server.py");
        let mut command = Command::new(python);
        command.arg(script).args(args).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut this = Self { port: 0, lines, _child: child };
        this.port = this.next().await.as_u64().unwrap().try_into().unwrap();
        Some(this)
    }

    /// The next thing it says.
    pub async fn next(&mut self) -> Value {
        let line = tokio::time::timeout(Duration::from_secs(20), self.lines.next_line()).await;
        serde_json::from_str(&line.unwrap().unwrap().unwrap()).unwrap()
    }
}

pub fn config(vars: &[(&str, &str)]) -> Config {
    let mut all = vec![
        ("ENVIRONMENT", "test"),
        ("BASE_URL", "https://groundwork.example"),
        ("SECRET_KEY", "only for tests: 0123456789abcdef0123456789abcdef"),
        ("MAIL_FROM", "Größe & Co. <hello@groundwork.example>"),
    ];
    all.extend(vars);
    let all = all.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
    Config::read(Reader::from_vars(all)).unwrap()
}

/// A mailer that loses its patience quickly.
pub fn mailer(vars: &[(&str, &str)]) -> Mailer {
    Mailer::with_patience(&config(vars), Duration::from_secs(2)).unwrap()
}

pub fn email(name: &str, address: &str, subject: &str) -> Email {
    let message = Message::new(subject)
        .line(Line::new("Hi ").typed(name).text(", that is all."))
        .line(".")
        .button("Confirm", LINK)
        .why("You get this because somebody signed up.");
    message.email(&Branding::of(&config(&[])), Mailbox::new(name, address))
}

/// A certificate for localhost, signed by itself, and its key: two paths.
pub fn certificate() -> (TempDir, String, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str| dir.path().join(name).display().to_string();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    let done = Blocking::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
        .args(["-addext", "subjectAltName=DNS:localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .args(["-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    (dir, certificate, key)
}
