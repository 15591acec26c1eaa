-- The log. Nothing is ever changed or deleted here. Columns of fixed size stand first, so that no row has gaps.
CREATE TABLE gesta.events (
    position bigint PRIMARY KEY,        -- 1, 2, 3, without holes, in the order of commits
    version bigint NOT NULL,            -- 1, 2, 3 within the stream, without holes
    recorded_at bigint NOT NULL,        -- microseconds since 1970-01-01T00:00:00Z
    schema bigint NOT NULL,             -- the version of the event's shape
    command_id uuid NOT NULL,
    stream text COLLATE "C" NOT NULL,   -- the aggregate's name, a slash, the id
    name text NOT NULL,                 -- of the event
    payload json NOT NULL,              -- the text, exactly as it was written
    correlation text,
    causation text,
    actor text,
    UNIQUE (stream, version)
);

-- One row for each commit, also for those without events.
CREATE TABLE gesta.commands (
    command_id uuid NOT NULL,
    version bigint NOT NULL,            -- of the stream, after the commit
    events bigint NOT NULL,             -- how many events the commit has
    digest bigint,                      -- tells a retry from another command under the same id
    stream text COLLATE "C" NOT NULL,
    PRIMARY KEY (command_id, stream)
);

CREATE TABLE gesta.snapshots (
    stream text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,            -- of the stream, that the state holds
    fingerprint bigint NOT NULL,        -- of the code that folded it
    state json NOT NULL
);

-- The position of the log's last event. Whoever appends changes this row first, and so waits for those before: positions
-- are in the order of commits, and no two appends can wait for each other. The page has room for many old versions.
CREATE TABLE gesta.counter (
    one boolean PRIMARY KEY CHECK (one),
    position bigint NOT NULL
) WITH (fillfactor = 10);

INSERT INTO gesta.counter (one, position) VALUES (true, 0);

-- For people who look into the database.
CREATE VIEW gesta.log AS
SELECT position, stream, version, name, schema, payload, correlation, causation, actor, command_id,
    timestamptz 'epoch' + recorded_at * interval '1 microsecond' AS recorded_at
FROM gesta.events;
