//! A proxy that breaks connections on demand.

mod conditions;
mod conversation;
mod exchange;
mod fault;
mod frames;
mod link;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use url::Url;

use crate::{Failure, cluster};
use conditions::Conditions;
use exchange::Cuts;
use link::Link;

pub use fault::{Counts, Cut, Fault, Point};

/// How long it tries to have its port back.
const PATIENCE: Duration = Duration::from_secs(10);

/// Stands between clients and a server, and is no more than a longer way until a [`Fault`] is armed. When it is
/// dropped, its connections end.
#[derive(Debug)]
pub struct Proxy {
    server: SocketAddr,
    address: SocketAddr,
    cuts: Arc<Cuts>,
    counts: watch::Sender<Counts>,
    conditions: watch::Sender<Conditions>,
    /// The task that takes connections; during an outage there is none.
    acceptor: Mutex<Option<JoinHandle<()>>>,
}

impl Proxy {
    /// A proxy for the server that listens there.
    ///
    /// # Errors
    /// If no port is free.
    pub async fn start(server: SocketAddr) -> Result<Self, Failure> {
        let address = (Ipv4Addr::LOCALHOST, cluster::free_port()?).into();
        let listener = TcpListener::bind(address).await?;
        let proxy = Self {
            server,
            address,
            cuts: Arc::default(),
            counts: watch::Sender::default(),
            conditions: watch::Sender::default(),
            acceptor: Mutex::default(),
        };
        *proxy.acceptor.lock().await = Some(proxy.accept(listener));
        Ok(proxy)
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of the same database, by way of this proxy.
    ///
    /// # Errors
    /// If this is no URL with a host.
    pub fn url(&self, database: &str) -> Result<String, Failure> {
        let mut url: Url = database.parse()?;
        // What stands there goes before the host.
        let others = url.query_pairs().into_owned();
        let others: Vec<(String, String)> = others
            .filter(|(name, _)| !["host", "hostaddr", "port"].contains(&name.as_str()))
            .collect();
        url.set_query(None);
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        url.set_host(Some(&self.address.ip().to_string()))?;
        let port = url.set_port(Some(self.address.port()));
        port.map_err(|()| "this URL takes no port")?;
        Ok(url.into())
    }

    /// Sees to it that this happens: a cut once, all else from now on, beside what was armed before. Returns when it
    /// is so; an outage, when all connections have ended.
    pub async fn arm(&self, fault: impl Into<Fault>) {
        match fault.into() {
            Fault::Cut(cut) => self.cuts.arm(cut),
            Fault::Blackhole => self.conditions.send_modify(|now| now.blackhole = true),
            Fault::Hold => self.conditions.send_modify(|now| now.hold = true),
            Fault::Delay {
                to_server,
                to_client,
            } => self.conditions.send_modify(|now| {
                now.to_server = to_server;
                now.to_client = to_client;
            }),
            Fault::Outage => {
                // First nobody listens any more, so that no connection comes in between.
                if let Some(acceptor) = self.acceptor.lock().await.take() {
                    acceptor.abort();
                    let _ = acceptor.await;
                }
                self.conditions.send_modify(|now| now.outage = true);
                // Each connection holds a receiver.
                self.conditions.closed().await;
            }
        }
    }

    /// Ends all faults, cuts included that nobody has met.
    ///
    /// # Errors
    /// If somebody else has taken the port during an outage.
    pub async fn lift(&self) -> Result<(), Failure> {
        self.cuts.clear();
        let mut acceptor = self.acceptor.lock().await;
        self.conditions.send_replace(Conditions::default());
        if acceptor.is_none() {
            let listener = timeout(PATIENCE, async {
                loop {
                    match TcpListener::bind(self.address).await {
                        Ok(listener) => return listener,
                        Err(_) => sleep(Duration::from_millis(5)).await,
                    }
                }
            });
            *acceptor = Some(self.accept(listener.await?));
        }
        Ok(())
    }

    /// How often it did what.
    #[must_use]
    pub fn counts(&self) -> Counts {
        *self.counts.borrow()
    }

    /// Returns when it has done so much.
    pub async fn until(&self, is_enough: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.counts.subscribe();
        match counts.wait_for(is_enough).await {
            Ok(counts) => *counts,
            // We hold the other end.
            Err(_) => self.counts(),
        }
    }

    fn accept(&self, listener: TcpListener) -> JoinHandle<()> {
        let (server, cuts, counts) = (self.server, Arc::clone(&self.cuts), self.counts.clone());
        let conditions = self.conditions.subscribe();
        tokio::spawn(async move {
            loop {
                let Ok((client, _)) = listener.accept().await else {
                    // Too many files are open, say, which may pass.
                    sleep(Duration::from_millis(5)).await;
                    continue;
                };
                counts.send_modify(|counts| counts.connections += 1);
                let link = Link::new(server, &cuts, &counts, &conditions);
                tokio::spawn(link.run(client));
            }
        })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        if let Some(acceptor) = self.acceptor.get_mut().take() {
            acceptor.abort();
        }
    }
}
