//! A tiny load balancer: passes connections on to whoever says that they are ready.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::site::readiness;

type Backends = Arc<Mutex<Vec<(SocketAddr, bool)>>>;

pub(super) struct Balancer {
    pub(super) port: u16,
    backends: Backends,
    tasks: [JoinHandle<()>; 2],
}

impl Balancer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let backends = Backends::default();
        let tasks =
            [tokio::spawn(pass(listener, backends.clone())), tokio::spawn(ask(backends.clone()))];
        Self { port, backends, tasks }
    }

    /// One more, which says that it is ready.
    pub(super) fn add(&self, address: SocketAddr) {
        self.backends.lock().unwrap().push((address, true));
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Asks everybody, twenty times a second.
async fn ask(backends: Backends) {
    loop {
        let all: Vec<_> = backends.lock().unwrap().iter().map(|(address, _)| *address).collect();
        for address in all {
            let ready = tokio::task::spawn_blocking(move || readiness(address)).await.unwrap();
            let mut backends = backends.lock().unwrap();
            let known = backends.iter_mut().find(|(other, _)| *other == address);
            known.unwrap().1 = ready == Some(true);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn pass(listener: TcpListener, backends: Backends) {
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok((mut client, _)) = listener.accept().await {
        let (backends, turn) = (backends.clone(), turn.clone());
        tokio::spawn(async move {
            let ready =
                || backends.lock().unwrap().iter().filter(|it| it.1).map(|it| it.0).collect();
            let ready: Vec<SocketAddr> = ready();
            for attempt in 0..ready.len() {
                let next = ready[(turn.fetch_add(1, Relaxed) + attempt) % ready.len()];
                // Nothing was sent yet, so the next may have it.
                if let Ok(mut server) = TcpStream::connect(next).await {
                    let _ = copy_bidirectional(&mut client, &mut server).await;
                    return;
                }
            }
        });
    }
}
