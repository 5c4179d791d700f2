//! Who is at the other end: the address, as far as trusted proxies say, and the browser's words.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use core_base::Error;
use ipnet::IpNet;

use crate::{AppState, host::anyhow_missing};

/// The client of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// Its address: the connection's, or what a trusted proxy says.
    pub address: IpAddr,
    /// Did it come over HTTPS?
    pub https: bool,
}

impl Client {
    /// Reads the proxies' headers from right to left and stops at the first address that is not a
    /// trusted proxy's: what stands left of it anybody could have written.
    pub fn read(peer: SocketAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Self {
        let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
        let peer = peer.ip().to_canonical();
        if !is_trusted(&peer) {
            return Self { address: peer, https: false };
        }
        let mut address = peer;
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        let hops = lines.iter().rev().filter_map(|line| line.to_str().ok());
        for hop in hops.flat_map(|line| line.rsplit(',')) {
            let Ok(hop) = hop.trim().parse::<IpAddr>() else { break };
            address = hop.to_canonical();
            if !is_trusted(&address) {
                break;
            }
        }
        let https = headers.get("x-forwarded-proto").is_some_and(|proto| proto == "https");
        Self { address, https }
    }

    /// What is counted against limits: an IPv6 client owns a whole /64.
    pub fn network(&self) -> IpAddr {
        Self::network_of(self.address)
    }

    /// The network that an address belongs to.
    pub fn network_of(address: IpAddr) -> IpAddr {
        network(address)
    }
}

/// The /64 of an IPv6 address, an IPv4 address as it is.
pub(crate) fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(std::net::Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl FromRequestParts<AppState> for Client {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let client = parts.extensions.get::<Self>().copied();
        client.ok_or_else(|| Error::Internal(anyhow_missing("Client")))
    }
}

/// The browser's own words about itself.
pub struct UserAgent(pub String);

impl FromRequestParts<AppState> for UserAgent {
    type Rejection = Error;
    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Error> {
        let words = parts.headers.get(header::USER_AGENT).and_then(|words| words.to_str().ok());
        Ok(Self(words.unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use axum::http::HeaderMap;

    use super::Client;

    fn address(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", line.parse().unwrap());
        }
        let trusted: Vec<_> = trusted.iter().map(|net| net.parse().unwrap()).collect();
        let peer = format!("{peer}:1000").parse().unwrap();
        Client::read(peer, &headers, &trusted).address.to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxy = &["10.0.0.0/8"][..];
        assert_eq!(address("1.2.3.4", &["9.9.9.9"], &[]), "1.2.3.4");
        assert_eq!(address("1.2.3.4", &["9.9.9.9"], proxy), "1.2.3.4");
        assert_eq!(address("10.0.0.1", &["9.9.9.9"], proxy), "9.9.9.9");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 9.9.9.9"], proxy), "9.9.9.9");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, 9.9.9.9, 10.0.0.2"], proxy), "9.9.9.9");
        assert_eq!(address("10.0.0.1", &["6.6.6.6", "9.9.9.9"], proxy), "9.9.9.9");
        assert_eq!(address("10.0.0.1", &["nonsense"], proxy), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &["6.6.6.6, nonsense"], proxy), "10.0.0.1");
        assert_eq!(address("10.0.0.1", &[], proxy), "10.0.0.1");
    }
}
