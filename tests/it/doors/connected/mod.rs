//! Signing in at other sites: against a certified provider, and against one that says whatever a test asks of it.

mod answers;
mod people;
mod strangers;
mod vendors;

use std::{
    io::{BufRead, BufReader},
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use core_testing::{Actor, Answer, Stage, StoreKind, core_stores};
use serde_json::{Value, json};

use crate::world::apps;

const PASSWORD: &str = "correct horse battery staple";

/// A provider as a process of its own; it ends with the test.
struct Provider {
    child: Child,
    port: u16,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(1).unwrap().join("browser/providers")
}

impl Provider {
    fn start(script: &str, key: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let back = format!("http://localhost:8000/auth/{key}/callback");
        let mut child = Command::new("node")
            .arg(scripts().join(script))
            .args([port.to_string(), back])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let is_ready = lines.by_ref().map_while(Result::ok).any(|line| line == "ready");
        // It has more to say, and would end where nobody listens.
        std::thread::spawn(move || lines.for_each(drop));
        assert!(is_ready, "{script} does not start: infra/ci/services.sh install");
        Self { child, port }
    }

    fn issuer(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The settings of an OpenID Connect provider with this name.
    fn settings(&self, name: &str, secret: &str) -> Vec<(String, String)> {
        let named = |what: &str| format!("OIDC_{name}_{what}");
        vec![
            (named("ISSUER"), self.issuer()),
            (named("CLIENT_ID"), "groundwork".into()),
            (named("CLIENT_SECRET"), secret.into()),
            (named("LABEL"), "Example ID".into()),
        ]
    }
}

/// A site whose people may sign in at a certified provider, on each store.
async fn with_certified(more: &[(&str, &str)], probe: impl AsyncFn(&Site)) {
    let provider = Provider::start("certified.mjs", "example");
    let settings = provider.settings("EXAMPLE", "of-the-test");
    on_each_store(&settings, more, probe).await;
}

/// And at one that says what the test asks of it.
async fn with_mean(probe: impl AsyncFn(&Site)) {
    let provider = Provider::start("mean.mjs", "example");
    let mut settings = provider.settings("EXAMPLE", "of-the-test-which-is-long-enough-to-sign");
    let at = provider.issuer();
    for name in ["MICROSOFT", "GITHUB"] {
        settings.push((format!("{name}_CLIENT_ID"), "groundwork".into()));
        settings.push((format!("{name}_CLIENT_SECRET"), "of-the-test".into()));
    }
    settings.push(("MICROSOFT_ISSUER".into(), format!("{at}/common/v2.0")));
    settings.push(("GITHUB_URL".into(), at.clone()));
    settings.push(("GITHUB_API_URL".into(), format!("{at}/api")));
    on_each_store(&settings, &[], probe).await;
}

async fn on_each_store(
    settings: &[(String, String)],
    more: &[(&str, &str)],
    probe: impl AsyncFn(&Site),
) {
    let pairs = settings.iter().map(|(name, value)| (&**name, &**value));
    let vars: Vec<_> = pairs.chain(more.iter().copied()).collect();
    for kind in core_stores(&[StoreKind::Sqlite, StoreKind::Postgres]) {
        eprintln!("on {kind:?}:");
        let site = Site { stage: Stage::with(kind, apps(), &vars).await };
        probe(&site).await;
        site.stage.close().await;
    }
}

struct Site {
    stage: Stage,
}

impl Site {
    /// A person with a password; gives their address.
    async fn person(&self, name: &str) -> String {
        let email = format!("{}@acme.example", name.to_lowercase());
        let catalog = self.stage.store.catalog();
        let made = accounts::user::create(catalog, &email, name, PASSWORD).await;
        made.map_err(core_base::Error::into_anyhow).unwrap().unwrap();
        email
    }

    /// Logged in with their password.
    async fn logged_in(&self, email: &str) -> Actor {
        let browser = self.stage.visitor();
        assert_eq!(log_in(&browser, email).await.status, 303);
        browser
    }

    /// The newest link that an address was sent.
    async fn link(&self, email: &str) -> String {
        self.stage.run_jobs().await;
        self.stage.mailbox().newest_to(email).links()[0].to_owned()
    }
}

async fn log_in(browser: &Actor, email: &str) -> Answer {
    let form = browser.get("/login").await.form("/login");
    browser.submit(&form, &[("email", email), ("password", PASSWORD)]).await
}

/// Is somebody logged in here?
async fn is_in(browser: &Actor) -> bool {
    browser.get("/account").await.status == 200
}

/// From a button to the provider, through its pages as this person, and back with what it answers.
async fn by_provider(browser: &Actor, start: &str, who: &str) -> Answer {
    let there = browser.get(start).await;
    assert_eq!(there.status, 303, "{start}: {}", there.words());
    browser.get(&walk(there.location(), who)).await
}

/// Goes through a certified provider's pages; gives the address that it sends the browser to.
fn walk(url: &str, who: &str) -> String {
    let walked = Command::new("node").arg(scripts().join("walk.mjs")).args([url, who]).output();
    let walked = walked.unwrap();
    assert!(walked.status.success(), "{}", String::from_utf8_lossy(&walked.stderr));
    String::from_utf8(walked.stdout).unwrap().trim().to_owned()
}

/// A flow at the mean provider, under way.
struct Flow {
    state: String,
    nonce: String,
    issuer: String,
    key: &'static str,
}

/// Begins one.
async fn begin(browser: &Actor, key: &'static str) -> Flow {
    let there = browser.get(&format!("/auth/{key}/start")).await;
    Flow::of(&there, key)
}

impl Flow {
    /// The one that an answer sends a browser to.
    fn of(there: &Answer, key: &'static str) -> Self {
        assert_eq!(there.status, 303, "{}", there.words());
        let url = url::Url::parse(there.location()).unwrap();
        let of = |name: &str| url.query_pairs().find(|(one, _)| one == name).map(|(_, v)| v.into());
        assert_eq!(of("code_challenge_method"), Some("S256".to_owned()));
        Self {
            state: of("state").unwrap(),
            nonce: of("nonce").unwrap_or_default(),
            issuer: url.origin().ascii_serialization(),
            key,
        }
    }

    /// A code that makes the token say so, with what is wrong with it.
    fn code(&self, mut claims: Value, way: &str) -> String {
        claims["nonce"] = self.nonce.clone().into();
        let json = json!({ "claims": claims, "way": way }).to_string();
        base64url(json.as_bytes())
    }

    /// The way back with such a code.
    fn back(&self, code: &str) -> String {
        let pairs = [("code", code), ("state", &self.state), ("iss", &self.issuer)];
        let query = serde_urlencoded::to_string(pairs).unwrap();
        format!("/auth/{}/callback?{query}", self.key)
    }
}

fn base64url(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let all = piece.iter().fold(0_u32, |all, byte| all << 8 | u32::from(*byte));
        let all = all << (8 * (3 - piece.len()));
        for place in 0..=piece.len() {
            text.push(LETTERS[(all >> (18 - 6 * place)) as usize & 63] as char);
        }
    }
    text
}
