//! A Stripe for development and tests: what of its API the platform uses, the pages it hosts, its
//! webhooks, and a clock that can be turned.
//!
//! [`Sandbox::api`] and [`Sandbox::page`] answer what somebody else received: the site of development
//! ([`app`]), or the command `stripe-sandbox`.

#![recursion_limit = "256"]

mod api;
mod card;
mod catalogue;
mod change;
mod charge;
mod checkout;
mod clock;
mod credit_note;
mod customer;
mod dispute;
mod endpoint;
mod error;
mod invoice;
mod meter;
mod mount;
mod pages;
mod params;
mod period;
mod portal;
mod preview;
mod read;
mod refund;
mod schedule;
mod subscription;
mod test_clock;
#[cfg(test)]
mod tests;
mod world;

use std::{
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub use api::{Request, Response, version};
pub use endpoint::signature;
pub use error::{Fault, Outcome};
pub use mount::app;
pub use pages::Page;
pub use refund::ledger;
pub use world::{Call, Delivery, Faults, World};

/// A sandbox, as many of which may share a process.
#[derive(Clone, Debug)]
pub struct Sandbox {
    world: Arc<Mutex<World>>,
    /// Where it is kept between two starts.
    file: Option<PathBuf>,
    /// What of it is in the file. Whoever writes the file has this, so that nobody else does.
    kept: Arc<Mutex<u64>>,
    /// The address of its pages: `http://localhost:8000/dev/stripe`.
    pages: Arc<str>,
}

/// What is to be sent to an endpoint.
#[derive(Clone, Debug)]
pub struct Message {
    /// Which delivery it is.
    pub id: u64,
    /// Where it goes.
    pub url: String,
    /// The header `Stripe-Signature`.
    pub signature: String,
    /// JSON.
    pub body: String,
}

/// Seconds after which a delivery that was not accepted is tried again; after the last it is given up.
const RETRIES: [i64; 6] = [2, 10, 60, 600, 3_600, 43_200];

impl Sandbox {
    /// An empty one, whose pages are at this address. Nothing of it is kept.
    pub fn new(pages: &str) -> Self {
        Self {
            world: Arc::default(),
            file: None,
            kept: Arc::default(),
            pages: pages.trim_end_matches('/').into(),
        }
    }

    /// One that is kept in a file. Fails if that cannot be read.
    pub fn kept(pages: &str, file: PathBuf) -> std::io::Result<Self> {
        let world = match std::fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => World::default(),
            Err(error) => return Err(error),
        };
        Ok(Self { world: Arc::new(Mutex::new(world)), file: Some(file), ..Self::new(pages) })
    }

    /// All there is, for whoever wants to look or to set something up.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a call of the API.
    pub fn api(&self, request: &Request) -> Response {
        let response = {
            let mut world = self.world();
            let now = world.now();
            clock::catch_up(&mut world, now, &self.pages);
            api::answer(&mut world, request, &self.pages)
        };
        self.keep();
        response
    }

    /// Answers somebody who looks at its pages, or presses a button there. `path` is below their address:
    /// `/pay/cs_1`.
    pub fn page(&self, method: &str, path: &str, form: &str) -> Page {
        let page = {
            let mut world = self.world();
            let now = world.now();
            clock::catch_up(&mut world, now, &self.pages);
            pages::answer(&mut world, method, path, form, &self.pages)
        };
        self.keep();
        page
    }

    /// Turns the clock, and does all that falls due on the way.
    pub fn advance(&self, seconds: i64) {
        clock::advance(&mut self.world(), seconds, &self.pages);
        self.keep();
    }

    /// What is to be sent now. Whoever takes it says what became of it: [`Sandbox::delivered`].
    pub fn due(&self) -> Vec<Message> {
        let mut world = self.world();
        let now = world::real();
        let mut due: Vec<Delivery> = world
            .deliveries
            .iter()
            .filter(|one| one.due_at.is_some_and(|at| at <= now))
            .cloned()
            .collect();
        if world.faults.is_backwards {
            due.reverse();
        }
        for one in &mut world.deliveries {
            if one.due_at.is_some_and(|at| at <= now) {
                // Whoever ends before the answer tries again in a minute.
                one.due_at = Some(now + 60);
            }
        }
        // An endpoint that was taken away is told nothing any more.
        let gone: Vec<u64> = due
            .iter()
            .filter(|one| world.find("webhook_endpoint", &one.endpoint).is_none())
            .map(|one| one.id)
            .collect();
        for one in world.deliveries.iter_mut().filter(|one| gone.contains(&one.id)) {
            one.due_at = None;
            one.status = Some(0);
        }
        let message = |one: Delivery| {
            let (url, secret, body) = endpoint::message(&world, &one.endpoint, &one.event)?;
            let signature = endpoint::signature(&secret, &body, now);
            Some(Message { id: one.id, url, signature, body })
        };
        due.into_iter().filter_map(message).collect()
    }

    /// What an endpoint answered; none: nothing.
    pub fn delivered(&self, id: u64, status: Option<u16>) {
        let mut world = self.world();
        if let Some(one) = world.deliveries.iter_mut().find(|one| one.id == id) {
            let wait = RETRIES.get(one.attempts as usize);
            one.attempts += 1;
            one.status = Some(status.unwrap_or_default());
            one.due_at = match one.is_done() {
                true => None,
                false => wait.map(|seconds| world::real() + seconds),
            };
        }
        world.changes += 1;
        let spare = world.deliveries.len().saturating_sub(2_000);
        world.deliveries.drain(..spare);
        drop(world);
        self.keep();
    }

    /// May a page that a browser was on press buttons here? One of another site may not.
    pub fn is_own(&self, origin: Option<&str>, fetch_site: Option<&str>) -> bool {
        let here = url::Url::parse(&self.pages).map(|url| url.origin().ascii_serialization());
        let is_ours = origin.is_none_or(|origin| here.as_deref() == Ok(origin));
        is_ours && fetch_site.is_none_or(|site| matches!(site, "same-origin" | "none"))
    }

    /// Is this the host at which its pages are? Another name that leads here is a trick.
    pub fn is_host(&self, host: Option<&str>) -> bool {
        let here = self.pages.split_once("//").map_or("", |(_, rest)| rest);
        host == here.split('/').next()
    }

    /// Writes it to its file: whole, or as it was.
    fn keep(&self) {
        let Some(file) = &self.file else { return };
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, changes) = {
            let world = self.world();
            if world.changes == *kept {
                return;
            }
            (serde_json::to_vec(&*world), world.changes)
        };
        let beside = file.with_extension("new");
        let done = bytes.map_err(std::io::Error::from).and_then(|bytes| {
            // It holds the secrets of webhooks.
            let mut options = std::fs::OpenOptions::new();
            options.write(true).create(true).truncate(true).mode(0o600);
            let mut new = options.open(&beside)?;
            new.write_all(&bytes)?;
            new.sync_all()?;
            std::fs::rename(&beside, file)
        });
        match done {
            Ok(()) => *kept = changes,
            Err(error) => {
                eprintln!("the Stripe sandbox cannot be kept in {}: {error}", file.display());
            }
        }
    }
}
