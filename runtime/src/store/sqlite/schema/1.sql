-- Streams have numbers: a page of the index below holds many more of these than of names, and a batch touches one page
-- for each stream.
CREATE TABLE gesta_streams (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE       -- the aggregate's name, a slash, the id
) STRICT;

-- The log. Nothing is ever changed or deleted here.
CREATE TABLE gesta_events (
    position INTEGER PRIMARY KEY,   -- 1, 2, 3, without holes, in the order of commits
    stream INTEGER NOT NULL,        -- in gesta_streams
    version INTEGER NOT NULL,       -- 1, 2, 3 within the stream, without holes
    name TEXT NOT NULL,             -- of the event
    schema INTEGER NOT NULL,        -- the version of the event's shape
    payload TEXT NOT NULL,          -- JSON, exactly as it was written
    command_id BLOB NOT NULL,       -- a UUID, 16 bytes
    correlation TEXT,
    causation TEXT,
    actor TEXT,
    recorded_at INTEGER NOT NULL,   -- microseconds since 1970-01-01T00:00:00Z
    UNIQUE (stream, version)
) STRICT;

-- One row for each commit, also for those without events.
CREATE TABLE gesta_commands (
    command_id BLOB NOT NULL,
    stream INTEGER NOT NULL,
    version INTEGER NOT NULL,       -- of the stream, after the commit
    events INTEGER NOT NULL,        -- how many events the commit has
    position INTEGER NOT NULL,      -- of the log's last event, after the commit
    digest INTEGER,                 -- tells a retry from another command under the same id
    PRIMARY KEY (command_id, stream)
) STRICT, WITHOUT ROWID;

-- A unique key lets a hole through: version 8 on a stream that ends at 2. The events of a batch are inserted before
-- its commands, so what was there when this commit came is told by position. It fails without undoing the rows before:
-- to be able to, SQLite would keep a copy of each page that the statement changes. The store rolls back the whole.
CREATE TRIGGER gesta_commands_follow BEFORE INSERT ON gesta_commands
WHEN (NEW.version > NEW.events AND NOT EXISTS (
        SELECT 1 FROM gesta_events
        WHERE stream = NEW.stream AND version = NEW.version - NEW.events
            AND position <= NEW.position - NEW.events))
    OR (NEW.events = 0 AND EXISTS (
        SELECT 1 FROM gesta_events
        WHERE stream = NEW.stream AND version = NEW.version + 1 AND position <= NEW.position))
BEGIN
    SELECT RAISE(FAIL, 'the commit does not follow the end of its stream');
END;

CREATE TABLE gesta_snapshots (
    stream INTEGER PRIMARY KEY,
    version INTEGER NOT NULL,       -- of the stream, that the state holds
    fingerprint INTEGER NOT NULL,   -- of the code that folded it
    state TEXT NOT NULL             -- JSON
) STRICT;

-- The position of the log's last event. Whoever appends changes this row first, and so waits for those before.
CREATE TABLE gesta_counter (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    position INTEGER NOT NULL
) STRICT;

INSERT INTO gesta_counter (only, position) VALUES (1, 0);

-- For people who look into the file.
CREATE VIEW gesta_log AS
SELECT position, s.name AS stream, version, e.name, schema, payload, correlation, causation, actor,
    lower(hex(command_id)) AS command_id, strftime('%FT%R:%fZ', recorded_at / 1e6, 'unixepoch') AS recorded_at
FROM gesta_events AS e JOIN gesta_streams AS s ON s.id = e.stream;
