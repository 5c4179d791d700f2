//! How many connections are open, in all and from one address, so that nobody takes others' room.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use core_base::Config;
use ipnet::IpNet;
use rustix::process::{Resource, getrlimit};

use crate::client::network;

/// With more, memory would be the limit.
const MAX_CONNECTIONS: usize = 50_000;
/// Enough for all browsers of a large office behind one address.
const MOST_EACH: usize = 1_024;
/// What a browser opens at most; so many are let in until nothing is left.
const FEW: usize = 8;

/// The connections of this process.
#[derive(Clone)]
pub(crate) struct Connections(Arc<Inner>);

struct Inner {
    open: Mutex<Open>,
    all: usize,
    each: usize,
    /// They bring everybody's connections, and count for nobody's.
    proxies: Vec<IpNet>,
}

#[derive(Default)]
struct Open {
    all: usize,
    from: HashMap<IpAddr, usize>,
}

/// The room of one connection, until it is dropped.
pub(crate) struct Room {
    all: Connections,
    network: Option<IpAddr>,
}

impl Connections {
    /// As many as the limit on open files allows, with a quarter of those left for everything else.
    pub(crate) fn of(config: &Config) -> Self {
        let files = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let files = usize::try_from(files).unwrap_or(usize::MAX);
        let each = if config.rate_limits { MOST_EACH } else { usize::MAX };
        Self::new(files - files / 4, each, config.trusted_proxies.clone())
    }

    fn new(all: usize, each: usize, proxies: Vec<IpNet>) -> Self {
        let all = all.min(MAX_CONNECTIONS);
        // An eighth of all, but room for a browser or two.
        let each = if each == usize::MAX { each } else { (all / 8).clamp(2 * FEW, each) };
        Self(Arc::new(Inner { open: Mutex::default(), all, each, proxies }))
    }

    /// Room for one more, if there is any. The last quarter is for those who hold only a few.
    pub(crate) fn take(&self, peer: SocketAddr) -> Option<Room> {
        let address = peer.ip().to_canonical();
        let is_proxy = self.0.proxies.iter().any(|net| net.contains(&address));
        let network = (!is_proxy && self.0.each != usize::MAX).then(|| network(address));
        let mut open = self.open();
        let held = network.map_or(0, |network| open.from.get(&network).copied().unwrap_or(0));
        let is_scarce = open.all >= self.0.all - self.0.all / 4;
        if open.all >= self.0.all || held >= self.0.each || (is_scarce && held >= FEW) {
            return None;
        }
        open.all += 1;
        if let Some(network) = network {
            *open.from.entry(network).or_default() += 1;
        }
        Some(Room { all: self.clone(), network })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut open = self.all.open();
        open.all -= 1;
        if let Some(network) = self.network
            && let Some(held) = open.from.get_mut(&network)
        {
            *held -= 1;
            if *held == 0 {
                open.from.remove(&network);
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Connections, FEW};

    fn take(all: &Connections, from: &str, many: usize) -> Vec<super::Room> {
        let peer = format!("{from}:1000").parse().unwrap();
        (0..many).filter_map(|_| all.take(peer)).collect()
    }

    #[test]
    fn one_address_takes_its_share_and_leaves_the_rest() {
        let all = Connections::new(320, 1024, vec![]);
        let greedy = take(&all, "192.0.2.1", 500);
        assert_eq!(greedy.len(), 40);
        assert_eq!(take(&all, "[2001:db8::1]", 30).len(), 30);
        drop(greedy);
        assert_eq!(take(&all, "192.0.2.1", 500).len(), 40, "what was closed is free again");
    }

    #[test]
    fn an_ipv6_client_is_its_whole_network() {
        let all = Connections::new(320, 1024, vec![]);
        let held: Vec<_> =
            (0..100).flat_map(|n| take(&all, &format!("[2001:db8::{n:x}]"), 1)).collect();
        assert_eq!(held.len(), 40);
    }

    #[test]
    fn when_room_is_scarce_whoever_holds_little_is_let_in() {
        let all = Connections::new(320, 1024, vec![]);
        let greedy: Vec<_> =
            (0..10).flat_map(|n| take(&all, &format!("192.0.2.{n}"), 40)).collect();
        assert_eq!(greedy.len(), 6 * 40 + 4 * FEW);
        assert_eq!(take(&all, "203.0.113.7", 40).len(), FEW);
    }

    #[test]
    fn proxies_are_many_clients() {
        let all = Connections::new(320, 1024, vec!["10.0.0.0/8".parse().unwrap()]);
        assert_eq!(take(&all, "10.0.0.1", 500).len(), 320);
        let unlimited = Connections::new(320, usize::MAX, vec![]);
        assert_eq!(take(&unlimited, "192.0.2.1", 500).len(), 320);
    }
}
