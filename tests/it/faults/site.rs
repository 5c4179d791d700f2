//! The real site, started as an operator would, and ended in good order or the hard way.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use core_testing::Home;

use super::program::{PATIENCE, command, groundwork, wait_for_the_dead};

/// A running site.
pub(super) struct Site {
    child: Child,
    /// Where it listens.
    pub(super) address: SocketAddr,
}

impl Site {
    /// Starts it and waits until it is ready.
    pub(super) fn start(home: &Home) -> Self {
        // Freed at once, and nobody else is told of it.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut command = command(groundwork(), home, &["serve"]);
        command.env("LISTEN", address.to_string()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut site = Self { child: command.spawn().unwrap(), address };
        let start = Instant::now();
        while TcpStream::connect(address).is_err() || readiness(address) != Some(true) {
            assert!(site.child.try_wait().unwrap().is_none(), "the site did not start");
            assert!(start.elapsed() < PATIENCE, "the site does not get ready");
            std::thread::sleep(Duration::from_millis(5));
        }
        site
    }

    /// What it says of itself; `None`: it does not answer.
    pub(super) fn ready(&self) -> Option<bool> {
        readiness(self.address)
    }

    /// What it holds in memory, megabytes.
    pub(super) fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
    }

    /// Ends it as a new release would.
    pub(super) fn end(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let ended = self.child.wait().unwrap();
        assert!(ended.success(), "the site ended with {ended}");
    }

    /// Kills it when this time is over.
    pub(super) async fn kill_after(mut self, wait: Duration, home: &Home) {
        tokio::time::sleep(wait).await;
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        wait_for_the_dead(home).await;
    }
}

impl Drop for Site {
    /// Also when the test fails.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts the site until it is ready, and ends it.
pub(super) fn start_once(home: &Home) {
    Site::start(home).end();
}

/// Does a site say that it is ready? `None`: it does not answer.
pub(super) fn readiness(address: SocketAddr) -> Option<bool> {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().ok()?;
    answer.starts_with("HTTP/1.1 ").then(|| answer.starts_with("HTTP/1.1 200"))
}
