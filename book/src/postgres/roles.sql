-- ANCHOR: roles
-- Run by an administrator, before there are tables. Give them passwords, or certificates, as you do.
CREATE ROLE bank_owner LOGIN;   -- makes the tables; used by deployments, by no running program
CREATE ROLE bank_app LOGIN;     -- the application: adds to the log, and changes nothing that is in it
CREATE ROLE bank_reader LOGIN;  -- reports, and people who look

CREATE SCHEMA bank AUTHORIZATION bank_owner;
-- ANCHOR_END: roles

-- ANCHOR: grants
-- Run by the owner, once there are tables, and again after a version of Gesta that adds some.
GRANT USAGE ON SCHEMA bank TO bank_app, bank_reader;

GRANT SELECT, INSERT ON bank.gesta_events, bank.gesta_commands TO bank_app;
GRANT SELECT, INSERT, UPDATE ON bank.gesta_snapshots TO bank_app;
GRANT SELECT, UPDATE ON bank.gesta_counter TO bank_app;
GRANT SELECT ON bank.gesta_schema TO bank_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON bank.gesta_projections, bank.gesta_documents, bank.gesta_parked TO bank_app;
GRANT SELECT, INSERT, DELETE ON bank.gesta_entries TO bank_app;

GRANT SELECT ON ALL TABLES IN SCHEMA bank TO bank_reader;
-- ANCHOR_END: grants
