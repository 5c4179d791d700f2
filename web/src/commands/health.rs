//! `health`: asks the site beside it whether it is ready, for containers, which have no curl.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context;
use core_base::Config;

use platform::say;

const TIMEOUT: Duration = Duration::from_secs(3);

pub(crate) fn ask(config: &Config) -> anyhow::Result<ExitCode> {
    let address = reachable(config.listen);
    let answer = read(address).with_context(|| format!("asking {address} (LISTEN)"))?;
    let ready = answer.starts_with("HTTP/1.1 200 ");
    say!("{}", if ready { "ready" } else { "not ready" });
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, TIMEOUT)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Whoever listens on all addresses is asked on its own machine's.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
