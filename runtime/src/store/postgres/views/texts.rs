//! What is said again and again of read models.

use sqlx::SqlStr;

use super::super::names::Names;
use super::{ask, batch, claim, documents, fault, generation, parked, retire, tables};

pub(super) struct Texts {
    pub(super) head: SqlStr,
    /// The newest generation of a projection and version.
    pub(super) newest: SqlStr,
    /// The one of them that is being built.
    pub(super) building: SqlStr,
    pub(super) make: SqlStr,
    pub(super) generations: SqlStr,
    pub(super) claim: SqlStr,
    pub(super) renew: SqlStr,
    pub(super) release: SqlStr,
    pub(super) fault: SqlStr,
    pub(super) documents: SqlStr,
    pub(super) write: SqlStr,
    /// Locks the generations that a switch may change.
    pub(super) rivals: SqlStr,
    pub(super) replace: SqlStr,
    pub(super) ready: SqlStr,
    pub(super) pause: SqlStr,
    pub(super) resume: SqlStr,
    pub(super) drop: SqlStr,
    /// Locks a generation, and tells its stage.
    pub(super) stage: SqlStr,
    pub(super) clear: SqlStr,
    pub(super) delete: SqlStr,
    pub(super) one: SqlStr,
    pub(super) by_key: SqlStr,
    pub(super) by_key_reversed: SqlStr,
    pub(super) by_value: SqlStr,
    pub(super) by_value_reversed: SqlStr,
    pub(super) count_all: SqlStr,
    pub(super) count_values: SqlStr,
    pub(super) parked: SqlStr,
    pub(super) request: SqlStr,
    /// Locks a generation whose own tables are written.
    pub(super) fence: SqlStr,
    /// Locks one whose own tables are deleted.
    pub(super) bury: SqlStr,
    pub(super) advance: SqlStr,
    /// What processes that make a generation wait for each other with.
    pub(super) lock: i64,
}

impl Texts {
    pub(super) fn new(names: &Names) -> Self {
        let text = |sql: &str| names.statement(sql);
        Self {
            head: text("SELECT position FROM gesta.counter"),
            newest: text(&generation::newest("stage < 2")),
            building: text(&generation::newest("stage = 0")),
            make: text(&generation::make()),
            generations: text(&generation::all()),
            claim: text(&claim::claim()),
            renew: text(&claim::renew()),
            release: text(claim::RELEASE),
            fault: text(fault::SQL),
            documents: text(documents::SQL),
            write: text(batch::SQL),
            rivals: text(&retire::rivals()),
            replace: text(retire::REPLACE),
            ready: text(retire::READY),
            pause: text(retire::PAUSE),
            resume: text(retire::RESUME),
            drop: text(retire::DROP),
            stage: text(retire::STAGE),
            clear: text(retire::CLEAR),
            delete: text(retire::DELETE),
            one: text(&ask::one()),
            by_key: text(&ask::by_key("ASC")),
            by_key_reversed: text(&ask::by_key("DESC")),
            by_value: text(&ask::by_value("ASC")),
            by_value_reversed: text(&ask::by_value("DESC")),
            count_all: text(&ask::count_all()),
            count_values: text(&ask::count_values()),
            parked: text(parked::LIST),
            request: text(parked::REQUEST),
            fence: text(tables::FENCE),
            bury: text(tables::BURY),
            advance: text(tables::ADVANCE),
            lock: generation::lock(names),
        }
    }
}
