//! A projection that does not take some events, until its code is mended.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use gesta::prelude::*;
use gesta::{
    App, Document, DocumentHandler, HandlerError, IndexEntries, Keys, Kind, Mode, On, OnError,
    Projection, ProjectionRoot, ProjectionStatus, Source, Subscriber, Subscriptions, Then,
};
use serde::{Deserialize, Serialize};

use crate::account::{Account, AccountClosed, AccountOpened, Deposited};

pub const STOPS: u8 = 0;
pub const PARKS: u8 = 1;
pub const INLINE: u8 = 2;
pub const LIVE: u8 = 3;
/// Parks, and takes no key from an event.
pub const PARKS_BY_ID: u8 = 4;
/// Stops too, at its second version.
pub const STOPS_IN_VERSION_2: u8 = 5;

/// The cents that it does not take, and what they do.
pub const ERRS: u64 = 13;
pub const PANICS: u64 = 14;
pub const HAS_NO_JSON: u64 = 15;
pub const LONG_VALUE: u64 = 16;
pub const KEY_PANICS: u64 = 17;
pub const EMPTY_KEY: u64 = 18;
pub const NUL_KEY: u64 = 19;
pub const INDEX_PANICS: u64 = 20;
pub const NUL_ERROR: u64 = 21;

static MENDED: [AtomicBool; 64] = [const { AtomicBool::new(false) }; 64];
static TRIES: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];

/// The documents of test `N`; `HOW` it fails.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub struct Picky<const N: usize, const HOW: u8> {
    pub cents: u64,
    pub seen: Vec<u64>,
    pub label: String,
    #[serde(skip_deserializing, skip_serializing_if = "BTreeMap::is_empty")]
    odd: BTreeMap<(u8, u8), u8>,
}

impl<const N: usize, const HOW: u8> Picky<N, HOW> {
    /// Mends its code, or breaks it again.
    pub fn mend(mended: bool) {
        MENDED[N].store(mended, Ordering::SeqCst);
    }

    /// Forgets what a test did on another store.
    pub fn begin() {
        Self::mend(false);
        TRIES[N].store(0, Ordering::SeqCst);
    }

    /// How often it was given an event that it does not take.
    pub fn tries() -> usize {
        TRIES[N].load(Ordering::SeqCst)
    }

    fn deposited(
        &mut self,
        event: &Deposited,
        recorded: &Recorded,
        _: &str,
    ) -> Result<(), HandlerError> {
        if (13..=21).contains(&event.cents) && !MENDED[N].load(Ordering::SeqCst) {
            TRIES[N].fetch_add(1, Ordering::SeqCst);
            match event.cents {
                ERRS => return Err("thirteen".into()),
                PANICS => panic!("fourteen"),
                HAS_NO_JSON => drop(self.odd.insert((1, 2), 3)),
                LONG_VALUE => self.label = "x".repeat(600),
                INDEX_PANICS => self.label = "panic".into(),
                NUL_ERROR => return Err("twenty\0one".into()),
                _ => {}
            }
        }
        self.cents += event.cents;
        self.seen.push(recorded.position);
        Ok(())
    }
}

fn key<const N: usize>(event: &Deposited, recorded: &Recorded) -> Keys {
    let id = recorded.stream.id();
    if MENDED[N].load(Ordering::SeqCst) {
        return Keys::one(id);
    }
    match event.cents {
        KEY_PANICS => panic!("no key"),
        EMPTY_KEY => Keys::one(""),
        NUL_KEY => Keys::one("a\0b"),
        _ => Keys::one(id),
    }
}

impl<const N: usize, const HOW: u8> Subscriber for Picky<N, HOW> {
    type Handler = DocumentHandler<Self>;
}
impl<const N: usize, const HOW: u8> ProjectionRoot for Picky<N, HOW> {
    const NAME: &'static str = "Picky";
    const VERSION: u32 = match HOW {
        STOPS_IN_VERSION_2 => 2,
        _ => 1,
    };
    const ON_ERROR: OnError = match HOW {
        PARKS | PARKS_BY_ID | INLINE => OnError::Park,
        _ => OnError::Stop,
    };
    fn subscribe(to: &mut Subscriptions<Self>) {
        <Account as Source<Self>>::subscribe(to);
    }
    fn kind() -> Kind<Self> {
        Kind::documents()
    }
}
impl<const N: usize, const HOW: u8> Projection for Picky<N, HOW> {}
impl<const N: usize, const HOW: u8> Document for Picky<N, HOW> {
    const MODE: Mode = match HOW {
        INLINE => Mode::Inline,
        LIVE => Mode::Live,
        _ => Mode::Async,
    };
    const INDEXES: &'static [&'static str] = &["label"];
    fn index(&self, entries: &mut IndexEntries) {
        assert!(self.label != "panic", "no index");
        entries.add(0, &self.label);
    }
}
impl<const N: usize, const HOW: u8> On<AccountOpened> for Picky<N, HOW> {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::ignore()
    }
}
impl<const N: usize, const HOW: u8> On<Deposited> for Picky<N, HOW> {
    fn handler() -> DocumentHandler<Self> {
        let fold = DocumentHandler::fold(Self::deposited);
        match HOW {
            PARKS_BY_ID => fold,
            _ => fold.keyed(key::<N>),
        }
    }
}
impl<const N: usize, const HOW: u8> On<AccountClosed> for Picky<N, HOW> {
    fn handler() -> DocumentHandler<Self> {
        DocumentHandler::fold(|_: &mut Self, _: &AccountClosed, _, _| Then::Delete)
    }
}

/// The newest generation of a projection.
pub async fn status(app: &App, projection: &str) -> ProjectionStatus {
    let mut all = app.projections().await.unwrap();
    all.retain(|each| each.name == projection);
    all.pop().unwrap()
}
