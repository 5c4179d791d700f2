//! One form, asked about known and unknown addresses in turn.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    time::{Duration, Instant},
};

use core_testing::{Actor, Role, Stage, Workspace};

use crate::statistic::{Pairs, median};

/// The forms that know who has an account and must not tell.
pub(crate) const PROBES: [&str; 7] =
    ["signup", "connected", "forgot", "login", "link", "email", "invite"];

/// As many rounds as are measured at first; where the machine is too busy to find the delay, more.
const ROUNDS: usize = 300;
const MOST: usize = 3 * ROUNDS;
/// A difference below this share of an answer, or below this time, nobody sees through a network.
const SHARE: f64 = 0.02;
const LEAST: f64 = 0.1;
/// What must be found: the delay on purpose.
const DELAY_SHARE: f64 = 0.05;
const DELAY_LEAST: f64 = 0.3;

/// Where the forms are.
pub(crate) struct Places {
    visitor: Actor,
    owner: Actor,
    acme: Workspace,
}

impl Places {
    pub(crate) async fn on(stage: &Stage) -> Self {
        let acme = stage.tenant("acme").await;
        let owner = stage.member(&acme, Role::Owner).await;
        let visitor = stage.visitor();
        visitor.set_cookie(visitor.account_origin(), NEWCOMER, &newcomer(stage));
        Self { visitor, owner, acme }
    }
}

const NEWCOMER: &str = "__Host-newcomer";

/// What a provider told of somebody whose address it has not seen, as it is kept in a browser.
fn newcomer(stage: &Stage) -> String {
    let identity = serde_json::json!({ "issuer": "https://id.example", "subject": "1",
        "email": null, "is_verified": false, "name": "Kim" });
    let value = serde_json::json!({ "key": "example", "label": "Example ID", "identity": identity,
        "next": "", "asked": null });
    let until = core_base::clock::now().timestamp() + 3600;
    let kept = serde_json::json!({ "until": until, "value": value }).to_string();
    hex::encode(stage.config().encryption_key(NEWCOMER).encrypt(b"", kept.as_bytes()))
}

/// What is asked in a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ask {
    Known,
    Unknown,
    OtherUnknown,
    Delayed,
}

/// What the check has to say of a form.
pub(crate) enum Verdict {
    Even,
    Leak,
    Blind,
    Nervous,
}

impl Verdict {
    pub(crate) fn is_good(&self) -> bool {
        matches!(self, Self::Even)
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Even => "tells nothing",
            Self::Leak => "LEAK: known addresses take another time",
            Self::Blind => "BLIND: the delay on purpose was not found; leave the machine alone",
            Self::Nervous => "NERVOUS: two unknown addresses seemed to differ",
        })
    }
}

/// A form and all that was measured of it.
pub(crate) struct Probe {
    form: &'static str,
    delay: f64,
    times: Vec<f64>,
    known: Pairs,
    nothing: Pairs,
    delayed: Pairs,
}

impl Probe {
    pub(crate) fn new(form: &'static str) -> Self {
        let none = Pairs::default;
        Self { form, delay: 0.0, times: vec![], known: none(), nothing: none(), delayed: none() }
    }

    /// Measures until the delay is found, or there is no hope.
    pub(crate) async fn run(&mut self, stage: &Stage, places: &Places) -> Verdict {
        let hash = accounts::user::hash("the kettle sings at noon".to_owned()).await;
        let hash = hash.map_err(core_base::Error::into_anyhow).unwrap();
        let mut warm = vec![];
        for round in 0..30 {
            let email = format!("warm-{}-{round}@example.test", self.form);
            warm.push(self.ask(places, &email, 0.0).await);
        }
        self.delay = (median(&warm) * DELAY_SHARE).max(DELAY_LEAST);
        while self.times.len() < MOST {
            for _ in 0..ROUNDS {
                self.round(stage, places, &hash).await;
            }
            if self.delayed.is_seen(self.least()) {
                return self.verdict();
            }
        }
        Verdict::Blind
    }

    fn verdict(&self) -> Verdict {
        if self.known.is_seen(self.least()) {
            return Verdict::Leak;
        }
        if self.nothing.is_seen(self.least()) { Verdict::Nervous } else { Verdict::Even }
    }

    fn least(&self) -> f64 {
        (median(&self.times) * SHARE).max(LEAST)
    }

    async fn round(&mut self, stage: &Stage, places: &Places, hash: &str) {
        let round = self.times.len();
        let email = |who: &str| format!("{who}-{}-{round}@example.test", self.form);
        let known = email("known");
        accounts::user::insert(stage.store.catalog(), &known, "Kim", hash).await.unwrap();
        let mut asks = [
            (Ask::Known, known),
            (Ask::Unknown, email("stran")),
            (Ask::OtherUnknown, email("other")),
            (Ask::Delayed, email("delay")),
        ];
        let chance = RandomState::new();
        asks.sort_by_key(|(_, email)| chance.hash_one(email));
        let mut took = [0.0; 4];
        for (ask, email) in &asks {
            let delay = if *ask == Ask::Delayed { self.delay } else { 0.0 };
            took[*ask as usize] = self.ask(places, email, delay).await;
        }
        let unknown = took[Ask::Unknown as usize];
        self.times.push(unknown);
        self.known.add(took[Ask::Known as usize], unknown);
        self.nothing.add(took[Ask::OtherUnknown as usize], unknown);
        self.delayed.add(took[Ask::Delayed as usize], unknown);
    }

    /// How long an answer takes, in milliseconds.
    async fn ask(&self, places: &Places, email: &str, delay: f64) -> f64 {
        let Places { visitor, owner, acme } = places;
        let invite = format!("{}/settings/members/invite", acme.origin);
        let change = format!("{}/account/email", owner.account_origin());
        let (who, url, fields, status) = match self.form {
            "signup" => (visitor, "/signup", vec![("email", email)], 200),
            "connected" => (visitor, "/signup/connected/email", vec![("email", email)], 200),
            "forgot" => (visitor, "/forgot", vec![("email", email)], 200),
            "login" => {
                let fields = vec![("email", email), ("password", "seven boats below the bridge")];
                (visitor, "/login", fields, 422)
            }
            "link" => (visitor, "/login/link", vec![("email", email)], 303),
            "email" => (owner, &*change, vec![("email", email)], 200),
            _ => (owner, &*invite, vec![("emails", email), ("role", "viewer")], 303),
        };
        let began = Instant::now();
        let answer = who.post(url, &fields).await;
        let wanted = began.elapsed() + Duration::from_secs_f64(delay / 1000.0);
        if delay > 0.0 {
            // A timer would be too coarse.
            while began.elapsed() < wanted {
                std::hint::spin_loop();
            }
        }
        let took = began.elapsed();
        assert_eq!(answer.status, status, "{}", answer.words());
        took.as_secs_f64() * 1000.0
    }

    /// Its line of the table.
    pub(crate) fn line(&self) -> String {
        let pair = |of: &Pairs| {
            let (quickest, middle) = (of.quickest(), of.middle());
            format!("{:+.3} ms {:+5.1} {:+5.1}", quickest.by, quickest.z, middle.z)
        };
        format!(
            "{:9} {:>6} {:>6.2} ms {:>21} {:>21} {:>21}",
            self.form,
            self.times.len(),
            median(&self.times),
            pair(&self.known),
            pair(&self.nothing),
            pair(&self.delayed)
        )
    }
}
