//! One connection through the proxy.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncWriteExt, BufWriter};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Notify, watch};
use tokio::time::Instant;

use super::conditions::{Conditions, Direction, Passage, pass};
use super::exchange::{Cuts, Exchange, Step};
use super::fault::Counts;
use super::frames::{Frames, Kind};

/// What a client asks before anything else: whether the line can be encrypted.
const ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];

/// What both directions of a connection know.
#[derive(Debug)]
pub(super) struct Link {
    server: SocketAddr,
    cuts: Arc<Cuts>,
    counts: watch::Sender<Counts>,
    conditions: watch::Receiver<Conditions>,
    exchange: Mutex<Exchange>,
    /// Something went into a black hole.
    lost: Notify,
}

/// Why a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Cut,
    /// The server is to read all that it was sent.
    CutFromClient,
}

impl Link {
    pub fn new(
        server: SocketAddr,
        cuts: &Arc<Cuts>,
        counts: &watch::Sender<Counts>,
        conditions: &watch::Receiver<Conditions>,
    ) -> Self {
        Self {
            server,
            cuts: Arc::clone(cuts),
            counts: counts.clone(),
            conditions: conditions.clone(),
            exchange: Mutex::default(),
            lost: Notify::new(),
        }
    }

    /// Carries messages until somebody ends it.
    pub async fn run(self, client: TcpStream) {
        let (mut outage, mut clear) = (self.conditions.clone(), self.conditions.clone());
        tokio::select! {
            // Errors are the end of a connection, like all others.
            _ = self.carry(client) => {}
            news = outage.wait_for(|conditions| conditions.outage) => {
                // Otherwise the proxy is gone.
                if news.is_ok() {
                    self.counts.send_modify(|counts| counts.outage += 1);
                }
            }
            () = async {
                self.lost.notified().await;
                let _ = clear.wait_for(|conditions| !conditions.blackhole).await;
            } => {}
        }
        self.exchange().end(&self.cuts);
    }

    async fn carry(&self, client: TcpStream) -> io::Result<()> {
        client.set_nodelay(true)?;
        let (from_client, mut to_client) = client.into_split();
        let mut from_client = Frames::new(from_client);
        let Some(startup) = self.greet(&mut from_client, &mut to_client).await? else {
            return Ok(());
        };
        let server = TcpStream::connect(self.server).await?;
        server.set_nodelay(true)?;
        let (from_server, mut to_server) = server.into_split();
        let mut from_server = Frames::new(from_server);
        to_server.write_all(&startup).await?;
        let end = tokio::select! {
            end = self.to_server(&mut from_client, &mut to_server) => end?,
            end = self.to_client(&mut from_server, &mut to_client) => end?,
        };
        let _ = to_client.shutdown().await;
        drop((from_client, to_client));
        if end == End::CutFromClient {
            to_server.shutdown().await?;
            while from_server.next(Kind::Typed).await?.is_some() {}
        }
        Ok(())
    }

    /// Refuses to encrypt, so that we understand what is said; gives the first message for the server.
    async fn greet(
        &self,
        client: &mut Frames<OwnedReadHalf>,
        to_client: &mut OwnedWriteHalf,
    ) -> io::Result<Option<Vec<u8>>> {
        loop {
            let Some(packet) = client.next(Kind::Startup).await? else {
                return Ok(None);
            };
            let packet = packet.to_vec();
            let code = packet.get(4..8).unwrap_or_default();
            let code = code.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
            let mut conditions = self.conditions.clone();
            self.pass(&mut conditions, Direction::ToServer, client.arrived())
                .await;
            if !ENCRYPTION.contains(&code) {
                return Ok(Some(packet));
            }
            to_client.write_all(b"N").await?;
        }
    }

    /// Returns when the message is to be delivered, and never if it is not.
    async fn pass(
        &self,
        conditions: &mut watch::Receiver<Conditions>,
        direction: Direction,
        arrived: Instant,
    ) {
        if pass(conditions, direction, arrived, &self.counts).await == Passage::Swallowed {
            self.lost.notify_one();
            // Nor does anything that follows arrive.
            std::future::pending::<()>().await;
        }
    }

    async fn to_server(
        &self,
        client: &mut Frames<OwnedReadHalf>,
        server: &mut OwnedWriteHalf,
    ) -> io::Result<End> {
        let mut conditions = self.conditions.clone();
        let mut server = BufWriter::new(server);
        loop {
            if !client.has_next() || !conditions.borrow().are_calm() {
                server.flush().await?;
            }
            let frame = client.next(Kind::Typed).await?.map(<[u8]>::to_vec);
            let arrived = client.arrived();
            self.pass(&mut conditions, Direction::ToServer, arrived)
                .await;
            let Some(frame) = frame else {
                server.shutdown().await?;
                // The server closes too, and the other direction ends with that.
                return std::future::pending().await;
            };
            let step = self
                .exchange()
                .client_says(&frame, &self.cuts, &self.counts);
            match step {
                Step::Cut(rest) => {
                    server.write_all(&rest).await?;
                    server.flush().await?;
                    return Ok(End::Cut);
                }
                Step::ForwardAndCut => {
                    server.write_all(&frame).await?;
                    server.flush().await?;
                    return Ok(End::CutFromClient);
                }
                Step::Forward | Step::Withhold => server.write_all(&frame).await?,
            }
        }
    }

    async fn to_client(
        &self,
        server: &mut Frames<OwnedReadHalf>,
        client: &mut OwnedWriteHalf,
    ) -> io::Result<End> {
        let mut conditions = self.conditions.clone();
        let mut client = BufWriter::new(client);
        loop {
            if !server.has_next() || !conditions.borrow().are_calm() {
                // A client that has gone is none of the server's concern: it reads on what it was sent.
                let _ = client.flush().await;
            }
            let frame = server.next(Kind::Typed).await?.map(<[u8]>::to_vec);
            let arrived = server.arrived();
            self.pass(&mut conditions, Direction::ToClient, arrived)
                .await;
            let Some(frame) = frame else {
                return Ok(End::Cut);
            };
            let step = self.exchange().server_says(&frame, &self.counts);
            let _ = match step {
                Step::Withhold => Ok(()),
                Step::Cut(rest) => {
                    client.write_all(&rest).await?;
                    client.flush().await?;
                    return Ok(End::Cut);
                }
                Step::Forward | Step::ForwardAndCut => client.write_all(&frame).await,
            };
        }
    }

    fn exchange(&self) -> MutexGuard<'_, Exchange> {
        self.exchange.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
