//! Everything that can happen to a line, in the order that a seed gives.

use std::time::Duration;

use gesta_test_postgres::{Cut, Fault, Point, Proxy};
use sqlx::PgConnection;
use tokio::time::{sleep, timeout};

use crate::clients::Clients;
use crate::random::Random;

/// In the text of the statement that writes, and in no other.
const WRITES: &str = r#""gesta_counter" SET position"#;

/// Longer than any fault is waited for.
const LONG: Duration = Duration::from_secs(60);

/// What is done to the line.
#[derive(Debug, Clone, Copy)]
enum Blow {
    Cut(Point),
    /// The server ends one of the store's sessions.
    Terminate,
    Blackhole,
    Hold,
    Delay,
    Outage,
}

/// How many of each there are.
const BLOWS: [(usize, Blow); 10] = [
    (12, Blow::Cut(Point::BeforeCommit)),
    (8, Blow::Cut(Point::HalfCommit(0))),
    (12, Blow::Cut(Point::AfterCommit)),
    (12, Blow::Cut(Point::BeforeAnswer)),
    (8, Blow::Cut(Point::HalfAnswer(0))),
    (12, Blow::Terminate),
    (3, Blow::Blackhole),
    (3, Blow::Hold),
    (4, Blow::Delay),
    (2, Blow::Outage),
];

/// What is done to whom.
pub struct Chaos<'a> {
    pub proxy: &'a Proxy,
    pub clients: &'a Clients,
    /// To the same database, and not through the proxy.
    pub beside: &'a mut PgConnection,
    pub random: &'a mut Random,
}

impl Chaos<'_> {
    /// Deals all blows, each under load, and says how many cuts there were.
    pub async fn run(mut self) -> u64 {
        let repeated = BLOWS.iter().map(|(count, blow)| vec![*blow; *count]);
        let mut blows: Vec<_> = repeated.flatten().collect();
        self.random.shuffle(&mut blows);
        let mut cuts = 0;
        for blow in blows {
            if let Blow::Cut(_) = blow {
                cuts += 1;
            }
            let dealt = timeout(LONG, self.deal(blow)).await;
            assert!(dealt.is_ok(), "{blow:?}: {:?}", self.proxy.counts());
            // Sometimes before the store has found its feet.
            let commands = self.random.below(20);
            let recovered = timeout(LONG, self.clients.until_further(commands)).await;
            assert!(recovered.is_ok(), "after {blow:?} nothing is answered");
        }
        cuts
    }

    /// Returns when it has happened, and is over.
    async fn deal(&mut self, blow: Blow) {
        let proxy = self.proxy;
        let before = proxy.counts();
        match blow {
            Blow::Cut(point) => {
                let bytes = usize::try_from(self.random.below(400)).unwrap();
                let point = match point {
                    Point::HalfCommit(_) => Point::HalfCommit(bytes),
                    Point::HalfAnswer(_) => Point::HalfAnswer(bytes),
                    whole => whole,
                };
                proxy.arm(Cut::at(point).of(WRITES)).await;
                proxy.until(|now| now.cuts() > before.cuts()).await;
            }
            Blow::Terminate => while !self.terminate().await {},
            Blow::Blackhole => {
                proxy.arm(Fault::Blackhole).await;
                proxy.until(|now| now.swallowed > before.swallowed).await;
                self.last().await;
            }
            Blow::Hold => {
                proxy.arm(Fault::Hold).await;
                proxy.until(|now| now.held > before.held).await;
                self.last().await;
            }
            Blow::Delay => {
                let mut delay = || Duration::from_millis(self.random.below(40));
                let (to_server, to_client) = (delay(), delay() + Duration::from_millis(1));
                let delay = Fault::Delay {
                    to_server,
                    to_client,
                };
                proxy.arm(delay).await;
                proxy.until(|now| now.delayed >= before.delayed + 20).await;
            }
            Blow::Outage => {
                proxy.arm(Fault::Outage).await;
                self.last().await;
            }
        }
        proxy.lift().await.unwrap();
    }

    /// Some of them for longer than the store is patient.
    async fn last(&mut self) {
        sleep(Duration::from_millis(self.random.below(2_500))).await;
    }

    /// Whether there was a session to end.
    async fn terminate(&mut self) -> bool {
        let sessions = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()";
        let sessions = sqlx::query_scalar::<_, i32>(sessions).fetch_all(&mut *self.beside);
        let mut sessions = sessions.await.unwrap();
        self.random.shuffle(&mut sessions);
        let Some(session) = sessions.first() else {
            return false;
        };
        let end = sqlx::query_scalar("SELECT pg_terminate_backend($1)").bind(session);
        end.fetch_one(&mut *self.beside).await.unwrap()
    }
}
