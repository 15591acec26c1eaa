//! What is wrong with a database engine, or with what it was told.

use crate::Failure;
use crate::database::execute;

use super::Sabotage;

/// Takes positions from a sequence, and asks nobody to wait: those who append side by side commit in any order.
///
/// The SQL of the store stays as it is. Its counter becomes a view, and to change that takes the next numbers.
const SEQUENCE: &str = "
    BEGIN;
    SELECT pg_advisory_xact_lock(1);
    DO $$
    BEGIN
        IF to_regclass('torture_positions') IS NOT NULL THEN
            RETURN;
        END IF;
        CREATE SEQUENCE torture_positions MINVALUE 0 START 1;
        ALTER TABLE gesta_counter RENAME TO torture_counter;
        CREATE VIEW gesta_counter AS
            SELECT (SELECT last_value - (NOT is_called)::int FROM torture_positions) AS position
            FROM torture_counter;
        CREATE FUNCTION torture_take() RETURNS trigger LANGUAGE plpgsql AS $take$
        DECLARE
            wanted bigint := NEW.position - OLD.position;
        BEGIN
            PERFORM pg_advisory_lock(2);
            NEW.position := setval('torture_positions', nextval('torture_positions') + wanted - 1);
            PERFORM pg_advisory_unlock(2);
            RETURN NEW;
        END
        $take$;
        CREATE TRIGGER torture_take INSTEAD OF UPDATE ON gesta_counter
            FOR EACH ROW EXECUTE FUNCTION torture_take();
    END
    $$;
    COMMIT";

pub(super) async fn take_positions_from_a_sequence(address: &str) -> Result<(), Failure> {
    execute(address, SEQUENCE).await
}

/// The address by which the engine is told not to wait for the disk when it commits, if that is the bug.
pub(super) fn told(sabotage: Sabotage, address: &str) -> String {
    match sabotage {
        Sabotage::AsyncCommit => format!("{address}&options[synchronous_commit]=off"),
        Sabotage::NoSync => format!("{address}?durability=may-lose-latest-on-power-failure"),
        _ => address.to_owned(),
    }
}
